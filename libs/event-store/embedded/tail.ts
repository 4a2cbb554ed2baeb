/**
 * The last events of the log, in memory, fed by the commits of this process: a subscriber that is caught up never asks
 * the database. An event is let go when all subscribers have taken it, while it is still young for the garbage collector.
 * Bounded by number and by size; whoever lags further reads pages.
 */
import type { Recorded } from '../recorded';

const MAX_EVENTS = 2_048;
const MAX_CHARS = 4_194_304;

export class Tail {
  /** Position of the last event of the log, 0 for an empty one. */
  last = 0;
  /** The event at a position stands in the slot `position % MAX_EVENTS`. */
  readonly #slots = new Array<Recorded | undefined>(MAX_EVENTS).fill(undefined);
  #kept = 0;
  #chars = 0;

  /** Events come in the order of their positions, without gaps. */
  push(event: Recorded): void {
    this.#chars += event.text.length;
    while (this.#kept > 0 && (this.#kept === MAX_EVENTS || this.#chars > MAX_CHARS)) this.#dropOldest();
    this.last = Number(event.position);
    this.#slots[this.last % MAX_EVENTS] = event;
    this.#kept += 1;
  }

  /** The event at a position, when it is still kept. */
  at(position: number): Recorded | undefined {
    return position > this.last - this.#kept && position <= this.last ? this.#slots[position % MAX_EVENTS] : undefined;
  }

  /** Everybody has taken the events up to this position. */
  release(position: number): void {
    while (this.#kept > 0 && this.last - this.#kept < position) this.#dropOldest();
  }

  #dropOldest(): void {
    const slot = (this.last - this.#kept + 1) % MAX_EVENTS;
    this.#chars -= this.#slots[slot]!.text.length;
    this.#slots[slot] = undefined;
    this.#kept -= 1;
  }
}
