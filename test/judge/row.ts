/** One decided case as a row of plain numbers, in one form for the judge and the product, so that whole rows are compared. */
import type { Judgement } from './case';

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

/** The product's account that holds what a line has paid this year, by the judge's name of the line. */
const ACCOUNT_OF: Readonly<Record<string, string>> = {
  basic: 'basic.inpatient',
  'basic.class-one': 'basic.chronic-1',
  'basic.class-two': 'basic.chronic-2',
  'chronic-band': 'chronic-band.paid',
  'critical-illness': 'critical-illness.paid',
  supplementary: 'supplementary.paid',
  hospital: 'hospital.paid',
  assistance: 'assistance.paid',
  'fifth-line': 'fifth-line.paid',
  'free-treatment': 'free-treatment.paid',
};
/** A, and the in-scope rest that counts for the expenditure-poor (domain.md §4). */
const A_ACCOUNT = 'in-scope-borne';
const REST_ACCOUNT = 'in-scope-rest';
export const KNOWN_ACCOUNTS: readonly string[] = [...Object.values(ACCOUNT_OF), A_ACCOUNT, REST_ACCOUNT];

/** The judgements of a sequence as rows. */
export function judgedRows(judgements: readonly Judgement[]): Row[] {
  return judgements.map((judgement, index) => {
    const year = judgements.slice(0, index + 1).filter((earlier) => earlier.year === judgement.year);
    return {
      inScope: Number(judgement.inScope),
      shares: judgement.shares.map(({ line, payer, paid, inScope, outOfScope }) => ({
        line: line.startsWith('basic.') ? 'basic' : line, // one line, several accounts
        payer,
        paid: Number(paid),
        inScope: Number(inScope),
        outOfScope: Number(outOfScope),
      })),
      hospital: Number(judgement.hospital),
      selfPay: Number(judgement.selfPay),
      accounts: accountsOf(year),
    };
  });
}

function accountsOf(year: readonly Judgement[]): Record<string, number> {
  const accounts: Record<string, number> = {};
  for (const name of KNOWN_ACCOUNTS) accounts[name] = 0;
  const add = (name: string | undefined, fen: bigint): void => {
    if (name !== undefined) accounts[name] = accounts[name]! + Number(fen);
  };
  for (const { entersA, entersRest, shares } of year) {
    for (const { line, paid } of shares) add(ACCOUNT_OF[line], paid);
    add(A_ACCOUNT, entersA);
    add(REST_ACCOUNT, entersRest);
  }
  return accounts;
}
