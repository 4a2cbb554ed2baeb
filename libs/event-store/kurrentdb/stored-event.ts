/**
 * An event as KurrentDB keeps it, both ways. The data are JSON (canonical text); hash, time and addressee stand in the
 * metadata. The canonical text is made again on reading: the client hands out parsed data, and RFC 8785 gives one text only.
 */
import { type EventData, jsonEvent, type ResolvedEvent } from '@kurrent/kurrentdb-client';
import { canonicalJson } from '../canonical-json';
import type { CheckedEvent } from '../checked-event';
import { Recorded } from '../recorded';
import { instantText, type StreamHead } from '../sealing';
import type { Names } from './names';

/** The metadata of our events: keys in alphabetical order, like all stored data. */
interface Metadata {
  readonly due?: string;
  readonly hash: string;
  readonly recordedAt: string;
  readonly trace?: string;
}

/** What the server puts where it knows no position: only servers before 23.10, or an explicit transaction of old. */
const NO_POSITION = 18_446_744_073_709_551_615n;

type ServerRecord = NonNullable<ResolvedEvent['event']>;

export function toServer({ id, type, text, due, trace }: CheckedEvent, { hash, recordedAt }: StreamHead): EventData {
  const metadata: Metadata = { due, hash, recordedAt: instantText(recordedAt), trace };
  return jsonEvent({ id, type, data: JSON.parse(text) as never, metadata });
}

/** Null for what is not ours: a system event, another store's, or one that was written without a seal. */
export function fromServer(names: Names, record: ServerRecord | undefined): Recorded | null {
  if (!record) return null;
  const stream = names.logical(record.streamId);
  const metadata = record.metadata as Metadata | undefined;
  if (stream === null || !record.isJson || typeof metadata?.hash !== 'string') return null;
  const { due, hash, recordedAt, trace } = metadata;
  const position = positionOf(record);
  const text = canonicalJson(record.data);
  return new Recorded(
    BigInt(position),
    stream,
    Number(record.revision),
    record.id,
    record.type,
    text,
    recordedAt,
    hash,
    due,
    trace,
  );
}

/**
 * The commit position. Events that were appended through gRPC stand at equal commit and prepare positions, so that one
 * number names the place. A log of 8 PiB would be needed to leave the whole numbers of a double.
 */
export function positionOf(record: ServerRecord): number {
  const commit = record.position?.commit;
  if (commit === undefined || commit >= NO_POSITION) {
    throw new Error(
      `the server gave no position for ${record.streamId}/${record.revision}: EventStoreDB 23.10 or later is needed`,
    );
  }
  const position = Number(commit);
  if (!Number.isSafeInteger(position)) throw new Error(`position ${commit} is beyond what this program can count`);
  return position;
}

/** A position as the server wants it. */
export function place(position: number): { readonly commit: bigint; readonly prepare: bigint } {
  return { commit: BigInt(position), prepare: BigInt(position) };
}

/** What the chain must know of an event that stands. */
export function headOf({ revision, hash, recordedAt }: Recorded): StreamHead {
  return { revision, hash, recordedAt: Date.parse(recordedAt) };
}
