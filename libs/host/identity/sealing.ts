/**
 * Encryption of one person's identity: a data key of its own (AES-256-GCM), wrapped by the master key. Both are bound to
 * the personKey as additional data, so that rows cannot be exchanged for one another. Deleting the row deletes the key.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hash, randomBytes } from 'node:crypto';

export interface KnownPerson {
  readonly idNumber: string;
  readonly name: string;
}

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedIdentity {
  /** The person's data key under the master key: nonce, ciphertext, tag. */
  readonly wrapped: Buffer;
  /** Name and id number under the data key: nonce, ciphertext, tag. */
  readonly sealed: Buffer;
}

/** What an id number is found by, in hex: HMAC-SHA256, so that the file alone does not allow trying all id numbers. */
export type Lookup = (idNumber: string) => string;

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** An id number has 18 characters; what is longer is hashed all the same. */
const USUAL_BYTES = 64;

/**
 * HMAC-SHA256 (RFC 2104) from one-shot hashes over buffers of its own: every discharge pays for it, `createHmac` costs ten times
 * as much, and a hash that is answered as a buffer twice as much as one that is answered as text.
 */
export function lookupWith(hmacKey: Buffer): Lookup {
  const padded = (byte: number, room: number): Buffer => {
    const pad = Buffer.alloc(BLOCK_BYTES, byte).map((each, index) => each ^ (hmacKey[index] ?? 0));
    return Buffer.concat([pad, Buffer.alloc(room)]);
  };
  const usual = padded(0x36, USUAL_BYTES);
  const outer = padded(0x5c, HASH_BYTES);
  return (idNumber) => {
    const length = Buffer.byteLength(idNumber);
    const inner = length <= USUAL_BYTES ? usual : padded(0x36, length);
    inner.write(idNumber, BLOCK_BYTES);
    outer.write(hash('sha256', inner.subarray(0, BLOCK_BYTES + length), 'binary'), BLOCK_BYTES, 'binary');
    // Whose discharge it was is not to be read here afterwards.
    inner.fill(0, BLOCK_BYTES);
    return hash('sha256', outer, 'hex');
  };
}

export function sealIdentity(master: Buffer, personKey: string, person: KnownPerson): SealedIdentity {
  // Drawn in one go: a roster seals a hundred thousand, and each draw costs.
  const drawn = randomBytes(KEY_BYTES + 2 * NONCE_BYTES);
  const dataKey = drawn.subarray(0, KEY_BYTES);
  const content = Buffer.from(JSON.stringify({ idNumber: person.idNumber, name: person.name }));
  const sealed = encrypt(dataKey, drawn.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES), `identity ${personKey}`, content);
  const wrapped = encrypt(master, drawn.subarray(KEY_BYTES + NONCE_BYTES), `data key ${personKey}`, dataKey);
  dataKey.fill(0);
  return { wrapped, sealed };
}

/** @throws when the row was altered, exchanged, or written under another master key */
export function openIdentity(
  master: Buffer,
  personKey: string,
  { wrapped, sealed }: { wrapped: Uint8Array; sealed: Uint8Array },
): KnownPerson {
  const dataKey = decrypt(master, `data key ${personKey}`, wrapped);
  const content = decrypt(dataKey, `identity ${personKey}`, sealed);
  dataKey.fill(0);
  return JSON.parse(content.toString()) as KnownPerson;
}

/** @param nonce never used before with this key */
function encrypt(key: Buffer, nonce: Buffer, boundTo: string, content: Buffer): Buffer {
  // A KeyObject takes half the time of the same bytes.
  const cipher = createCipheriv(ALGORITHM, createSecretKey(key), nonce);
  cipher.setAAD(Buffer.from(boundTo));
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, boundTo: string, box: Uint8Array): Buffer {
  const decipher = createDecipheriv(ALGORITHM, createSecretKey(key), box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  const content = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
  // Nothing is left to come in this mode: it compares the tag, and throws where it is another.
  decipher.final();
  return content;
}
