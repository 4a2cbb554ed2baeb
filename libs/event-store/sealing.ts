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
  const name = JSON.stringify(stream);
  let { revision, hash: previous } = head;
  return events.map(({ id, type, text }) => {
    revision += 1;
    previous = chainHash(name, revision, id, type, text, instant, previous);
    return { revision, hash: previous, recordedAt };
  });
}

/** The hash that an event gives behind the hash before it (the empty text for the first of a stream): equal to its own, if it is sound. */
export function hashAgain({ stream, revision, id, type, text, recordedAt }: RecordedEvent, previous: string): string {
  return chainHash(JSON.stringify(stream), revision, id, type, text, recordedAt, previous);
}

/** `streamJson` is the stream's name as JSON text. */
function chainHash(streamJson: string, revision: number, id: string, type: string, text: string, at: string, previous: string) {
  return hash('sha256', `[${streamJson},${revision},"${id}",${JSON.stringify(type)},${text},"${at}","${previous}"]`, 'hex');
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
