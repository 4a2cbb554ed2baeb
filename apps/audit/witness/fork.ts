/** Two checkpoints of one log that cannot both be true: what witnesses look for when they compare what each was shown. */
import type { Checkpoint } from '../notes/checkpoint';

/** Whether two trees over the same number of events differ. Checkpoints of other sizes need a consistency proof instead. */
export function isFork(one: Checkpoint, other: Checkpoint): boolean {
  return one.origin === other.origin && one.size === other.size && !one.root.equals(other.root);
}
