/**
 * The tree against a second, naive implementation, written from the definitions of RFC 9162 §2.1 alone: recursive, by slices.
 * All sizes up to a few dozen leaves, every leaf, every pair of sizes; then proofs of liars.
 */
import { createHash } from 'node:crypto';
import { isConsistent, isIncluded } from './check';
import { Frontier } from './frontier';
import { leafHash } from './hashing';
import { MerkleTree } from './tree';

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
/** MTH of a list of entries. */
function mth(entries: readonly Buffer[]): Buffer {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0]!);
  const k = powerBelow(entries.length);
  return sha256(Buffer.of(1), mth(entries.slice(0, k)), mth(entries.slice(k)));
}
function path(m: number, entries: readonly Buffer[]): Buffer[] {
  if (entries.length === 1) return [];
  const k = powerBelow(entries.length);
  return m < k
    ? [...path(m, entries.slice(0, k)), mth(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), mth(entries.slice(0, k))];
}
function subproof(m: number, entries: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === entries.length) return whole ? [] : [mth(entries)];
  const k = powerBelow(entries.length);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), whole), mth(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), mth(entries.slice(0, k))];
}
function powerBelow(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}

const MOST = 37;
const entries = Array.from({ length: MOST }, (_, n) => sha256(Buffer.from(`event ${n}`)));
const leaves = entries.map((entry) => leafHash(entry.toString('hex')));
const tree = new MerkleTree(Buffer.concat(leaves));
const head = (size: number): { size: number; root: Buffer } => ({ size, root: mth(entries.slice(0, size)) });
const sizes = Array.from({ length: MOST }, (_, n) => n + 1);

test('the published roots: of nothing, and of the first leaves of RFC 6962’s test vectors', () => {
  expect(new Frontier().root().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  // Our leaves are 32-byte hashes; the empty entry of those vectors is hashed here by hand.
  expect(sha256(Buffer.of(0)).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
});

test('roots of all sizes, appended one by one and kept through their text', () => {
  let frontier = new Frontier();
  for (const size of sizes) {
    frontier.append(leaves[size - 1]!);
    frontier = Frontier.fromJson(frontier.toJson());
    expect([frontier.size, frontier.root()]).toEqual([size, mth(entries.slice(0, size))]);
    expect(tree.root(size)).toEqual(frontier.root());
  }
  expect(() => new Frontier(3, [])).toThrow('0 sub-trees cannot make a tree of 3 leaves');
});

test('many leaves at once, after any number of leaves, give the same tree', () => {
  const all = Buffer.concat(leaves);
  for (const first of [0, ...sizes]) {
    for (const second of sizes.filter((size) => size >= first)) {
      const frontier = new Frontier();
      frontier.appendAll(all.subarray(0, first * 32));
      const page = Buffer.from(all.subarray(first * 32, second * 32));
      frontier.appendAll(page);
      page.fill(0);
      expect([frontier.size, frontier.root()]).toEqual([second, tree.root(second)]);
    }
  }
});

test('every inclusion proof is the defined one, and is accepted for its own place alone', () => {
  for (const size of sizes) {
    for (let index = 0; index < size; index++) {
      const proof = tree.inclusion(index, size);
      expect(proof).toEqual(path(index, entries.slice(0, size)));
      expect(isIncluded(leaves[index]!, index, proof, head(size))).toBe(true);
      if (size > 1) expect(isIncluded(leaves[index]!, (index + 1) % size, proof, head(size))).toBe(false);
    }
  }
});

test('every consistency proof is the defined one, and is accepted for its own sizes alone', () => {
  for (const second of sizes) {
    for (let first = 1; first <= second; first++) {
      const proof = tree.consistency(first, second);
      expect(proof).toEqual(subproof(first, entries.slice(0, second), true));
      expect(isConsistent(head(first), head(second), proof)).toBe(true);
      if (first < second) expect(isConsistent({ ...head(first), size: first + 1 }, head(second), proof)).toBe(false);
    }
  }
});

describe('a lying prover', () => {
  const proof = tree.inclusion(10, 35);
  const consistency = tree.consistency(23, 35);
  const altered = (hashes: readonly Buffer[], at: number): Buffer[] => hashes.map((each, n) => (n === at ? sha256(each) : each));

  test.each([
    ['a hash altered', altered(proof, 2)],
    ['a hash left out', proof.slice(1)],
    ['the last hash left out', proof.slice(0, -1)],
    ['a hash too many', [...proof, proof[0]!]],
    ['another order', proof.toReversed()],
    ['a short hash', [...proof.slice(0, -1), Buffer.alloc(31)]],
    ['nothing', []],
  ])('inclusion with %s', (_, hashes) => expect(isIncluded(leaves[10]!, 10, hashes, head(35))).toBe(false));

  test.each([
    ['another leaf', leaves[11]!, 10, 35],
    ['a place beyond the tree', leaves[10]!, 35, 35],
    ['a negative place', leaves[10]!, -1, 35],
    ['half a place', leaves[10]!, 10.5, 35],
    ['a size that puts it elsewhere', leaves[10]!, 10, 17],
  ])('inclusion of %s', (_, leaf, index, size) => expect(isIncluded(leaf, index, proof, { ...head(35), size })).toBe(false));

  test.each([
    ['a hash altered', altered(consistency, 0)],
    ['a hash left out', consistency.slice(1)],
    ['a hash too many', [...consistency, sha256()]],
    ['nothing', []],
  ])('consistency with %s', (_, hashes) => expect(isConsistent(head(23), head(35), hashes)).toBe(false));

  test('consistency of a history that was rewritten, or that shrank', () => {
    expect(isConsistent({ size: 23, root: sha256() }, head(35), consistency)).toBe(false);
    expect(isConsistent(head(23), { size: 35, root: sha256() }, consistency)).toBe(false);
    expect(isConsistent(head(35), head(23), consistency)).toBe(false);
    expect(isConsistent(head(23), { size: 23, root: sha256() }, [])).toBe(false);
  });
});
