/**
 * The hash chain, one implementation for every adapter. Each event is sealed with
 *   SHA-256 of the canonical JSON array [stream, revision, id, type, data, recordedAt, previousHash]
 * where previousHash of a stream's first event is the empty text. `due` and `trace` stay outside.
 */
import { hash } from 'node:crypto';
import type { RecordedEvent } from './event-store';

/** What the chain must know of the last event of a stream. */
export interface StreamHead {
  readonly revision: number;
  /** 64 hex digits. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
}

/** The head of a stream that does not exist yet. */
export const NO_HEAD: StreamHead = { revision: -1, hash: '', recordedAt: 0 };

export interface Sealable {
  readonly id: string;
  readonly type: string;
  /** Canonical JSON of the data. */
  readonly text: string;
}

/**
 * Seals events behind `head`: answers one head per event, in order. `now` is the clock in milliseconds;
 * a clock that runs backwards is held at the stream's last instant.
 */
export function seal(head: StreamHead, stream: string, events: readonly Sealable[], now: number): StreamHead[] {
  const recordedAt = Math.max(head.recordedAt, now);
  const instant = instantText(recordedAt);
  const name = quoted(stream);
  let { revision, hash: previous } = head;
  return events.map(({ id, type, text }) => {
    revision += 1;
    previous = chainHash(name, revision, id, type, text, instant, previous);
    return { revision, hash: previous, recordedAt };
  });
}

/** What a seal is over; with `bytes`, the stored bytes of the text, these are hashed as they are. */
export type Sealed = Pick<RecordedEvent, 'stream' | 'revision' | 'id' | 'type' | 'text' | 'recordedAt'> & {
  readonly bytes?: Uint8Array | undefined;
};

/** The hash that an event gives behind the hash before it (the empty text for the first of a stream): equal to its own, if it is sound. */
export function hashAgain(event: Sealed, previous: string): string {
  const { stream, revision, id, type, recordedAt, bytes } = event;
  const name = quoted(stream);
  if (bytes === undefined) return chainHash(name, revision, id, type, event.text, recordedAt, previous);
  return hash('sha256', laid(before(name, revision, id, type), bytes, behind(recordedAt, previous)), 'hex');
}

/** `streamJson` is the stream's name as JSON text. */
function chainHash(streamJson: string, revision: number, id: string, type: string, text: string, at: string, previous: string) {
  return hash('sha256', `${before(streamJson, revision, id, type)}${text}${behind(at, previous)}`, 'hex');
}

function before(streamJson: string, revision: number, id: string, type: string): string {
  return `[${streamJson},${revision},"${id}",${quoted(type)},`;
}

/** A text as JSON. Names are nearly always plain letters, which need no more than their marks. */
function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

const PLAIN = /^[\w.-]*$/;

function behind(at: string, previous: string): string {
  return `,"${at}","${previous}"]`;
}

/** What is laid out for hashing: events are hashed one at a time, so one buffer serves all but the longest. */
const scratch = Buffer.alloc(65_536);

function laid(head: string, bytes: Uint8Array, tail: string): Buffer {
  const most = 3 * (head.length + tail.length) + bytes.length;
  const target = most <= scratch.length ? scratch : Buffer.alloc(most);
  let at = target.write(head, 'utf8');
  target.set(bytes, at);
  at += bytes.length;
  at += target.write(tail, at, 'utf8');
  return target.subarray(0, at);
}

let lastInstant = -1;
let lastInstantText = '';

/** RFC 3339, UTC, milliseconds. Remembers the last one: events come in groups of one instant. */
export function instantText(milliseconds: number): string {
  if (milliseconds !== lastInstant) {
    lastInstantText = new Date(milliseconds).toISOString();
    lastInstant = milliseconds;
  }
  return lastInstantText;
}

export interface BrokenSeal {
  readonly stream: string;
  readonly revision: number;
  readonly reason: string;
}

export interface Verification {
  /** How many events were found sound before the end or the break. */
  readonly events: number;
  readonly broken: BrokenSeal | null;
  /** Hash of the last sound event; a copy kept elsewhere shows whether the stream's end was cut off. */
  readonly head: string | null;
}

/** Recomputes the chain of one stream, read forwards from its first event, and stops at the first event that breaks it. */
export async function verifyStream(events: Iterable<RecordedEvent> | AsyncIterable<RecordedEvent>): Promise<Verification> {
  let sound = 0;
  let previous: RecordedEvent | null = null;
  for await (const event of events) {
    const reason = flaw(event, previous);
    if (reason) {
      return { events: sound, broken: { stream: event.stream, revision: event.revision, reason }, head: previous?.hash ?? null };
    }
    previous = event;
    sound += 1;
  }
  return { events: sound, broken: null, head: previous?.hash ?? null };
}

function flaw(event: RecordedEvent, previous: RecordedEvent | null): string | null {
  const revision = previous ? previous.revision + 1 : 0;
  if (previous && event.stream !== previous.stream) return `belongs to ${event.stream}, not to ${previous.stream}`;
  if (event.revision !== revision) return `revision ${event.revision} stands where ${revision} should be`;
  if (previous && event.recordedAt < previous.recordedAt) return `recorded at ${event.recordedAt}, before ${previous.recordedAt}`;
  const expected = hashAgain(event, previous?.hash ?? '');
  return expected === event.hash ? null : `hash is ${event.hash}, its content gives ${expected}`;
}
