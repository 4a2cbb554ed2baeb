/**
 * Year-end lines (timing `year-end`, domain rules §6): when the year is over and no case is open, what they pay adjusts the
 * year. Decided on the year's whole history, once; whatever changes the year's cases later takes it back first. Pure.
 */
import { addFen, type Fen, subtractFen, sumFen } from '@oss/money';
import type { Category, Pack } from '@oss/policy';
import { type YearEndShare, yearEndShares } from '../lines/year-end';
import { SELF_PAY_ACCOUNTS } from '../lines/top-up';
import { inOrder } from './accounts';
import { type BenefitYear, type OpenCase, standing } from './benefit-year';
import type { YearHistory } from './corrections/year-history';
import { YEAR_END_REVERSED, YEAR_END_SETTLED, type YearEndReversed, type YearEndSettled } from './events';
import { yearEventIdOf } from './ids';
import { PackMissing } from './turn';

export interface YearEndEvent<T extends YearEndSettled | YearEndReversed> {
  readonly id: string;
  readonly type: typeof YEAR_END_SETTLED | typeof YEAR_END_REVERSED;
  readonly data: T;
}

export type YearEndDecision =
  | { readonly event: YearEndEvent<YearEndSettled> }
  /** Settled before, a case still open, or nothing to pay: nothing is recorded. */
  | { readonly nothing: 'settled-before' | 'open-cases' | 'nothing-due' };

/**
 * What a year's year-end lines pay. The pack is that of its last live case; the categories are those of all its live cases.
 * @param stream the year's stream, which names person and year
 * @throws PackMissing; RangeError when the year would not close
 */
export function decideYearEnd(
  history: YearHistory,
  stream: string,
  operatorCode: string,
  packOf: (digest: string) => Pack | null,
): YearEndDecision {
  const { year, live } = history;
  if (year.yearEnd !== null) return { nothing: 'settled-before' };
  if (year.open.length > 0) return { nothing: 'open-cases' };
  const last = live.at(-1)?.case;
  if (last === undefined) return { nothing: 'nothing-due' };
  const pack = packOf(last.snapshot.pack.digest);
  if (pack === null) throw new PackMissing(last.snapshot.pack.id.slice(0, 6), last.snapshot.pack.digest);
  const categories = [...new Set(live.flatMap((each) => each.case.snapshot.categories))].sort();
  const yearText = last.care.dischargedOn.slice(0, 4);
  const shares = yearEndShares(pack, categories, `${yearText}-12-31`, year.accounts);
  if (shares.every(({ paidFen }) => paidFen === 0)) return { nothing: 'nothing-due' };
  const data: YearEndSettled = {
    accounts: accountsAfter(year, shares),
    categories: categories as Category[],
    operatorCode,
    pack: { digest: last.snapshot.pack.digest, id: last.snapshot.pack.id },
    payments: shares.map(({ accounts, inScopeFen, line, outOfScopeFen, paidFen, payer, workings }) => ({
      accounts,
      inScopeFen,
      line,
      outOfScopeFen,
      paidFen,
      payer,
      workings,
    })),
    region: last.region,
    sums: sumsOf(live.map((each) => each.case)),
    times: history.yearEnds + 1,
    year: yearText,
  };
  assertCloses(data, stream);
  return { event: { id: yearEventIdOf(stream, data.times, YEAR_END_SETTLED), type: YEAR_END_SETTLED, data } };
}

/** What must be said before the year's cases may change: nothing, or that its year-end settlement is taken back. */
export function yearEndTakenBack(
  { accounts, yearEnd }: BenefitYear,
  stream: string,
  because: YearEndReversed['because'],
): readonly YearEndEvent<YearEndReversed>[] {
  if (yearEnd === null) return [];
  const { times } = yearEnd;
  const { attempt, settlementId } = because;
  const data: YearEndReversed = { accounts: accountsBefore(accounts, yearEnd), because: { attempt, settlementId }, times };
  return [{ id: yearEventIdOf(stream, times, YEAR_END_REVERSED), type: YEAR_END_REVERSED, data }];
}

/** What is paid at year end leaves the year's self-pay, so that the accounts go on to say what the patient bears. */
function accountsAfter({ accounts }: BenefitYear, shares: readonly YearEndShare[]): Record<string, Fen> {
  const after: Record<string, Fen> = { ...accounts };
  for (const { name, afterFen } of shares.flatMap((share) => share.accounts)) after[name] = afterFen;
  const { 'self-pay': all, 'in-scope-self-pay': inScope } = SELF_PAY_ACCOUNTS;
  after[all] = subtractFen(after[all] ?? 0, sumFen(shares.map(({ paidFen }) => paidFen)));
  after[inScope] = subtractFen(after[inScope] ?? 0, sumFen(shares.map(({ inScopeFen }) => inScopeFen)));
  return inOrder(after);
}

/** Exactly the accounts that stood before: every change is undone. */
function accountsBefore(accounts: Readonly<Record<string, Fen>>, { payments }: YearEndSettled): Record<string, Fen> {
  const before: Record<string, Fen> = { ...accounts };
  for (const { name, beforeFen } of payments.flatMap((payment) => payment.accounts).toReversed()) {
    if (beforeFen === 0) delete before[name];
    else before[name] = beforeFen;
  }
  const { 'self-pay': all, 'in-scope-self-pay': inScope } = SELF_PAY_ACCOUNTS;
  before[all] = addFen(before[all] ?? 0, sumFen(payments.map(({ paidFen }) => paidFen)));
  before[inScope] = addFen(before[inScope] ?? 0, sumFen(payments.map(({ inScopeFen }) => inScopeFen)));
  return inOrder(before);
}

function sumsOf(cases: readonly OpenCase[]): YearEndSettled['sums'] {
  const stands = cases.map(standing);
  const hospitalFen = sumFen(stands.map((each) => each.hospitalFen));
  const shares = sumFen(cases.flatMap((of) => of.shares.map(({ paidFen }) => paidFen)));
  return {
    hospitalFen,
    paidFen: subtractFen(shares, hospitalFen),
    selfPayFen: sumFen(stands.map(({ inScopeRestFen, outOfScopeRestFen }) => inScopeRestFen + outOfScopeRestFen)),
    totalFen: sumFen(cases.map(({ scope }) => scope.totalFen)),
  };
}

/** Asserted before anything is written: Σ shares + year-end + hospital + self-pay left = Σ totals. */
function assertCloses({ accounts, payments, sums }: YearEndSettled, stream: string): void {
  const yearEndFen = sumFen(payments.map(({ paidFen }) => paidFen));
  const leftFen = accounts[SELF_PAY_ACCOUNTS['self-pay']] ?? 0;
  if (sumFen([sums.paidFen, yearEndFen, sums.hospitalFen, leftFen]) !== sums.totalFen) {
    throw new RangeError(
      `${stream}: ${sums.paidFen} + ${yearEndFen} + ${sums.hospitalFen} + ${leftFen} is not ${sums.totalFen} fen`,
    );
  }
}
