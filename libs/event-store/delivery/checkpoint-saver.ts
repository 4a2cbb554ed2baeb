/**
 * Saves a subscription's checkpoint lazily, in the writer's commits. What was handled since the last save is delivered
 * again after a crash; a save that fails costs no more than that, and the next one makes up for it.
 */

/** A checkpoint is saved after so many events, or this long after the first unsaved one. */
const EVENTS_PER_SAVE = 1_000;
const SAVE_DELAY_MS = 1_000;

export class CheckpointSaver {
  readonly #write: (position: number) => Promise<void>;
  readonly #position: () => number;
  #saved: number;
  #unsaved = 0;
  #saving: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  /** @param position the checkpoint as it is now */
  constructor(write: (position: number) => Promise<void>, position: () => number) {
    this.#write = write;
    this.#position = position;
    this.#saved = position();
  }

  /** `events` have been handled or parked; `seen` is the last position looked at. */
  advance(events: number, seen: number): void {
    this.#unsaved += events;
    if (this.#saving || this.#stopped) return;
    if (this.#unsaved >= EVENTS_PER_SAVE) this.#save();
    else if (!this.#timer && seen > this.#saved) this.#timer = setTimeout(() => this.#save(), SAVE_DELAY_MS).unref();
  }

  /** Saves what is unsaved; nothing is saved after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#saving;
    this.#save();
    await this.#saving;
  }

  #save(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#unsaved = 0;
    const position = this.#position();
    if (position <= this.#saved) return;
    const done = (saved: number): void => {
      this.#saved = saved;
      this.#saving = null;
      if (this.#unsaved > 0) this.advance(0, this.#position());
    };
    this.#saving = this.#write(position).then(
      () => done(position),
      () => done(this.#saved),
    );
  }
}
