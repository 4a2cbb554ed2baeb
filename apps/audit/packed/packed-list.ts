/**
 * A list that only grows and is read from its beginning: JSON values, some hundred to a deflated block, so that a long list takes
 * a tenth of what its objects would. What reads it holds one block at a time.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Values of a block: enough for deflate to find what they share. */
const BLOCK_VALUES = 256;
/** The quickest: what repeats here does so within a value or two. */
const LEVEL = 1;

export class PackedList<T> implements Iterable<T> {
  readonly #blocks: Buffer[] = [];
  #open: T[] = [];

  get length(): number {
    return this.#blocks.length * BLOCK_VALUES + this.#open.length;
  }

  /** @param value comes back as JSON gives it back: a member that is undefined is none */
  push(value: T): void {
    if (this.#open.push(value) < BLOCK_VALUES) return;
    this.#blocks.push(deflateRawSync(JSON.stringify(this.#open), { level: LEVEL }));
    this.#open = [];
  }

  *[Symbol.iterator](): Generator<T> {
    for (const block of this.#blocks) yield* JSON.parse(inflateRawSync(block).toString()) as T[];
    yield* this.#open;
  }
}
