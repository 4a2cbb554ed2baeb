/** Putting a whole record on its stream: nothing when it is there already, else one event at the exact revision. */
import { uuidv5 } from '@oss/host';
import { canonicalJson, type EventStore, type RecordedEvent, WrongExpectedRevision } from '@oss/event-store';

export interface WholeRecord {
  readonly stream: string;
  readonly type: string;
  /** The record without its operator. */
  readonly content: object;
  readonly operatorCode: string;
}

export type PutOutcome = 'created' | 'changed' | 'unchanged';

/**
 * Puts the record after `last` (the stream's last event, or null).
 * @returns null when another writer was first: read the stream again and put again
 */
export async function putAfter(store: EventStore, last: RecordedEvent | null, record: WholeRecord): Promise<PutOutcome | null> {
  const { stream, type, content, operatorCode } = record;
  if (last?.type === type && contentOf(last) === canonicalJson(content)) return 'unchanged';
  const appended = await appendAfter(store, last, stream, type, { ...content, operatorCode });
  if (!appended) return null;
  return last === null ? 'created' : 'changed';
}

/** One event after `last`; false when another writer was first. The id holds the content: only the same decision repeats it. */
export async function appendAfter(
  store: EventStore,
  last: RecordedEvent | null,
  stream: string,
  type: string,
  data: object,
): Promise<boolean> {
  const expected = last?.revision ?? 'no_stream';
  const id = uuidv5([stream, expected, type, canonicalJson(data)].join('\n'));
  try {
    await store.append(stream, expected, [{ id, type, data }]);
    return true;
  } catch (error) {
    if (error instanceof WrongExpectedRevision) return false;
    throw error;
  }
}

function contentOf(event: RecordedEvent): string {
  const { operatorCode: _, ...content } = event.data as { operatorCode: string };
  return canonicalJson(content);
}
