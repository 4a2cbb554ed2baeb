/**
 * Keys of signed notes (C2SP signed-note): Ed25519, named, told to others as a verifier key "name+id+key". The kind of a key
 * says what its signature means: a note of the log (0x01), or the timestamped cosignature of a witness (0x04).
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

export const LOG_KEY = 0x01;
export const WITNESS_KEY = 0x04;
export type KeyKind = typeof LOG_KEY | typeof WITNESS_KEY;

const ED25519_BYTES = 32;
const VERIFIER_KEY = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/;

/** Whoever holds it can check signatures, not make them. */
export interface VerifierKey {
  readonly name: string;
  /** 8 hex digits. */
  readonly id: string;
  readonly kind: KeyKind;
  readonly key: KeyObject;
}

export interface SigningKey extends VerifierKey {
  readonly secret: KeyObject;
}

/** A text that is no verifier key of a kind that we know. */
export class UnusableKey extends Error {
  override readonly name = 'UnusableKey';
}

/** Reads "name+id+base64(kind ‖ key)". @throws UnusableKey */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = VERIFIER_KEY.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  const kind = bytes[0];
  if (bytes.length !== 1 + ED25519_BYTES || (kind !== LOG_KEY && kind !== WITNESS_KEY)) {
    throw new UnusableKey(`not a verifier key of Ed25519 (name+id+key): ${text.slice(0, 100)}`);
  }
  const raw = bytes.subarray(1);
  if (keyId(name, kind, raw) !== id)
    throw new UnusableKey(`the id ${id} of key ${name} is not that of its key: a copying mistake?`);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  return { name, id, kind, key };
}

/** The form in which a key is given to whoever is to trust it. */
export function verifierKeyText({ name, id, kind, key }: VerifierKey): string {
  return `${name}+${id}+${Buffer.concat([Buffer.of(kind), rawKey(key)]).toString('base64')}`;
}

/** A key pair from its secret (PKCS #8 PEM). @param name must hold neither spaces nor "+" */
export function signingKey(name: string, kind: KeyKind, pem: string): SigningKey {
  if (!/^[^+\s]+$/.test(name)) throw new UnusableKey(`"${name}" cannot name a key: use neither spaces nor "+"`);
  const secret = createPrivateKey(pem);
  if (secret.asymmetricKeyType !== 'ed25519') throw new UnusableKey(`the key of ${name} is not an Ed25519 key`);
  const key = createPublicKey(secret);
  return { name, id: keyId(name, kind, rawKey(key)), kind, key, secret };
}

/** A new secret as PKCS #8 PEM. */
export function drawSecret(): string {
  return String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
}

/** The 32 bytes of a public key. */
export function rawKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** SHA-256(name ‖ 0x0A ‖ kind ‖ key), the first four bytes. */
function keyId(name: string, kind: KeyKind, raw: Uint8Array): string {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(kind)).update(raw).digest('hex').slice(0, 8);
}
