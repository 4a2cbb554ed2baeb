/**
 * Settlements with the names behind their pseudonyms. Two passes over the history: the first counts whom it will show, then the
 * access is recorded and found again in the log, and only then the first row leaves. Whom the first pass has not counted, the
 * second does not show.
 */
import type { IdentityReader, KnownPerson } from '@oss/host';
import type { CountyFacts } from '../facts/county-facts';
import type { ColumnKind } from '../tables/parquet';
import type { Selection } from '../verify/selection';
import type { Row } from './row-file';
import { SETTLEMENT_COLUMNS, type SettlementRow, settlementRows } from './settlement-rows';

/** Asked for side by side: a store across a network answers each after its way there and back. */
const PERSONS_AT_ONCE = 32;

export type IdNumbers = 'masked' | 'whole';

export const IDENTITY_COLUMNS: Readonly<Record<string, ColumnKind>> = {
  ...SETTLEMENT_COLUMNS,
  /** `known`, `erased`, or `unknown`: never registered here. */
  identity: 'text',
  name: 'text',
  idNumber: 'text',
};

export interface Access {
  readonly operatorCode: string;
  readonly reason: string;
  readonly idNumbers: IdNumbers;
  readonly selection: Selection;
}

/** The access must not take place; the message says why and what to do. */
export class AccessRefused extends Error {
  override readonly name = 'AccessRefused';
}

export interface IdentityExport extends Access {
  readonly facts: CountyFacts;
  readonly identities: IdentityReader;
  /** Records the access of so many persons, durably; rejects when it could not. */
  readonly record: (persons: number) => Promise<void>;
  readonly onPersons: (done: number, total: number) => void;
}

/** Rows of the export; nothing is yielded before the access is recorded. @throws AccessRefused */
export async function* identityRows(asked: IdentityExport): AsyncGenerator<Row> {
  const { facts, identities, selection, idNumbers, record, onPersons } = asked;
  const shown = await personsShown(asked);
  await record(shown.size);
  const rows = settlementRows(facts, selection, onPersons);
  for await (const { row, person } of identified(rows, (key) => (shown.has(key) ? identities.reveal(key) : nobody))) {
    const { personKey, isErased, cells, members } = row;
    // Erased between the passes: then nobody may be shown any more.
    const identity = person !== null ? 'known' : isErased || shown.has(personKey) ? 'erased' : 'unknown';
    const name = person?.name ?? null;
    const idNumber = person === null ? null : idNumbers === 'whole' ? person.idNumber : masked(person.idNumber);
    yield { cells: [...cells, identity, name, idNumber], members: { ...members, identity, name, idNumber } };
  }
}

const nobody = Promise.resolve(null);

async function personsShown({
  facts,
  identities,
  selection,
  operatorCode,
  reason,
}: IdentityExport): Promise<ReadonlySet<string>> {
  const shown = new Set<string>();
  const rows = settlementRows(facts, selection, () => {});
  for await (const { row, person } of identified(rows, (key) => identities.reveal(key))) {
    if (person === null) continue;
    if (`${operatorCode}\n${reason}`.includes(person.name))
      throw new AccessRefused(
        '--reason or --operator holds the name of a person in the export: both are recorded for ever, name nobody',
      );
    shown.add(row.personKey);
  }
  return shown;
}

interface Identified {
  readonly row: SettlementRow;
  readonly person: KnownPerson | null;
}

/** The rows, in their order, with whose they are; a person's rows stand together, so each is asked for once. */
async function* identified(
  rows: AsyncIterable<SettlementRow>,
  reveal: (personKey: string) => Promise<KnownPerson | null>,
): AsyncGenerator<Identified> {
  let group = new Map<string, SettlementRow[]>();
  for await (const row of rows) {
    const before = group.get(row.personKey);
    if (before !== undefined) before.push(row);
    else {
      if (group.size === PERSONS_AT_ONCE) {
        yield* identifiedGroup(group, reveal);
        group = new Map();
      }
      group.set(row.personKey, [row]);
    }
  }
  yield* identifiedGroup(group, reveal);
}

async function* identifiedGroup(
  group: ReadonlyMap<string, readonly SettlementRow[]>,
  reveal: (personKey: string) => Promise<KnownPerson | null>,
): AsyncGenerator<Identified> {
  const persons = await Promise.all([...group.keys()].map(reveal));
  for (const [at, rows] of [...group.values()].entries()) for (const row of rows) yield { row, person: persons[at] ?? null };
}

/** The first six digits (where) and the last: enough to compare with a paper, too little to look somebody up. */
function masked(idNumber: string): string {
  return `${idNumber.slice(0, 6)}${'*'.repeat(Math.max(0, idNumber.length - 7))}${idNumber.slice(-1)}`;
}
