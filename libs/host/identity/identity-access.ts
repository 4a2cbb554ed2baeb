/**
 * The fact that somebody looked at who people are: an export with identities. It is recorded before the first row leaves, and
 * says who, why and of how many persons; never whose name or id number.
 */
import { AppendOutcomeUnknown, collect, type EventStore, type RecordedEvent, WrongExpectedRevision } from '@oss/event-store';
import { withoutIdNumbers } from '../logging';
import { Problem } from '../problem';
import { wrongFilters } from './access-filters';

export const IDENTITY_ACCESS_STREAM = 'identity-access';
export const IDENTITY_ACCESSED = 'IdentityAccessed';

/** Writers at the same moment: after so many lost races the access is refused. */
const MAX_RACES = 20;
/** Answers of the store that were lost: each time the access is looked for, and appended again under the same id. */
const MAX_LOST_ANSWERS = 3;
/** Accesses among which a repeated request looks for itself. */
const MAX_LOOK_BACK = 100;

/** Most characters of what a person writes. */
export const MAX_ACCESS_CHARS = { operatorCode: 64, reason: 500 } as const;

/** On `identity-access`. Keys in alphabetical order. */
export interface IdentityAccessed {
  /** Which settlements were chosen: the filters as given, pseudonyms at most. */
  readonly filters: Readonly<Record<string, string>>;
  /** Whether id numbers were shown whole. */
  readonly idNumbers: 'masked' | 'whole';
  readonly operatorCode: string;
  /** How many persons were shown, those who are erased left out. */
  readonly persons: number;
  readonly reason: string;
}

/**
 * Records an access. The same id again records nothing.
 * @param id UUID, drawn by whoever asks @throws Problem `invalid-body`, `registry-busy`; what `EventStore.append` throws
 */
export async function recordIdentityAccess(store: EventStore, id: string, access: IdentityAccessed): Promise<RecordedEvent> {
  assertRecordableAccess(access);
  const { filters, idNumbers, operatorCode, persons, reason } = access;
  const named = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  const data = { filters: Object.fromEntries(named), idNumbers, operatorCode, persons, reason };
  let lost = 0;
  for (let race = 0; race < MAX_RACES; race++) {
    const lasts = await collect(store.readStream(IDENTITY_ACCESS_STREAM, { direction: 'backwards', limit: MAX_LOOK_BACK }));
    const before = lasts.find((event) => event.id === id);
    if (before !== undefined) return before;
    try {
      const at = lasts[0]?.revision ?? 'no_stream';
      const { events } = await store.append(IDENTITY_ACCESS_STREAM, at, [{ id, type: IDENTITY_ACCESSED, data }]);
      return events[0]!;
    } catch (error) {
      const isLost = error instanceof AppendOutcomeUnknown && (lost += 1) < MAX_LOST_ANSWERS;
      if (!isLost && !(error instanceof WrongExpectedRevision)) throw error;
    }
  }
  throw new Problem('registry-busy', 'accesses to identities are being recorded by others');
}

/**
 * Whoever records it, the running system or a command: nothing that could name somebody stands in the log.
 * @throws Problem `invalid-body` with every field
 */
export function assertRecordableAccess({
  filters,
  operatorCode,
  reason,
}: Pick<IdentityAccessed, 'filters' | 'operatorCode' | 'reason'>): void {
  const wrong = wrongFilters(filters);
  for (const [path, text] of Object.entries({ operatorCode, reason })) {
    const most = MAX_ACCESS_CHARS[path as keyof typeof MAX_ACCESS_CHARS];
    if (text.trim() === '' || text.length > most) wrong.push({ path, message: `must be 1 to ${most} characters` });
  }
  const filtered = Object.entries(filters).map(([name, text]) => [`filters.${name}`, text] as const);
  for (const [path, text] of [['operatorCode', operatorCode], ['reason', reason], ...filtered] as const) {
    if (typeof text === 'string' && withoutIdNumbers(text) !== text)
      wrong.push({ path, message: 'must not hold an id number: it is recorded for ever' });
  }
  if (wrong.length > 0) throw new Problem('invalid-body', 'the access cannot be recorded as it is', { fields: wrong });
}
