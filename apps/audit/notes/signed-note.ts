/**
 * Signed notes (C2SP signed-note): a text, an empty line, and lines "— name base64(key id ‖ signature)". Signatures of unknown
 * keys are carried along and never trusted; one of a known key that does not verify spoils the whole note.
 */
import { sign, verify } from 'node:crypto';
import type { SigningKey, VerifierKey } from './note-keys';

export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

export interface Note {
  /** Ends in a newline; what is signed. */
  readonly body: string;
  readonly signatures: readonly NoteSignature[];
}

/** A text that is no note, or a note whose signature is false. */
export class BadNote extends Error {
  override readonly name = 'BadNote';
}

const ID_BYTES = 4;
/** A note with more is refused. */
const MAX_SIGNATURES = 64;
const SIGNATURE_LINE = /^— ([^+\s]+) ([A-Za-z0-9+/]+={0,2})$/;

/** @throws BadNote */
export function parseNote(text: string): Note {
  const cut = text.lastIndexOf('\n\n');
  // Control characters other than the newline have no place in a note.
  if (cut < 0 || !text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw new BadNote('not a signed note');
  const lines = text.slice(cut + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new BadNote(`more than ${MAX_SIGNATURES} signatures`);
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length <= ID_BYTES) throw new BadNote(`not a signature line: ${line.slice(0, 100)}`);
    return { name, id: bytes.toString('hex', 0, ID_BYTES), bytes: bytes.subarray(ID_BYTES) };
  });
  return { body: text.slice(0, cut + 1), signatures };
}

export function noteText({ body, signatures }: Note): string {
  const lines = signatures.map(({ name, id, bytes }) => {
    return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), bytes]).toString('base64')}\n`;
  });
  return `${body}\n${lines.join('')}`;
}

/** The signature of a key's holder over a note's body. */
export function signBody(body: string, { name, id, secret }: SigningKey): NoteSignature {
  return { name, id, bytes: sign(null, Buffer.from(body), secret) };
}

/** The signature of a key on a note, checked. Null when the key did not sign. @throws BadNote when its signature is false */
export function signatureOf(note: Note, key: VerifierKey): NoteSignature | null {
  const signature = carriedBy(note, key);
  if (signature !== null && !verify(null, Buffer.from(note.body), key.key, signature.bytes)) {
    throw new BadNote(`the signature of ${key.name} on the note is false`);
  }
  return signature;
}

/** The signature that claims to be of a key, unchecked. */
export function carriedBy(note: Note, key: VerifierKey): NoteSignature | null {
  return note.signatures.find(({ name, id }) => name === key.name && id === key.id) ?? null;
}
