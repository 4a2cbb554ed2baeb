/**
 * From "the tree differs" to the events that were touched. The leaf file names them, if a checkpoint proves it genuine; without
 * it the checkpoints before and after give the stretch of the log in which they lie.
 */
import { eventAt, type EventReader, type RecordedEvent } from '@oss/event-store';
import type { LeafFile } from '../checkpoints/leaf-file';
import { HASH_BYTES, leafHash } from '../merkle/hashing';
import { MerkleTree } from '../merkle/tree';
import type { Checkpoint } from '../notes/checkpoint';
import { type Finding, whereIs } from './finding';
import { type LeafDifference, leafDifferences } from './leaf-differences';
import type { TreeOutcome } from './tree-check';

const WHAT_HAPPENED: Readonly<Record<LeafDifference['what'], readonly [string, string]>> = {
  changed: ['不是当时签名的事件', 'is not the event that was signed there'],
  removed: ['之前有一个事件被删除', 'lacks an event before it'],
  inserted: ['从未被签名，系插入', 'was never signed there: it was inserted'],
  reordered: ['被移到别处', 'was moved'],
};

/** Findings of the tree; empty when log, checkpoints and leaf file agree. */
export async function treeFindings(
  outcome: TreeOutcome,
  checkpoints: readonly Checkpoint[],
  leaves: LeafFile | null,
  reader: EventReader,
): Promise<Finding[]> {
  const { disagrees, beyond, differsAt } = outcome;
  const findings: Finding[] = [];
  if (disagrees !== null) findings.push(disagreement(outcome, disagrees));
  const seen = Math.max(beyond?.size ?? 0, leaves?.size ?? 0);
  if (seen > outcome.size) findings.push(truncation(outcome, seen));
  if (leaves === null || differsAt === null) return findings;
  const genuine = genuineSize(leaves, checkpoints);
  if (disagrees === null && beyond === null) return [leafFileDiffers(differsAt, genuine), ...findings];
  if (genuine > differsAt) findings.push(...(await namedDifferences(leaves, genuine, reader)));
  return findings;
}

function disagreement({ vouched }: TreeOutcome, { size }: Checkpoint): Finding {
  const from = (vouched?.place ?? 0) + 1;
  return {
    check: 'tree',
    what: 'changed',
    place: from,
    message:
      `第 ${from} 至第 ${size} 个事件与已签名的检查点不符。 ` +
      `Events ${from} to ${size} of the log are not those that the checkpoint over ${size} events was signed for.`,
  };
}

function truncation({ size, last }: TreeOutcome, seen: number): Finding {
  const end = last === null ? '' : `${last.stream}@${last.revision}，${last.recordedAt}`;
  return {
    check: 'tree',
    what: 'truncated',
    place: size,
    message:
      `日志止于第 ${size} 个事件（${end}），而已见证 ${seen} 个：缺 ${seen - size} 个。 ` +
      `The log ends after ${size} events (${end.replace('，', ', ')}), and ${seen} have been seen: ${seen - size} are missing.`,
  };
}

function leafFileDiffers(at: number, genuine: number): Finding {
  return {
    check: 'tree',
    what: 'changed',
    place: at + 1,
    message:
      `叶文件第 ${at + 1} 项与日志不符，而检查点与日志相符（叶文件仅前 ${genuine} 项可信）：叶文件已损坏或尚未签名的事件被修改。 ` +
      `Leaf ${at + 1} of the leaf file is not that of the log, whose checkpoints agree (the file is proven for ${genuine} leaves): ` +
      'the file was damaged, or an event was changed that no checkpoint covers yet.',
  };
}

/** How many leaves of the file a checkpoint proves to be those that were signed. */
function genuineSize(leaves: LeafFile, checkpoints: readonly Checkpoint[]): number {
  const tree = new MerkleTree(leaves.read(0, leaves.size));
  return checkpoints.findLast(({ size, root }) => size <= tree.size && tree.root(size).equals(root))?.size ?? 0;
}

async function namedDifferences(leaves: LeafFile, genuine: number, reader: EventReader): Promise<Finding[]> {
  const log = await leavesOfLog(reader, genuine + MARGIN);
  const differences = leafDifferences(leaves.read(0, genuine), log.leaves);
  const findings: Finding[] = [];
  for (const difference of differences) {
    const position = log.positions[difference.found];
    const event = position === undefined ? null : await eventAt(reader, position);
    if (event !== null) findings.push(named(difference, event));
  }
  return findings;
}

/** Leaves read beyond the signed ones: so many inserted events are recognised as such. */
const MARGIN = 10_000;

async function leavesOfLog(reader: EventReader, most: number): Promise<{ leaves: Buffer; positions: bigint[] }> {
  const leaves = Buffer.alloc(most * HASH_BYTES);
  const positions: bigint[] = [];
  for await (const { hash, position } of reader.readAll({ limit: most })) {
    leafHash(hash).copy(leaves, positions.length * HASH_BYTES);
    positions.push(position);
  }
  return { leaves: leaves.subarray(0, positions.length * HASH_BYTES), positions };
}

function named({ what, signed, found }: LeafDifference, event: RecordedEvent): Finding {
  const [zh, en] = WHAT_HAPPENED[what];
  const name = `${event.stream}@${event.revision}`;
  const was = signed === null || what === 'changed' ? '' : `（原第 ${signed + 1} 个）`;
  const wasEn = signed === null || what === 'changed' ? '' : ` (place ${signed + 1} when it was signed)`;
  return {
    check: 'tree',
    what,
    ...whereIs(event),
    place: found + 1,
    message: `第 ${found + 1} 个事件 ${name} ${zh}${was}。 Event ${found + 1}, ${name}, ${en}${wasEn}.`,
  };
}
