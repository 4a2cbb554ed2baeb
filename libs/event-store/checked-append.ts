/**
 * What every adapter refuses before it writes a byte, so that all of them refuse the same: bad names and ids, data
 * without a canonical form, appends above the server's limit.
 */
import { canonicalJson } from './canonical-json';
import type { CheckedEvent } from './checked-event';
import { AppendTooLarge, type ExpectedRevision, InvalidEvent, MAX_APPEND_BYTES, type NewEvent } from './event-store';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Room for an event's id, hash, due, trace and framing, counted against the limit. */
const BYTES_BESIDE_DATA = 512;
/** A UTF-16 code unit takes at most three bytes of UTF-8: short appends need no exact count. */
const MOST_BYTES_PER_UNIT = 3;

/** @throws InvalidEvent, AppendTooLarge */
export function checkedAppend(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): CheckedEvent[] {
  refuseReserved('stream name', stream);
  if (typeof expected === 'number' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new InvalidEvent(`${expected} is no revision: expect no_stream for an empty stream, else a whole number from 0`);
  }
  const checked = new Array<CheckedEvent>(events.length);
  let units = 0;
  for (let i = 0; i < events.length; i++) {
    const event = checkedEvent(events[i]!);
    units += event.text.length + event.type.length;
    checked[i] = event;
  }
  if (units * MOST_BYTES_PER_UNIT + checked.length * BYTES_BESIDE_DATA > MAX_APPEND_BYTES) refuseTooLarge(checked);
  return checked;
}

function checkedEvent({ id, type, data, due, trace }: NewEvent): CheckedEvent {
  const lowerId = typeof id === 'string' ? id.toLowerCase() : '';
  if (!UUID.test(lowerId)) throw new InvalidEvent(`event id ${JSON.stringify(id)} is not a UUID`);
  refuseReserved('event type', type);
  if (typeof data !== 'object' || data === null) throw new InvalidEvent(`data of ${type} must be an object`);
  return { id: lowerId, type, text: canonicalJson(data), data, due, trace };
}

/** Names that begin with `$` belong to the store itself. */
function refuseReserved(what: string, name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '') throw new InvalidEvent(`the ${what} is empty`);
  if (name.startsWith('$')) throw new InvalidEvent(`the ${what} ${name} is reserved: names that begin with $ are the store's`);
  if (!name.isWellFormed()) throw new InvalidEvent(`the ${what} holds half of a surrogate pair`);
}

function refuseTooLarge(events: readonly CheckedEvent[]): void {
  const bytes = events.reduce((sum, { text, type }) => sum + Buffer.byteLength(text) + type.length + BYTES_BESIDE_DATA, 0);
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLarge(bytes);
}
