/**
 * The checkpoints as the log holds them, newest first, page by page; with the cosignatures of witnesses whose copies somebody
 * has put into AUDIT_DIR/cosigned.txt. Cosignatures are shown, not trusted: whoever pins a witness checks with its key.
 */
import type { EventReader, RecordedEvent } from '@oss/event-store';
import { checkpointNotes, cosignedFile } from '../checkpoints/audit-files';
import { CHECKPOINT_SIGNED, CHECKPOINTS_STREAM, type CheckpointSigned } from '../checkpoints/checkpoint-fact';
import { parseCheckpoint } from '../notes/checkpoint';
import { withCosignatures } from '../notes/cosignature';
import type { VerifierKey } from '../notes/note-keys';
import { BadNote, type Note, type NoteSignature, parseNote, signatureOf } from '../notes/signed-note';

/** The timestamp and the signature of a C2SP cosignature. */
const COSIGNATURE_BYTES = 72;

export interface CheckpointView {
  /** Events that it covers: the first `size` of the log. */
  readonly size: number;
  readonly origin: string;
  /** Root of the tree (RFC 9162), base64 as in the note. */
  readonly root: string;
  /** Log position of the last event that it covers. */
  readonly position: string;
  /** When it was recorded, RFC 3339 UTC. */
  readonly signedAt: string;
  /** Whether this log's key has signed it; null where the key is not known here. */
  readonly signatureHolds: boolean | null;
  /** Witnesses, with the time that each states (RFC 3339 UTC), unchecked. */
  readonly cosignatures: readonly { readonly name: string; readonly keyId: string; readonly at: string | null }[];
  /** The signed note (C2SP tlog-checkpoint), cosignatures included. */
  readonly note: string;
}

type Signed = RecordedEvent<CheckpointSigned>;

export class CheckpointList {
  readonly #reader: EventReader;
  readonly #auditDir: string;
  readonly #key: VerifierKey | null;

  constructor(reader: EventReader, auditDir: string, key: VerifierKey | null) {
    this.#reader = reader;
    this.#auditDir = auditDir;
    this.#key = key;
  }

  /** @param from revision of the newest one wanted; null: the newest @returns `next` names the place of the page after it, or null */
  async page(from: number | null, limit: number): Promise<{ items: CheckpointView[]; next: string | null }> {
    const events: Signed[] = [];
    const options = { direction: 'backwards', from: from ?? 'end', limit: limit + 1 } as const;
    for await (const event of this.#reader.readStream(CHECKPOINTS_STREAM, options)) events.push(event as Signed);
    const copies = this.#copies();
    const items = events.slice(0, limit).filter(isCheckpoint);
    return {
      items: items.map((event) => this.#view(event, copies)),
      next: events[limit] ? String(events[limit].revision) : null,
    };
  }

  async last(): Promise<CheckpointView | null> {
    return (await this.page(null, 1)).items[0] ?? null;
  }

  /** The one over so many events: sizes grow along the stream, so it is found by halving. */
  async ofSize(size: number): Promise<CheckpointView | null> {
    let low = 0;
    let high = (await this.#reader.readLast(CHECKPOINTS_STREAM))?.revision ?? -1;
    while (low <= high) {
      const middle = low + Math.floor((high - low) / 2);
      const event = await this.#at(middle);
      if (event === null) return null;
      if (event.data.size === size) return this.#view(event, this.#copies());
      if (event.data.size < size) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  async #at(revision: number): Promise<Signed | null> {
    for await (const event of this.#reader.readStream(CHECKPOINTS_STREAM, { from: revision, limit: 1 })) return event as Signed;
    return null;
  }

  #view({ data, recordedAt }: Signed, copies: readonly Note[]): CheckpointView {
    const { size, origin, root, note } = parseCheckpoint(data.checkpoint);
    const text = withCosignatures(note, copies);
    const cosignatures = parseNote(text)
      .signatures.filter(({ name, id }) => !note.signatures.some((own) => own.name === name && own.id === id))
      .map((signature) => ({ name: signature.name, keyId: signature.id, at: statedTime(signature) }));
    const signed = { position: data.position, signedAt: recordedAt, signatureHolds: this.#holds(note) };
    return { size, origin, root: root.toString('base64'), ...signed, cosignatures, note: text };
  }

  #holds(note: Note): boolean | null {
    if (this.#key === null) return null;
    try {
      return signatureOf(note, this.#key) !== null;
    } catch (error) {
      if (error instanceof BadNote) return false;
      throw error;
    }
  }

  #copies(): Note[] {
    return cosignedNotes(this.#auditDir);
  }
}

/** The copies of checkpoints with cosignatures that are at hand; what is no note among them is left out. */
export function cosignedNotes(auditDir: string): Note[] {
  return checkpointNotes(cosignedFile(auditDir)).flatMap((text) => {
    try {
      return parseNote(text);
    } catch (error) {
      if (error instanceof BadNote) return [];
      throw error;
    }
  });
}

function isCheckpoint({ type }: RecordedEvent): boolean {
  return type === CHECKPOINT_SIGNED;
}

function statedTime({ bytes }: NoteSignature): string | null {
  if (bytes.length !== COSIGNATURE_BYTES) return null;
  const seconds = bytes.readBigUInt64BE();
  const milliseconds = Number(seconds) * 1_000;
  return milliseconds <= 8.64e15 ? new Date(milliseconds).toISOString() : null;
}
