/**
 * The last events of streams that were asked for, kept in memory: registries and heads of law are read at every request and
 * change seldom. Of a stream that does change only the revision stays: whoever decides on it has its state already, and asks
 * whether that still holds. One process writes, and every commit passes by here, so what is kept is what stands in the file.
 */
import { LRUCache } from 'lru-cache';
import type { Recorded } from '../recorded';

/** What is kept is bounded by number and by its text; live data beside a text takes about three times as much. */
const MAX_STREAMS = 10_000;
const MAX_CHARS = 4_194_304;
const CHARS_BESIDE_TEXT = 300;

/** Stands for "the stream does not exist": an LRU keeps no null. */
const NO_EVENT = Symbol('no event');
/** The revision of a stream that does not exist. */
export const NO_REVISION = -1;

export class LastEvents {
  readonly #kept = new LRUCache<string, Recorded | typeof NO_EVENT>({
    max: MAX_STREAMS,
    maxSize: MAX_CHARS,
    sizeCalculation: (kept) => CHARS_BESIDE_TEXT + (kept === NO_EVENT ? 0 : kept.text.length),
  });
  readonly #revisions = new LRUCache<string, number>({ max: MAX_STREAMS });

  /** The last event (null: the stream does not exist) of a stream that is kept; undefined otherwise. */
  get(stream: string): Recorded | null | undefined {
    const kept = this.#kept.get(stream);
    return kept === NO_EVENT ? null : kept;
  }

  /** Keeps what was read from the file. */
  keep(stream: string, last: Recorded | null): void {
    this.#kept.set(stream, last ?? NO_EVENT);
  }

  /** The last revision (NO_REVISION: the stream does not exist), where it is known; undefined otherwise. */
  revision(stream: string): number | undefined {
    const known = this.#revisions.get(stream);
    if (known !== undefined) return known;
    const kept = this.get(stream);
    return kept === null ? NO_REVISION : kept?.revision;
  }

  /** Keeps a revision that was read from the file. */
  keepRevision(stream: string, revision: number): void {
    this.#revisions.set(stream, revision);
  }

  /** A commit passed by, with this last event of its stream: what is known of the stream moves on, never back. */
  recorded({ stream, revision }: Recorded): void {
    const known = this.#revisions.peek(stream);
    const kept = this.#kept.peek(stream);
    if (known === undefined && kept === undefined) return;
    if (kept !== undefined) this.#kept.delete(stream);
    const before = Math.max(known ?? NO_REVISION, kept === undefined || kept === NO_EVENT ? NO_REVISION : kept.revision);
    this.#revisions.set(stream, Math.max(before, revision));
  }
}
