/**
 * The leaf of an event in the audit's tree (RFC 9162 §2.1.1). It holds the 32-byte chain hash, so that it commits to everything
 * before the event in its stream. Here, beside the chain, because a statement tells it as well as the audit.
 */
import { hash } from 'node:crypto';

const HASH_BYTES = 32;

/** Prefix and content laid side by side: one call of the hash function instead of two for every event of the log. */
const leafInput = Buffer.alloc(1 + HASH_BYTES, 0x00);

/** SHA-256(0x00 ‖ chain hash). @param chainHash 64 hex digits, as the store gives them */
export function leafHash(chainHash: string): Buffer {
  // As text of one-byte characters, written into pooled memory: a buffer of its own for each hash takes twice as long.
  return Buffer.from(leafDigits(chainHash), 'latin1');
}

/** The same, written into a buffer: for lists of leaves. */
export function writeLeafHash(chainHash: string, target: Buffer, at: number): void {
  target.write(leafDigits(chainHash), at, 'latin1');
}

function leafDigits(chainHash: string): string {
  if (leafInput.write(chainHash, 1, 'hex') !== HASH_BYTES) throw new RangeError(`${chainHash} is no SHA-256 hash`);
  return hash('sha256', leafInput, 'binary');
}
