/**
 * What the audit app writes beside the log (AUDIT_DIR, default DATA_DIR/audit): the log's public key, every checkpoint as a
 * signed note, and the leaf hashes. Keep copies elsewhere: whoever changes the log cannot change those.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import {
  drawSecret,
  LOG_KEY,
  parseVerifierKey,
  rawKey,
  type SigningKey,
  signingKey,
  type VerifierKey,
  verifierKeyText,
} from '../notes/note-keys';

const KEY_FILE = 'log.vkey';
const CHECKPOINTS_FILE = 'checkpoints.txt';
const COSIGNED_FILE = 'cosigned.txt';
const LEAVES_FILE = 'leaves.bin';
const SECRET_FILE = 'checkpoint-signing.pem';

/** One log's name ends in this much of its first key's hash, so that two counties' logs are never mistaken. */
const FINGERPRINT_DIGITS = 16;
/** Between two notes of a file, which themselves hold one empty line each, before their signatures. */
const BETWEEN_NOTES = /\n\n(?!— )/;

/** A file that must be there is not, or holds something else; the message says what to do. */
export class AuditFilesUnusable extends Error {
  override readonly name = 'AuditFilesUnusable';
}

/** Where the audit files of a data directory are. */
export function auditDirectory(dataDir: string, given = process.env['AUDIT_DIR']): string {
  return given || join(dataDir, 'audit');
}

export function leavesFile(directory: string): string {
  return join(directory, LEAVES_FILE);
}

/**
 * The key that signs the log's checkpoints: OSS_CHECKPOINT_KEY_FILE, else DATA_DIR/keys, else drawn there at the first start
 * (mode 0600). Its public half is put down in AUDIT_DIR.
 */
export function logSigningKey(dataDir: string, directory: string, given = process.env['OSS_CHECKPOINT_KEY_FILE']): SigningKey {
  const key = secretKey(signingKeyFile(dataDir, given), (pem) => {
    const unnamed = signingKey('unnamed', LOG_KEY, pem);
    const fingerprint = createHash('sha256').update(rawKey(unnamed.key)).digest('hex').slice(0, FINGERPRINT_DIGITS);
    return signingKey(`one-stop-settlement.local/log/${fingerprint}`, LOG_KEY, pem);
  });
  mkdirSync(directory, { recursive: true });
  const told = join(directory, KEY_FILE);
  if (!existsSync(told)) writeFileSync(told, `${verifierKeyText(key)}\n`);
  return key;
}

/** Where the secret key is, or will be. */
export function signingKeyFile(dataDir: string, given = process.env['OSS_CHECKPOINT_KEY_FILE']): string {
  return given || join(dataDir, 'keys', SECRET_FILE);
}

/** The secret in a file, drawn when there is none. */
export function secretKey(path: string, read: (pem: string) => SigningKey): SigningKey {
  if (!existsSync(path)) {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(path, drawSecret(), { mode: 0o600, flag: 'wx', flush: true });
  }
  return read(readFileSync(path, 'utf8'));
}

/** The log's public key: as given (the key, or a file that holds it), else from AUDIT_DIR. @throws AuditFilesUnusable, UnusableKey */
export function logVerifierKey(directory: string, given?: string): VerifierKey {
  return verifierKeyFrom(given ?? join(directory, KEY_FILE));
}

/** A verifier key, or the file that holds one. @throws AuditFilesUnusable, UnusableKey */
export function verifierKeyFrom(given: string): VerifierKey {
  if (given.includes('+') && !existsSync(given)) return parseVerifierKey(given);
  return parseVerifierKey(textOf(given, 'the system writes it with its first checkpoint, or name a key with --key'));
}

/** The signed notes of a file, oldest first; none when it does not exist. */
export function checkpointNotes(file: string): string[] {
  return existsSync(file) ? notesIn(readFileSync(file, 'utf8')) : [];
}

/** The signed notes of a text, one after another. */
export function notesIn(text: string): string[] {
  return text.trim() === ''
    ? []
    : text
        .trim()
        .split(BETWEEN_NOTES)
        .map((note) => `${note.trim()}\n`);
}

/** Copies of checkpoints that witnesses have cosigned, where somebody has put them. */
export function cosignedFile(directory: string): string {
  return join(directory, COSIGNED_FILE);
}

export function checkpointsFile(directory: string): string {
  return join(directory, CHECKPOINTS_FILE);
}

/** Adds a signed note to AUDIT_DIR, durably. */
export function keepCheckpoint(directory: string, note: string): void {
  appendFileSync(checkpointsFile(directory), `${note}\n`, { flush: true });
}

/** @throws AuditFilesUnusable naming the file and the cure */
export function textOf(file: string, cure: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AuditFilesUnusable(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}): ${cure}`);
  }
}
