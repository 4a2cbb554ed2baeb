/** One person's discharges one after another, in the order in which they came; different persons' side by side. */
export class Lanes {
  /** The last work of each person that has some on its way; in memory only, bounded by what the caller lets in. */
  readonly #lanes = new Map<string, Promise<unknown>>();

  /** Enters the person's lane at once, so that lanes keep the order of the calls. */
  enter<R>(lane: string, work: () => Promise<R>): Promise<R> {
    const before = this.#lanes.get(lane) ?? Promise.resolve();
    const outcome = before.then(work);
    const answered: Promise<void> = outcome.then(
      () => this.#leave(lane, answered),
      () => this.#leave(lane, answered),
    );
    this.#lanes.set(lane, answered);
    return outcome;
  }

  #leave(lane: string, answered: Promise<void>): void {
    if (this.#lanes.get(lane) === answered) this.#lanes.delete(lane);
  }
}
