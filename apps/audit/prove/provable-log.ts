/** A log under one of its checkpoints, ready to prove things: its leaves come from the leaf file when that is genuine, else from the log. */
import type { EventReader, RecordedEvent } from '@oss/event-store';
import { checkpointNotes, checkpointsFile, leavesFile } from '../checkpoints/audit-files';
import { checkpointsInLog } from '../checkpoints/checkpoint-fact';
import { LeafFile } from '../checkpoints/leaf-file';
import { HASH_BYTES, leafHash } from '../merkle/hashing';
import { MerkleTree } from '../merkle/tree';
import type { Checkpoint } from '../notes/checkpoint';
import { withCosignatures } from '../notes/cosignature';
import type { VerifierKey } from '../notes/note-keys';
import type { Note } from '../notes/signed-note';
import { NotProvable } from './evidence';
import { SignedCheckpoints } from './signed-checkpoints';

export interface ProvableOptions {
  readonly auditDir: string;
  readonly key: VerifierKey;
  /** Size of the checkpoint; default the largest one. */
  readonly size?: number;
  /** Copies of checkpoints with cosignatures of witnesses. */
  readonly cosigned?: readonly Note[];
}

export class ProvableLog {
  private constructor(
    readonly reader: EventReader,
    readonly checkpoint: Checkpoint,
    readonly tree: MerkleTree,
    /** Every checkpoint that the log's key has signed. */
    readonly checkpoints: SignedCheckpoints,
    private readonly cosigned: readonly Note[],
  ) {}

  /** @throws NotProvable */
  static async open(reader: EventReader, { auditDir, key, size, cosigned = [] }: ProvableOptions): Promise<ProvableLog> {
    const checkpoints = await checkpointsOf(reader, auditDir, key);
    const checkpoint = size === undefined ? checkpoints.largestFirst().next().value : checkpoints.ofSize(size);
    if (!checkpoint) {
      const known = [...checkpoints.largestFirst()]
        .slice(0, 10)
        .map((each) => each.size)
        .reverse();
      throw new NotProvable(
        size === undefined
          ? 'no checkpoint has been signed yet: wait for the running system to sign one'
          : `no checkpoint covers ${size} events: choose one of ${known.join(', ') || 'none'}`,
      );
    }
    const tree = treeOfFile(auditDir, checkpoint) ?? new MerkleTree(await leavesInLog(reader, checkpoint.size));
    if (tree.size !== checkpoint.size || !tree.root().equals(checkpoint.root)) {
      throw new NotProvable(
        `the log is not the one that its checkpoint over ${checkpoint.size} events was signed for: run audit verify`,
      );
    }
    return new ProvableLog(reader, checkpoint, tree, checkpoints, cosigned);
  }

  /** Place of an event among those that the checkpoint covers, from 0; null when it came later. */
  indexOf(event: RecordedEvent): number | null {
    return this.tree.indexOf(leafHash(event.hash));
  }

  /** A checkpoint's text with the cosignatures that are at hand. */
  noteOf({ note }: Checkpoint): string {
    return withCosignatures(note, this.cosigned);
  }
}

async function checkpointsOf(reader: EventReader, auditDir: string, key: VerifierKey): Promise<SignedCheckpoints> {
  const inLog = (await checkpointsInLog(reader)).map(({ data }) => data.checkpoint);
  return new SignedCheckpoints([...inLog, ...checkpointNotes(checkpointsFile(auditDir))], key);
}

/** Null where the file does not hold the leaves that were signed. */
function treeOfFile(auditDir: string, { size, root }: Checkpoint): MerkleTree | null {
  const file = LeafFile.forReading(leavesFile(auditDir));
  if (file === null) return null;
  try {
    if (file.size < size) return null;
    const tree = new MerkleTree(file.read(0, size));
    return tree.root().equals(root) ? tree : null;
  } finally {
    file.close();
  }
}

async function leavesInLog(reader: EventReader, size: number): Promise<Buffer> {
  const leaves = Buffer.alloc(size * HASH_BYTES);
  let read = 0;
  for await (const { hash } of reader.readAll({ limit: size })) leafHash(hash).copy(leaves, read++ * HASH_BYTES);
  return leaves.subarray(0, read * HASH_BYTES);
}
