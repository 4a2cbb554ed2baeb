/** Begins something again after it failed, with growing pauses, until it is stopped: how subscriptions outlast an outage. */

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

export class BackOff {
  #pause = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  /** It works again: the next pause is a short one. */
  succeeded(): void {
    this.#pause = FIRST_PAUSE_MS;
  }

  /** Runs `again` after the pause, unless it waits already or was stopped. */
  later(again: () => void): void {
    if (this.#timer || this.#stopped) return;
    // Half of the pause is chance: processes that lost the same server do not come back in one moment.
    const wait = this.#pause * (0.5 + Math.random() / 2);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      again();
    }, wait);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
