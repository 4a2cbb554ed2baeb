/**
 * The heads of streams that the writer wrote or asked for last. Most streams are written once and never again: a new one keeps only
 * a short place, until its second append moves its head among the others.
 */
import { LRUCache } from 'lru-cache';
import type { StreamHead } from '../sealing';

/** With the number of its stream in the file. */
export type Head = StreamHead & { readonly no: number };

/** A head takes some 400 bytes. */
const MAX_HEADS = 16_384;
const MAX_NEW_HEADS = 2_048;

/** A stream's head stands in one of the two at most. */
export class Heads {
  readonly #heads = new LRUCache<string, Head>({ max: MAX_HEADS });
  readonly #newHeads = new LRUCache<string, Head>({ max: MAX_NEW_HEADS });

  get(stream: string): Head | undefined {
    return this.#heads.get(stream) ?? this.#newHeads.get(stream);
  }

  /** The first head of a stream. */
  begun(stream: string, head: Head): void {
    this.#newHeads.set(stream, head);
  }

  /** A later head, or one that was read. */
  known(stream: string, head: Head): void {
    this.#newHeads.delete(stream);
    this.#heads.set(stream, head);
  }

  clear(): void {
    this.#heads.clear();
    this.#newHeads.clear();
  }
}
