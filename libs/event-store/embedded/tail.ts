/**
 * The last events of the log, in memory, fed by the commits of this process: a subscriber that is caught up never asks
 * the database. Bounded by number and by size; whoever lags further reads pages.
 */
import type { Recorded } from '../recorded';

const MAX_EVENTS = 2_048;
const MAX_CHARS = 4_194_304;

export class Tail {
  /** Position of the last event of the log, 0 for an empty one. */
  last = 0;
  #events: (Recorded | undefined)[] = [];
  /** Index in `#events` of the first one kept; the array is cut when the dead part is as long as the live one. */
  #start = 0;
  #chars = 0;

  /** Events come in the order of their positions, without gaps. */
  push(event: Recorded): void {
    this.#events.push(event);
    this.#chars += event.text.length;
    this.last = Number(event.position);
    while (this.#length() > MAX_EVENTS || this.#chars > MAX_CHARS) {
      this.#chars -= this.#events[this.#start]!.text.length;
      this.#events[this.#start] = undefined;
      this.#start += 1;
    }
    if (this.#start > MAX_EVENTS) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }

  /** The event at a position, when it is still kept. */
  at(position: number): Recorded | undefined {
    const index = this.#events.length - 1 - (this.last - position);
    return index >= this.#start ? this.#events[index] : undefined;
  }

  #length(): number {
    return this.#events.length - this.#start;
  }
}
