/**
 * The right edge of a growing tree: the roots of its perfect sub-trees, largest first, at most one for each bit of its size.
 * All that must be kept to append a leaf and to tell the root: O(log n).
 */
import { emptyRoot, HASH_BYTES, levelAbove, nodeHash } from './hashing';

export class Frontier {
  readonly #roots: Buffer[];
  #size: number;

  constructor(size = 0, roots: readonly Buffer[] = []) {
    this.#size = size;
    this.#roots = [...roots];
    if (roots.length !== bitsSet(size)) throw new RangeError(`${roots.length} sub-trees cannot make a tree of ${size} leaves`);
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  append(leaf: Buffer): void {
    this.#push(leaf, 1);
  }

  /** Many leaves, 32 bytes each, one after another: what fills a perfect sub-tree is hashed level by level. The buffer is the caller's again. */
  appendAll(leaves: Buffer): void {
    for (let at = 0; at < leaves.length;) {
      const count = perfectSize(this.#size, (leaves.length - at) / HASH_BYTES);
      let level = leaves.subarray(at, at + count * HASH_BYTES);
      while (level.length > HASH_BYTES) level = levelAbove(level);
      this.#push(Buffer.from(level), count);
      at += count * HASH_BYTES;
    }
  }

  /** @param leaves of the perfect sub-tree; a power of two that divides the size */
  #push(root: Buffer, leaves: number): void {
    let hash = root;
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(this.#roots.pop()!, hash);
    this.#roots.push(hash);
    this.#size += leaves;
  }

  /** The root of the tree (RFC 9162 §2.1.1). */
  root(): Buffer {
    let root: Buffer | undefined;
    for (const each of this.#roots.toReversed()) root = root === undefined ? each : nodeHash(each, root);
    return root ?? emptyRoot();
  }

  copy(): Frontier {
    return new Frontier(this.#size, this.#roots);
  }

  toJson(): string {
    return JSON.stringify({ roots: this.#roots.map((root) => root.toString('hex')), size: this.#size });
  }

  /** @throws RangeError or SyntaxError on what `toJson` did not write */
  static fromJson(text: string): Frontier {
    const { roots, size } = JSON.parse(text) as { roots: string[]; size: number };
    return new Frontier(
      size,
      roots.map((root) => Buffer.from(root, 'hex')),
    );
  }
}

function bitsSet(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}

/** Leaves of the largest perfect sub-tree of at most `most` leaves that can stand next in a tree of `size`. */
function perfectSize(size: number, most: number): number {
  let leaves = 1;
  while (leaves * 2 <= most && size % (leaves * 2) === 0) leaves *= 2;
  return leaves;
}
