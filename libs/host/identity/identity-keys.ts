/**
 * The two secrets of the identity store: from the environment, else from DATA_DIR/keys, else (on the very first start)
 * drawn at random into DATA_DIR/keys, mode 0600. Identities without their keys are lost: so a start without them is refused.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseKey } from '../settings';

export interface IdentityKeys {
  /** Wraps the data keys of persons (AES-256-GCM). */
  readonly master: Buffer;
  /** Turns id numbers into lookup values (HMAC-SHA256). */
  readonly hmac: Buffer;
}

/** The identity store must not open; the message says why and what to do. */
export class IdentityKeysError extends Error {}

const NAMES = {
  master: { variable: 'OSS_MASTER_KEY', file: 'master.key' },
  hmac: { variable: 'OSS_HMAC_KEY', file: 'hmac.key' },
} as const;

/**
 * @param given keys from the environment
 * @param hasIdentities whether identities exist already: then no new key may be drawn
 * @throws IdentityKeysError
 */
export function loadIdentityKeys(dataDir: string, given: Partial<IdentityKeys>, hasIdentities: boolean): IdentityKeys {
  return {
    master: given.master ?? keyFromFile(dataDir, 'master', hasIdentities),
    hmac: given.hmac ?? keyFromFile(dataDir, 'hmac', hasIdentities),
  };
}

/** The master key alone, for whoever reads identities and writes none: never drawn. @throws IdentityKeysError */
export function loadMasterKey(dataDir: string, given?: Buffer): Buffer {
  return given ?? keyFromFile(dataDir, 'master', true);
}

function keyFromFile(dataDir: string, which: keyof typeof NAMES, hasIdentities: boolean): Buffer {
  const { variable, file } = NAMES[which];
  const path = join(dataDir, 'keys', file);
  if (existsSync(path)) {
    const key = parseKey(readFileSync(path, 'utf8'));
    if (key !== null) return key;
    throw new IdentityKeysError(`${path} does not hold a key of 32 bytes: restore it from your backup, or set ${variable}`);
  }
  if (hasIdentities) {
    throw new IdentityKeysError(
      `${join(dataDir, 'identity.sqlite')} holds identities, but their key is missing: set ${variable} or restore ${path} from your backup`,
    );
  }
  return drawKey(join(dataDir, 'keys'), path);
}

function drawKey(directory: string, path: string): Buffer {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const key = randomBytes(32);
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, `${key.toString('hex')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // The name must be durable too, before anything is encrypted under the key.
  const folder = openSync(directory, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return key;
}

/** A value that shows whether a key is the one that was used before, without telling anything about the key. */
export function keyCheckValue(key: Buffer, purpose: string): Buffer {
  return createHmac('sha256', key).update(`one-stop key check: ${purpose}`).digest();
}

/** @throws IdentityKeysError when the key is not the one whose check value was stored */
export function assertSameKey(which: keyof typeof NAMES, key: Buffer, stored: Uint8Array): void {
  const expected = keyCheckValue(key, which);
  if (stored.length === expected.length && timingSafeEqual(stored, expected)) return;
  const { variable, file } = NAMES[which];
  throw new IdentityKeysError(
    `the ${which} key is not the one that the identities were written with: give the right one (${variable}, or keys/${file})`,
  );
}
