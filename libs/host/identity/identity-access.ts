/**
 * The fact that somebody looked at who people are: an export with identities. It is recorded before the first row leaves, and
 * says who, why and of how many persons; never whose name or id number.
 */
import { collect, type EventStore, type RecordedEvent, WrongExpectedRevision } from '@oss/event-store';
import { withoutIdNumbers } from '../logging';
import { Problem } from '../problem';

export const IDENTITY_ACCESS_STREAM = 'identity-access';
export const IDENTITY_ACCESSED = 'IdentityAccessed';

/** Writers at the same moment: after so many lost races the access is refused. */
const MAX_RACES = 20;
/** Accesses among which a repeated request looks for itself. */
const MAX_LOOK_BACK = 100;

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
 * @param id UUID, drawn by whoever asks @throws Problem `invalid-body`, `registry-busy`
 */
export async function recordIdentityAccess(store: EventStore, id: string, access: IdentityAccessed): Promise<RecordedEvent> {
  const { filters, idNumbers, operatorCode, persons, reason } = access;
  const named = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [path, text] of [['operatorCode', operatorCode], ['reason', reason], ...named] as const)
    assertNoIdNumber(path, text);
  const data = { filters: Object.fromEntries(named), idNumbers, operatorCode, persons, reason };
  for (let race = 0; race < MAX_RACES; race++) {
    const lasts = await collect(store.readStream(IDENTITY_ACCESS_STREAM, { direction: 'backwards', limit: MAX_LOOK_BACK }));
    const before = lasts.find((event) => event.id === id);
    if (before !== undefined) return before;
    try {
      const at = lasts[0]?.revision ?? 'no_stream';
      const { events } = await store.append(IDENTITY_ACCESS_STREAM, at, [{ id, type: IDENTITY_ACCESSED, data }]);
      return events[0]!;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }
  throw new Problem('registry-busy', 'accesses to identities are being recorded by others');
}

function assertNoIdNumber(path: string, text: string): void {
  if (withoutIdNumbers(text) === text) return;
  const message = 'must not hold an id number: it is recorded for ever';
  throw new Problem('invalid-body', `${path} ${message}`, { fields: [{ path, message }] });
}
