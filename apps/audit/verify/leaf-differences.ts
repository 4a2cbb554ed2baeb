/**
 * Two lists of leaves, the one that was signed and the one that the log gives now: what was changed, removed, inserted or put
 * elsewhere. A leaf hash stands for one event at one place of its stream, so it occurs once.
 */
import { HASH_BYTES } from '../merkle/hashing';

export interface LeafDifference {
  readonly what: 'changed' | 'removed' | 'inserted' | 'reordered';
  /** Place among the signed leaves, from 0; null for one that was never signed. */
  readonly signed: number | null;
  /** Place in the log as it is; of a removed one, the place where it would stand. */
  readonly found: number;
}

/** Differences told one by one; the first ones say what was done, the rest follows from them. */
export const MAX_DIFFERENCES = 100;

/**
 * @param signed leaves that a checkpoint proves, one after another
 * @param found leaves of the log, up to the same moment or later; where it ends early it was truncated, which is told elsewhere
 */
export function leafDifferences(signed: Buffer, found: Buffer): LeafDifference[] {
  const was = leavesOf(signed);
  const is = leavesOf(found);
  const placeBefore = new Map(was.map((leaf, place) => [leaf, place]));
  const placeNow = new Set(is);
  const differences: LeafDifference[] = [];
  let i = 0;
  let j = 0;
  while (i < was.length && j < is.length && differences.length < MAX_DIFFERENCES) {
    const before = was[i]!;
    const now = is[j]!;
    const place = placeBefore.get(now) ?? null;
    const what = before === now ? null : wrongOf(!placeNow.has(before), place === null);
    if (what !== null)
      differences.push({ what, signed: what === 'inserted' ? null : what === 'reordered' ? place : i, found: j });
    if (what !== 'inserted') i += 1;
    if (what !== 'removed') j += 1;
  }
  return differences;
}

/** @param isGone the signed leaf stands nowhere any more @param isNew the leaf that stands here now was signed nowhere */
function wrongOf(isGone: boolean, isNew: boolean): LeafDifference['what'] {
  if (isGone) return isNew ? 'changed' : 'removed';
  return isNew ? 'inserted' : 'reordered';
}

/** Each leaf as a text of 32 characters: what a Map can find. */
function leavesOf(bytes: Buffer): string[] {
  const leaves = new Array<string>(bytes.length / HASH_BYTES);
  for (let at = 0; at < leaves.length; at++) leaves[at] = bytes.toString('latin1', at * HASH_BYTES, (at + 1) * HASH_BYTES);
  return leaves;
}
