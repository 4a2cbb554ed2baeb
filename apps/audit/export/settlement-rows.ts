/**
 * Live settlements as rows for somebody else's tools: pseudonyms, never a number that a hospital or an office knows a person by (no
 * encounter, invoice or member number). Amounts in whole fen.
 */
import { ratioBp, sumFen } from '@oss/money';
import { PAYERS, type Payer } from '@oss/policy';
import type { CaseFact, CountyFacts } from '../facts/county-facts';
import { type Cell, csvLine } from '../tables/table';
import { type Selection, selectsCase } from '../verify/selection';

const PAYER_NAMES = Object.keys(PAYERS) as Payer[];

interface Row {
  readonly personKey: string;
  readonly found: CaseFact;
}

async function* selected(
  facts: CountyFacts,
  selection: Selection,
  onPersons: (done: number, total: number) => void,
): AsyncGenerator<Row> {
  let done = 0;
  for await (const { personKey, cases } of facts.persons()) {
    onPersons((done += 1), facts.personCount);
    if (selection.person !== undefined && personKey !== selection.person) continue;
    for (const found of cases) {
      const { hospitalCode, region, care } = found;
      if (selectsCase(selection, { hospitalCode, region, dischargedOn: care.dischargedOn })) yield { personKey, found };
    }
  }
}

/** What is said of a settlement, in the order of the columns. */
function fieldsOf({ personKey, found }: Row): Readonly<Record<string, Cell>> {
  const { settlementId, attempt, hospitalCode, region, care, snapshot, scope, hospitalFen, selfPayFen, completedAt } = found;
  const paid = PAYER_NAMES.filter((payer) => payer !== 'hospital').map((payer): [string, Cell] => {
    return [`${payer}Fen`, sumFen(found.shares.filter((share) => share.payer === payer).map(({ paidFen }) => paidFen))];
  });
  return {
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
    ...Object.fromEntries(paid),
    hospitalFen,
    selfPayFen,
    selfPayBp: ratioBp(selfPayFen, scope.totalFen),
    completedAt,
  };
}

export interface RowsAsked {
  readonly format: 'csv' | 'ndjson';
  readonly selection: Selection;
  readonly onPersons: (done: number, total: number) => void;
}

/** Lines of a file: CSV with a head, or one JSON object a line with the shares of every line beside the sums. */
export async function* settlementRows(facts: CountyFacts, { format, selection, onPersons }: RowsAsked): AsyncGenerator<string> {
  let isFirst = true;
  for await (const row of selected(facts, selection, onPersons)) {
    const fields = fieldsOf(row);
    if (format === 'csv') {
      if (isFirst) yield `\uFEFF${csvLine(Object.keys(fields))}`;
      yield csvLine(Object.values(fields));
    } else {
      const shares = row.found.shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen }));
      yield `${JSON.stringify({ ...fields, categories: row.found.snapshot.categories, shares })}\n`;
    }
    isFirst = false;
  }
}
