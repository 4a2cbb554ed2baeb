/**
 * Live settlements as rows for somebody else's tools: pseudonyms, never a number that a hospital or an office knows a person by (no
 * encounter, invoice or member number). Amounts in whole fen.
 */
import { ratioBp, sumFen } from '@oss/money';
import { PAYERS, type Payer } from '@oss/policy';
import type { CaseFact, CountyFacts } from '../facts/county-facts';
import type { ColumnKind } from '../tables/parquet';
import type { Cell } from '../tables/table';
import { type Selection, selectsCase } from '../verify/selection';

const PAYER_NAMES = (Object.keys(PAYERS) as Payer[]).filter((payer) => payer !== 'hospital');

/** The columns in their order, and what each holds. */
export const SETTLEMENT_COLUMNS: Readonly<Record<string, ColumnKind>> = {
  settlementId: 'text',
  attempt: 'whole',
  personKey: 'text',
  region: 'text',
  hospitalCode: 'text',
  hospitalLevel: 'whole',
  careType: 'text',
  transfer: 'text',
  admittedOn: 'day',
  dischargedOn: 'day',
  categories: 'text',
  pack: 'text',
  packDigest: 'text',
  totalFen: 'whole',
  inScopeFen: 'whole',
  ...Object.fromEntries(PAYER_NAMES.map((payer) => [`${payer}Fen`, 'whole' as const])),
  hospitalFen: 'whole',
  selfPayFen: 'whole',
  selfPayBp: 'whole',
  completedAt: 'instant',
};

export interface SettlementRow {
  readonly personKey: string;
  /** Whether the registry has forgotten who this is. */
  readonly isErased: boolean;
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
  /** Further members of the row in NDJSON, in place of a cell or beside the cells. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** @param onPersons how many persons were read, of how many */
export async function* settlementRows(
  facts: CountyFacts,
  selection: Selection,
  onPersons: (done: number, total: number) => void,
): AsyncGenerator<SettlementRow> {
  let done = 0;
  for await (const { personKey, record, cases } of facts.persons()) {
    onPersons((done += 1), facts.personCount);
    if (selection.person !== undefined && personKey !== selection.person) continue;
    for (const found of cases) {
      const { hospitalCode, region, care } = found;
      if (selectsCase(selection, { hospitalCode, region, dischargedOn: care.dischargedOn }))
        yield rowOf(personKey, record === 'erased', found);
    }
  }
}

function rowOf(personKey: string, isErased: boolean, found: CaseFact): SettlementRow {
  const { settlementId, attempt, hospitalCode, region, care, snapshot, scope, hospitalFen, selfPayFen, completedAt } = found;
  const fields: Readonly<Record<string, Cell>> = {
    settlementId,
    attempt,
    personKey,
    region,
    hospitalCode,
    hospitalLevel: snapshot.hospital.level,
    careType: care.type,
    transfer: care.transfer,
    admittedOn: care.admittedOn,
    dischargedOn: care.dischargedOn,
    categories: snapshot.categories.join(';'),
    pack: snapshot.pack.id,
    packDigest: snapshot.pack.digest,
    totalFen: scope.totalFen,
    inScopeFen: scope.inScopeFen,
    ...Object.fromEntries(PAYER_NAMES.map((payer) => [`${payer}Fen`, paidBy(found, payer)])),
    hospitalFen,
    selfPayFen,
    selfPayBp: ratioBp(selfPayFen, scope.totalFen),
    completedAt,
  };
  const shares = found.shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen }));
  return {
    personKey,
    isErased,
    cells: Object.keys(SETTLEMENT_COLUMNS).map((name) => fields[name] ?? null),
    members: { categories: snapshot.categories, shares },
  };
}

function paidBy({ shares }: CaseFact, payer: Payer): number {
  return sumFen(shares.filter((share) => share.payer === payer).map(({ paidFen }) => paidFen));
}
