/**
 * The two hashes of an RFC 9162 tree (§2.1.1). A leaf of ours holds the 32-byte chain hash of an event, so maintaining the
 * tree reads position and hash only, and an event's leaf commits to everything before it in its stream.
 */
import { hash } from 'node:crypto';

export { leafHash, writeLeafHash } from '@oss/event-store';

export const HASH_BYTES = 32;

/** Prefix and content laid side by side: one call of the hash function instead of three, for every event of the log. */
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01);

/** Taken as text of one-byte characters and written into pooled memory: a buffer of its own for each hash takes twice as long. */
function sha256(input: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1');
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Roots of the sub-trees twice as large, one after another; what is left over on the right has none yet. */
export function levelAbove(below: Buffer): Buffer {
  const level = Buffer.allocUnsafe(Math.floor(below.length / (2 * HASH_BYTES)) * HASH_BYTES);
  for (let at = 0; at < level.length; at += HASH_BYTES) {
    below.copy(nodeInput, 1, 2 * at, 2 * (at + HASH_BYTES));
    level.write(hash('sha256', nodeInput, 'binary'), at, 'latin1');
  }
  return level;
}

/** The root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return sha256(new Uint8Array());
}

/** The largest power of two below `size`, where the tree of `size` leaves (two at least) is cut in two. */
export function splitPoint(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
