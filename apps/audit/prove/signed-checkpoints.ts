/**
 * The checkpoints that a log's key has signed, by their sizes. A log has one for each minute of its life, each in the log and in a
 * file: a signature is checked when somebody asks for that size, once.
 */
import { type Checkpoint, parseCheckpoint, trustedCheckpoint } from '../notes/checkpoint';
import type { VerifierKey } from '../notes/note-keys';
import { BadNote } from '../notes/signed-note';

export class SignedCheckpoints {
  /** Notes that claim a size, in the order in which they were told. */
  readonly #claims = new Map<number, Set<string>>();
  readonly #sizes: readonly number[];
  readonly #trusted = new Map<number, Checkpoint | null>();

  constructor(
    notes: Iterable<string>,
    private readonly key: VerifierKey,
  ) {
    for (const text of notes) {
      const claim = unlessBad(() => parseCheckpoint(text));
      if (claim === null) continue;
      const claims = this.#claims.get(claim.size);
      if (claims === undefined) this.#claims.set(claim.size, new Set([text]));
      else claims.add(text);
    }
    this.#sizes = [...this.#claims.keys()].sort((a, b) => b - a);
  }

  /** The first that was told of a size and is signed by the key, or null. */
  ofSize(size: number): Checkpoint | null {
    let found = this.#trusted.get(size);
    if (found !== undefined) return found;
    found = null;
    // Another key's notes prove nothing here; `verify` reports them.
    for (const text of this.#claims.get(size) ?? []) found ??= unlessBad(() => trustedCheckpoint(text, this.key));
    this.#trusted.set(size, found);
    return found;
  }

  /** From the largest on. */
  *largestFirst(): Generator<Checkpoint> {
    for (const size of this.#sizes) {
      const found = this.ofSize(size);
      if (found !== null) yield found;
    }
  }
}

/** Null for a note that cannot be trusted. */
function unlessBad(read: () => Checkpoint): Checkpoint | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadNote)) throw error;
    return null;
  }
}
