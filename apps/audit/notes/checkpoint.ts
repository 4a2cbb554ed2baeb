/**
 * Checkpoints (C2SP tlog-checkpoint): a signed note of three lines, origin, number of leaves, root. A checkpoint of size n
 * covers exactly the first n events of the log in commit order; the event that stores it is never among them.
 */
import { HASH_BYTES } from '../merkle/hashing';
import { LOG_KEY, type SigningKey, type VerifierKey } from './note-keys';
import { BadNote, type Note, noteText, parseNote, signatureOf, signBody } from './signed-note';

export interface Checkpoint {
  /** Names the log. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly note: Note;
}

/** Signs a checkpoint of the log that the key's name names. */
export function signedCheckpoint(size: number, root: Buffer, key: SigningKey): string {
  if (key.kind !== LOG_KEY) throw new TypeError('a checkpoint is signed with the key of a log');
  const body = `${key.name}\n${size}\n${root.toString('base64')}\n`;
  return noteText({ body, signatures: [signBody(body, key)] });
}

/** Reads a checkpoint without trusting it. @throws BadNote */
export function parseCheckpoint(text: string): Checkpoint {
  const note = parseNote(text);
  const [origin = '', size = '', encoded = '', ...rest] = note.body.slice(0, -1).split('\n');
  const root = Buffer.from(encoded, 'base64');
  const isPlain = /^(0|[1-9]\d{0,15})$/.test(size) && root.length === HASH_BYTES && root.toString('base64') === encoded;
  if (origin === '' || !isPlain || rest.some((line) => line === '')) throw new BadNote('the note is no checkpoint');
  return { origin, size: Number(size), root, note };
}

/** Reads a checkpoint that the log's key has signed. @throws BadNote saying what is wrong with it */
export function trustedCheckpoint(text: string, log: VerifierKey): Checkpoint {
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== log.name) throw new BadNote(`the checkpoint is of the log ${checkpoint.origin}, not of ${log.name}`);
  if (signatureOf(checkpoint.note, log) === null) throw new BadNote(`the checkpoint is not signed by ${log.name} (${log.id})`);
  return checkpoint;
}
