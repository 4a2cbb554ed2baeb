/**
 * The last events of streams that were asked for, kept in memory: registries and heads of law are read at every request and
 * change seldom. Of a stream that does change only the revision stays: whoever decides on it has its state already, and asks
 * whether that still holds. One process writes, and every commit passes by here, so what is kept is what stands in the file.
 */
import { LRUCache } from 'lru-cache';
import type { Recorded } from '../recorded';

/** Bounded by number and by text: records of some 12 000 persons. Live data beside a text takes about three times as much. */
const MAX_STREAMS = 30_000;
const MAX_CHARS = 6_500_000;
const CHARS_BESIDE_TEXT = 300;
const CHARS_OF_A_REVISION = 100;

/** The revision of a stream that does not exist. */
export const NO_REVISION = -1;

/** What is known of a stream: its last revision and, until it moves on, its last event (null: the stream does not exist). */
interface Known {
  revision: number;
  readonly last: Recorded | null | undefined;
}

export class LastEvents {
  readonly #known = new LRUCache<string, Known>({
    max: MAX_STREAMS,
    maxSize: MAX_CHARS,
    sizeCalculation: ({ last }) => (last === undefined ? CHARS_OF_A_REVISION : CHARS_BESIDE_TEXT + (last?.text.length ?? 0)),
  });

  /** The last event (null: the stream does not exist) of a stream that is kept; undefined otherwise. */
  get(stream: string): Recorded | null | undefined {
    return this.#known.get(stream)?.last;
  }

  /** Keeps what was read from the file. */
  keep(stream: string, last: Recorded | null): void {
    this.#known.set(stream, { revision: last?.revision ?? NO_REVISION, last });
  }

  /** The last revision (NO_REVISION: the stream does not exist), where it is known; undefined otherwise. */
  revision(stream: string): number | undefined {
    return this.#known.get(stream)?.revision;
  }

  /** Keeps a revision that was read from the file. */
  keepRevision(stream: string, revision: number): void {
    this.#known.set(stream, { revision, last: undefined });
  }

  /** A commit passed by, with this last event of its stream: what is known of the stream moves on, never back. */
  recorded({ stream, revision }: Recorded): void {
    const known = this.#known.peek(stream);
    if (known === undefined) return;
    const latest = Math.max(known.revision, revision);
    if (known.last === undefined) known.revision = latest;
    else this.#known.set(stream, { revision: latest, last: undefined });
  }
}
