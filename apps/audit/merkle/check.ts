/**
 * Checks of proofs, which need no tree: RFC 9162 §2.1.3.2 (inclusion) and §2.1.4.2 (consistency). They answer yes or no and
 * throw nothing, whatever they are given.
 */
import { emptyRoot, HASH_BYTES, nodeHash } from './hashing';

/** Whether the leaf stands at `index` of the tree with this size and root. */
export function isIncluded(
  leaf: Buffer,
  index: number,
  proof: readonly Buffer[],
  tree: { readonly size: number; readonly root: Buffer },
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= tree.size || !allHashes(proof)) return false;
  let node = index;
  let last = tree.size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(tree.root);
}

/** Whether the second tree grew out of the first one by appending alone. */
export function isConsistent(
  first: { readonly size: number; readonly root: Buffer },
  second: { readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (first.size > second.size || !allHashes(proof)) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (first.size === 0) return proof.length === 0 && first.root.equals(emptyRoot());
  const isPowerOfTwo = Number.isInteger(Math.log2(first.size));
  const path = isPowerOfTwo ? [first.root, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return false;
  let node = first.size - 1;
  let last = second.size - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let older = start;
  let newer = start;
  for (const hash of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else newer = nodeHash(newer, hash);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && older.equals(first.root) && newer.equals(second.root);
}

function half(number: number): number {
  return Math.floor(number / 2);
}

function allHashes(proof: readonly Buffer[]): boolean {
  return proof.every(({ length }) => length === HASH_BYTES);
}
