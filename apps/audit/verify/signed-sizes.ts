/**
 * The checkpoints that a log is compared with: its own, those of AUDIT_DIR, those of files kept elsewhere. Only what the log's
 * key has signed counts; a checkpoint that it has not signed is a finding, and so are two that contradict each other.
 */
import type { EventReader } from '@oss/event-store';
import { type Checkpoint, trustedCheckpoint } from '../notes/checkpoint';
import type { VerifierKey } from '../notes/note-keys';
import { BadNote } from '../notes/signed-note';
import { checkpointNotes } from '../checkpoints/audit-files';
import { type CheckpointSigned, checkpointsInLog } from '../checkpoints/checkpoint-fact';
import type { Finding } from './finding';

interface Found {
  readonly note: string;
  /** File, or event of the log. */
  readonly from: string;
}

export interface SignedSizes {
  /** One for each size, smallest first. */
  readonly checkpoints: readonly Checkpoint[];
  readonly findings: readonly Finding[];
}

/** @param files notes kept outside the log; one that does not exist holds none */
export async function signedSizes(reader: EventReader, files: readonly string[], key: VerifierKey | null): Promise<SignedSizes> {
  const inLog = (await checkpointsInLog(reader)).map((event): Found => {
    return { note: noteIn(event.text), from: `${event.stream}@${event.revision}` };
  });
  const inFiles = files.flatMap((file) => checkpointNotes(file).map((note): Found => ({ note, from: file })));
  const bySize = new Map<number, Checkpoint>();
  const findings: Finding[] = [];
  for (const found of key === null ? [] : [...inFiles, ...inLog]) {
    const checkpoint = trusted(found, key as VerifierKey, findings);
    if (checkpoint === null) continue;
    const other = bySize.get(checkpoint.size);
    if (other === undefined) bySize.set(checkpoint.size, checkpoint);
    else if (!other.root.equals(checkpoint.root)) findings.push(forked(found, checkpoint.size));
  }
  return { checkpoints: [...bySize.values()].sort((a, b) => a.size - b.size), findings };
}

/** The note of a stored checkpoint; of one that cannot be read any more the text itself, which no key has signed. */
function noteIn(text: string): string {
  try {
    return String((JSON.parse(text) as CheckpointSigned).checkpoint);
  } catch {
    return text;
  }
}

function trusted({ note, from }: Found, key: VerifierKey, findings: Finding[]): Checkpoint | null {
  try {
    return trustedCheckpoint(note, key);
  } catch (error) {
    if (!(error instanceof BadNote)) throw error;
    findings.push({
      check: 'checkpoint',
      what: 'untrusted',
      message: `检查点（${from}）不可信：${error.message}。 A checkpoint of ${from} cannot be trusted: ${error.message}.`,
    });
    return null;
  }
}

function forked({ from }: Found, size: number): Finding {
  return {
    check: 'checkpoint',
    what: 'forked',
    place: size,
    message:
      `对前 ${size} 个事件签过两个不同的检查点（其一在 ${from}）：存在两个版本的历史。 ` +
      `Two different checkpoints were signed over the first ${size} events (one in ${from}): there are two histories.`,
  };
}
