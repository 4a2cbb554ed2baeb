/** The event at one place of the log: how a reader that kept a place knows whether the log is still the one that it read. */
import type { EventReader, RecordedEvent } from './event-store';

/** The event at a position, or null when none of this log stands there (it may be another log, or have been cut). */
export async function eventAt(reader: Pick<EventReader, 'readAll'>, position: bigint): Promise<RecordedEvent | null> {
  for await (const event of reader.readAll({ from: position, limit: 1 })) return event.position === position ? event : null;
  return null;
}
