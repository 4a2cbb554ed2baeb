/**
 * A benefit year with what a correction needs beside its state: the live cases in the order of the person, each with the
 * shares that it took, and how every other attempt ended. Folded from the stream's beginning, for corrections are rare.
 */
import { type Fen, subtractFen } from '@oss/money';
import { type BenefitYear, caseKey, EMPTY_YEAR, evolveYear, type OpenCase, ownAccounts } from '../benefit-year';
import {
  DISCHARGE_RECORDED,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  YEAR_END_SETTLED,
} from '../events';

export interface LiveCase {
  /** With its shares, once it is completed; the shares of an open one stand in the year's state. */
  readonly case: OpenCase;
  readonly completed: boolean;
}

export interface YearHistory {
  readonly year: BenefitYear;
  /** Attempts that count, in the order in which their cases were first recorded. */
  readonly live: readonly LiveCase[];
  /** How reversed attempts ended, by case key. */
  readonly ended: ReadonlyMap<string, SettlementReversed>;
  /** How often the year was settled at its end. */
  readonly yearEnds: number;
}

export const EMPTY_HISTORY: YearHistory = { year: EMPTY_YEAR, live: [], ended: new Map(), yearEnds: 0 };

/** One fact further. @throws RangeError on a fact that cannot follow */
export function evolveHistory(history: YearHistory, event: { readonly type: string; readonly data: unknown }): YearHistory {
  const before = history.year;
  const year = evolveYear(before, event);
  if (event.type === DISCHARGE_RECORDED || event.type === RESETTLEMENT_OPENED) {
    return { ...history, year, live: [...history.live, { case: year.open.at(-1) as OpenCase, completed: false }] };
  }
  if (event.type === SETTLEMENT_COMPLETED) {
    const { settlementId } = event.data as SettlementCompleted;
    const done: LiveCase = { case: before.open[0] as OpenCase, completed: true };
    // Cases are completed in the order of their recording: it is among the last.
    const at = history.live.findLastIndex((each) => each.case.settlementId === settlementId);
    return { ...history, year, live: at < 0 ? history.live : history.live.with(at, done) };
  }
  if (event.type === SETTLEMENT_REVERSED) return endLast({ ...history, year }, before, event.data as SettlementReversed);
  return { ...history, year, yearEnds: history.yearEnds + (event.type === YEAR_END_SETTLED ? 1 : 0) };
}

function endLast(history: YearHistory, before: BenefitYear, data: SettlementReversed): YearHistory {
  const last = history.live.at(-1);
  const key = caseKey(data.settlementId, data.attempt);
  if (last === undefined || caseKey(last.case.settlementId, last.case.attempt) !== key) {
    throw new RangeError(`${key} was reversed out of order`);
  }
  const expected = accountsWithout(before, last);
  const names = new Set([...Object.keys(expected), ...Object.keys(data.accounts)]);
  for (const name of names) {
    if ((expected[name] ?? 0) !== (data.accounts[name] ?? 0))
      throw new RangeError(`${key} gives back another ${name} than it took`);
  }
  return { ...history, live: history.live.slice(0, -1), ended: new Map(history.ended).set(key, data) };
}

/** The case as it stands now: an open one with the shares that it has taken so far. */
export function standingCase(year: BenefitYear, live: LiveCase): OpenCase {
  if (live.completed) return live.case;
  const { settlementId, attempt } = live.case;
  return year.open.find((open) => open.settlementId === settlementId && open.attempt === attempt) ?? live.case;
}

/** The year's accounts without what the last live case moved; an account that is back at 0 is gone. In fen. */
export function accountsWithout(year: BenefitYear, live: LiveCase): Readonly<Record<string, Fen>> {
  const of = standingCase(year, live);
  const taken: Record<string, Fen> = live.completed ? { ...ownAccounts(of) } : {};
  for (const { accounts } of of.shares) {
    for (const { name, beforeFen, afterFen } of accounts) taken[name] = (taken[name] ?? 0) + afterFen - beforeFen;
  }
  const left: Record<string, Fen> = {};
  for (const [name, fen] of Object.entries(year.accounts)) {
    const restFen = subtractFen(fen, taken[name] ?? 0);
    if (restFen > 0) left[name] = restFen;
  }
  return left;
}
