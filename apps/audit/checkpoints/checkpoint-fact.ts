/** The fact that a checkpoint was signed, on `audit-checkpoints`: the log vouches for its own past, in the open. */
import type { EventReader, RecordedEvent } from '@oss/event-store';

export const CHECKPOINTS_STREAM = 'audit-checkpoints';
export const CHECKPOINT_SIGNED = 'CheckpointSigned';

/** Keys in alphabetical order. */
export interface CheckpointSigned {
  /** The signed note (C2SP tlog-checkpoint). */
  readonly checkpoint: string;
  /** Log position of the last event that it covers. */
  readonly position: string;
  /** Events covered: the first `size` of the log in commit order. This event itself is never among them. */
  readonly size: number;
}

/** The checkpoints that the log itself holds, oldest first. */
export async function checkpointsInLog(reader: Pick<EventReader, 'readStream'>): Promise<RecordedEvent<CheckpointSigned>[]> {
  const found: RecordedEvent<CheckpointSigned>[] = [];
  for await (const event of reader.readStream(CHECKPOINTS_STREAM)) {
    if (event.type === CHECKPOINT_SIGNED) found.push(event as RecordedEvent<CheckpointSigned>);
  }
  return found;
}

/** The last checkpoint that the log itself holds, or null. */
export async function lastCheckpointInLog(
  reader: Pick<EventReader, 'readLast'>,
): Promise<RecordedEvent<CheckpointSigned> | null> {
  const last = await reader.readLast(CHECKPOINTS_STREAM);
  return last?.type === CHECKPOINT_SIGNED ? (last as RecordedEvent<CheckpointSigned>) : null;
}
