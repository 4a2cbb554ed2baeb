/** Whether an event passes a filter: the question that every adapter asks, of its server or of itself. */
import type { Filter, RecordedEvent } from './event-store';

export function matches(event: RecordedEvent, filter: Filter | undefined): boolean {
  if (!filter) return true;
  if (filter.due && (event.due === undefined || !filter.due.includes(event.due))) return false;
  if (filter.types && !filter.types.includes(event.type)) return false;
  return !filter.streamPrefixes || filter.streamPrefixes.some((prefix) => event.stream.startsWith(prefix));
}
