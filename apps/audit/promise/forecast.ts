/** When each payer's money for the year runs out, at the pace of the year so far. A plain rule, so that anybody can do it again by hand. */
import { addFen, type Fen, isFen } from '@oss/money';
import { PAYERS, type Payer } from '@oss/policy';
import { daysAfter, daysBetween } from '../checks/check';
import type { PromiseReport } from './promise';

/** The budget file cannot be used; the message says what to write. */
export class BudgetUnusable extends Error {
  override readonly name = 'BudgetUnusable';
}

/** What payers may spend in the year, in fen, by payer. */
export type Budget = Readonly<Partial<Record<Payer, Fen>>>;

export interface PayerForecast {
  readonly payer: Payer;
  readonly budgetFen: Fen;
  /** Paid on the year's discharges up to `asOf`. */
  readonly paidFen: Fen;
  /** By the end of the year at the pace so far; exact quotient rounded up, so that no shortage is hidden. */
  readonly expectedFen: Fen;
  /** First day at whose end the budget is used up: the day it happened, or the day to expect it; null: not within the year. */
  readonly runsOutOn: string | null;
  /** True where `runsOutOn` has happened. */
  readonly isUsedUp: boolean;
}

/** @throws BudgetUnusable */
export function budgetOf(content: unknown): Budget {
  if (typeof content !== 'object' || content === null) throw new BudgetUnusable('a budget is { payer: fen }');
  for (const [payer, fen] of Object.entries(content)) {
    if (!Object.hasOwn(PAYERS, payer) || payer === 'hospital')
      throw new BudgetUnusable(
        `${payer} is no payer with a budget: ${Object.keys(PAYERS)
          .filter((each) => each !== 'hospital')
          .join(', ')}`,
      );
    if (!isFen(fen)) throw new BudgetUnusable(`${payer}: the budget must be whole fen`);
  }
  return content;
}

/**
 * Paid so far ÷ days so far × days of the year.
 * @param asOf last day that counts as past, YYYY-MM-DD; after the year's end the whole year is past
 */
export function forecast({ year, paidByDay }: PromiseReport, budget: Budget, asOf: string): PayerForecast[] {
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  const upTo = asOf < first ? null : asOf > last ? last : asOf;
  const daysOfYear = daysBetween(first, last) + 1;
  const days = upTo === null ? 0 : daysBetween(first, upTo) + 1;
  return (Object.entries(budget) as [Payer, Fen][]).map(([payer, budgetFen]) => {
    const past = [...(paidByDay.get(payer) ?? [])]
      .filter(([day]) => upTo !== null && day <= upTo)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    let paidFen = 0;
    let usedUpOn: string | null = null;
    for (const [day, fen] of past) {
      paidFen = addFen(paidFen, fen);
      if (usedUpOn === null && paidFen >= budgetFen) usedUpOn = day;
    }
    const expectedFen = days === 0 ? 0 : quotientUp(paidFen, daysOfYear, days);
    const isUsedUp = usedUpOn !== null;
    const runsOutOn = usedUpOn ?? (paidFen === 0 ? null : dayAtPace(first, quotientUp(budgetFen, days, paidFen), daysOfYear));
    return { payer, budgetFen, paidFen, expectedFen, runsOutOn, isUsedUp };
  });
}

/** The n-th day of a year, or null when it has fewer. */
function dayAtPace(first: string, nth: number, daysOfYear: number): string | null {
  return nth > daysOfYear ? null : daysAfter(first, Math.max(1, nth) - 1);
}

/** a × b ÷ c, rounded up, exactly: amounts times days may leave the safe range. */
function quotientUp(a: number, b: number, c: number): number {
  return Number((BigInt(a) * BigInt(b) + BigInt(c) - 1n) / BigInt(c));
}
