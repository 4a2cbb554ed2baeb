/** Where a delivery takes its events from: a subscription's place in the log of one store. */
import type { Recorded } from '../recorded';

export interface Source {
  /** Everything up to here has been handed out or does not match. */
  readonly position: number;
  /** A position before the event that `next` answered last, and behind everything that had to be handled before it. */
  readonly before: number;
  /** After an `undefined` of `next`: false means "ask again in a later turn", true "wait until the log has grown". */
  readonly atEnd: boolean;
  /** The next matching event, when one is at hand. */
  next(): Recorded | undefined;
}
