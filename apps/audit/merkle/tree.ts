/**
 * A whole tree in memory, for making proofs: 64 bytes for each leaf, every perfect sub-tree hashed once. Proofs as RFC 9162
 * defines them: inclusion §2.1.3.1, consistency §2.1.4.1.
 */
import { emptyRoot, HASH_BYTES, levelAbove, nodeHash, splitPoint } from './hashing';

export class MerkleTree {
  /** `#levels[h]` holds the roots of the perfect sub-trees of 2^h leaves, one after another. */
  readonly #levels: Buffer[];
  readonly size: number;

  /** @param leaves leaf hashes, 32 bytes each, one after another */
  constructor(leaves: Buffer) {
    if (leaves.length % HASH_BYTES !== 0) throw new RangeError(`${leaves.length} bytes are no whole leaf hashes`);
    this.size = leaves.length / HASH_BYTES;
    this.#levels = [leaves];
    for (let below = leaves; below.length >= 2 * HASH_BYTES; below = this.#levels.at(-1)!) this.#levels.push(levelAbove(below));
  }

  /** The root over the first `size` leaves. */
  root(size = this.size): Buffer {
    this.#assertSize(size);
    return size === 0 ? emptyRoot() : this.#hash(0, size);
  }

  leaf(index: number): Buffer {
    return this.#at(0, index);
  }

  /** Place of a leaf, from 0, or null. */
  indexOf(leaf: Buffer): number | null {
    const leaves = this.#levels[0]!;
    for (let at = leaves.indexOf(leaf); at >= 0; at = leaves.indexOf(leaf, at + 1)) {
      if (at % HASH_BYTES === 0) return at / HASH_BYTES;
    }
    return null;
  }

  /** Sibling hashes from the leaf's own up to the root's child. */
  inclusion(index: number, size = this.size): Buffer[] {
    this.#assertSize(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError(`no leaf ${index} among ${size}`);
    const path: Buffer[] = [];
    let from = 0;
    let to = size;
    while (to - from > 1) {
      const middle = from + splitPoint(to - from);
      if (index < middle) {
        path.push(this.#hash(middle, to));
        to = middle;
      } else {
        path.push(this.#hash(from, middle));
        from = middle;
      }
    }
    return path.reverse();
  }

  /** That the first `first` leaves of the tree of `second` leaves are the whole of the earlier tree. 0 < first ≤ second. */
  consistency(first: number, second = this.size): Buffer[] {
    this.#assertSize(second);
    if (!Number.isSafeInteger(first) || first <= 0 || first > second) throw new RangeError(`no proof from ${first} to ${second}`);
    const proof: Buffer[] = [];
    let from = 0;
    let to = second;
    let whole = true;
    while (first !== to) {
      const middle = from + splitPoint(to - from);
      if (first <= middle) {
        proof.push(this.#hash(middle, to));
        to = middle;
      } else {
        proof.push(this.#hash(from, middle));
        from = middle;
        whole = false;
      }
    }
    if (!whole) proof.push(this.#hash(from, to));
    return proof.reverse();
  }

  #hash(from: number, to: number): Buffer {
    const size = to - from;
    const height = Math.log2(size);
    if (Number.isInteger(height) && from % size === 0) return this.#at(height, from / size);
    const middle = from + splitPoint(size);
    return nodeHash(this.#hash(from, middle), this.#hash(middle, to));
  }

  #at(height: number, index: number): Buffer {
    return this.#levels[height]!.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  #assertSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.size) throw new RangeError(`no tree of ${size} in ${this.size}`);
  }
}
