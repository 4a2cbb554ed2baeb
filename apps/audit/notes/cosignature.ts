/**
 * Cosignatures of witnesses (C2SP tlog-cosignature, version 1): "at this time the largest tree that I saw of this log, and
 * found grown by appending alone, was this one".
 */
import { sign, verify } from 'node:crypto';
import type { SigningKey, VerifierKey } from './note-keys';
import { BadNote, carriedBy, type Note, type NoteSignature, noteText } from './signed-note';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** @param seconds since 1970 */
export function cosign(body: string, seconds: number, { name, id, secret }: SigningKey): NoteSignature {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds));
  return { name, id, bytes: Buffer.concat([time, sign(null, cosignedMessage(body, BigInt(seconds)), secret)]) };
}

/** When a witness cosigned, in seconds since 1970; null when it did not. @throws BadNote when its cosignature is false */
export function cosignedAt(note: Note, witness: VerifierKey): number | null {
  const signature = carriedBy(note, witness);
  if (signature === null) return null;
  const { bytes } = signature;
  if (bytes.length === TIME_BYTES + SIGNATURE_BYTES) {
    const seconds = bytes.readBigUInt64BE();
    const isSound = verify(null, cosignedMessage(note.body, seconds), witness.key, bytes.subarray(TIME_BYTES));
    if (isSound && seconds <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(seconds);
  }
  throw new BadNote(`the cosignature of ${witness.name} is false`);
}

/** A checkpoint with the signatures that other copies of it carry. Copies of another body are left out. */
export function withCosignatures(note: Note, copies: readonly Note[]): string {
  const signatures = [...note.signatures];
  for (const copy of copies) {
    if (copy.body !== note.body) continue;
    for (const each of copy.signatures) {
      if (!signatures.some(({ name, id }) => name === each.name && id === each.id)) signatures.push(each);
    }
  }
  return noteText({ body: note.body, signatures });
}

function cosignedMessage(body: string, seconds: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${body}`);
}
