/**
 * The last events of streams that were asked for, kept in memory: registries and heads of law are read at every request and
 * change seldom. One process writes, and every commit passes by here, so what is kept is what stands in the file.
 */
import { LRUCache } from 'lru-cache';
import type { Recorded } from '../recorded';

/** What is kept is bounded by number and by its text; live data beside a text takes about three times as much. */
const MAX_STREAMS = 10_000;
const MAX_CHARS = 4_194_304;
const CHARS_BESIDE_TEXT = 300;

/** Stands for "the stream does not exist": an LRU keeps no null. */
const NO_EVENT = Symbol('no event');

export class LastEvents {
  readonly #kept = new LRUCache<string, Recorded | typeof NO_EVENT>({
    max: MAX_STREAMS,
    maxSize: MAX_CHARS,
    sizeCalculation: (kept) => CHARS_BESIDE_TEXT + (kept === NO_EVENT ? 0 : kept.text.length),
  });

  /** The last event (null: the stream does not exist) of a stream that is kept; undefined otherwise. */
  get(stream: string): Recorded | null | undefined {
    const kept = this.#kept.get(stream);
    return kept === NO_EVENT ? null : kept;
  }

  /** Keeps what was read from the file. */
  keep(stream: string, last: Recorded | null): void {
    this.#kept.set(stream, last ?? NO_EVENT);
  }

  /** A commit passed by: what is kept of its stream moves on, never back. */
  recorded(event: Recorded): void {
    const kept = this.#kept.peek(event.stream);
    if (kept === undefined) return;
    if (kept === NO_EVENT || kept.revision < event.revision) this.#kept.set(event.stream, event);
  }
}
