/** One decided case as a row of plain numbers, in one form for the judge and the product, so that whole rows are compared. */
import type { Judgement } from './case';
import { sum } from './fraction';

export interface RowShare {
  readonly line: string;
  readonly payer: string;
  readonly paid: number;
  readonly inScope: number;
  readonly outOfScope: number;
}

/** Amounts in fen. */
export interface Row {
  readonly inScope: number;
  readonly shares: readonly RowShare[];
  readonly hospital: number;
  readonly selfPay: number;
  /** The year's accounts after the case, of those that the judge knows. */
  readonly accounts: Readonly<Record<string, number>>;
}

/** Accounts by the product's name: what lines have paid this year, as the judge calls the lines. */
const PAID_ACCOUNTS: Readonly<Record<string, string>> = {
  'basic.inpatient': 'basic',
  'basic.chronic-1': 'basic.class-one',
  'basic.chronic-2': 'basic.class-two',
  'chronic-band.paid': 'chronic-band',
  'critical-illness.paid': 'critical-illness',
  'supplementary.paid': 'supplementary',
  'assistance.paid': 'assistance',
  'fifth-line.paid': 'fifth-line',
};
/** A, and the in-scope rest that counts for the expenditure-poor (domain.md §4). */
const A_ACCOUNT = 'in-scope-borne';
const REST_ACCOUNT = 'in-scope-rest';
export const KNOWN_ACCOUNTS: readonly string[] = [...Object.keys(PAID_ACCOUNTS), A_ACCOUNT, REST_ACCOUNT];

/** The judgements of a sequence as rows; a line that the packs do not have yet is left out. */
export function judgedRows(judgements: readonly Judgement[], linesToCome: readonly string[]): Row[] {
  return judgements.map((judgement, index) => {
    const year = judgements.slice(0, index + 1).filter((earlier) => earlier.year === judgement.year);
    const paidBy = (line: string): bigint =>
      sum(year.flatMap(({ shares }) => shares).map((share) => (share.line === line ? share.paid : 0n)));
    const accounts: Record<string, number> = {};
    for (const [name, line] of Object.entries(PAID_ACCOUNTS)) accounts[name] = Number(paidBy(line));
    accounts[A_ACCOUNT] = Number(sum(year.map(({ entersA }) => entersA)));
    accounts[REST_ACCOUNT] = Number(sum(year.map(({ entersRest }) => entersRest)));
    return {
      inScope: Number(judgement.inScope),
      shares: judgement.shares
        .filter(({ line }) => !linesToCome.includes(line))
        .map(({ line, payer, paid, inScope, outOfScope }) => ({
          line: line.startsWith('basic.') ? 'basic' : line, // one line, several accounts
          payer,
          paid: Number(paid),
          inScope: Number(inScope),
          outOfScope: Number(outOfScope),
        })),
      hospital: Number(judgement.hospital),
      selfPay: Number(judgement.selfPay),
      accounts,
    };
  });
}
