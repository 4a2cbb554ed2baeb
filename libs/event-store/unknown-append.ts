/** An append without an answer: whether it stands is found out by reading the stream back, never assumed. */
import { canonicalJson } from './canonical-json';
import { collect } from './collect';
import type { EventStore, ExpectedRevision, NewEvent, RecordedEvent } from './event-store';

/** With `any` and `stream_exists` the events are looked for among so many of the stream's last ones. */
const SEARCHED = 256;

/**
 * The events as recorded when they stand where they were to be written, with the same ids, types and canonical data;
 * else null. Null may also mean "not yet": append again at the same revision with the same ids, which can do no harm.
 */
export async function resolveUnknownAppend(
  store: Pick<EventStore, 'readStream'>,
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): Promise<readonly RecordedEvent[] | null> {
  const anywhere = expected === 'any' || expected === 'stream_exists';
  const standing = anywhere
    ? (await collect(store.readStream(stream, { direction: 'backwards', limit: SEARCHED }))).reverse()
    : await collect(store.readStream(stream, { from: expected === 'no_stream' ? 0 : expected + 1, limit: events.length }));
  for (let at = standing.length - events.length; at >= 0; at--) {
    const candidates = standing.slice(at, at + events.length);
    if (candidates.every((candidate, i) => isSame(candidate, events[i]!))) return candidates;
  }
  return null;
}

function isSame(recorded: RecordedEvent, event: NewEvent): boolean {
  return recorded.id === event.id.toLowerCase() && recorded.type === event.type && recorded.text === canonicalJson(event.data);
}
