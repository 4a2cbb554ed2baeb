/**
 * A person's benefit year, folded from its stream: the accounts, and the cases that are still open in the order in which
 * they were recorded. Pure; completed cases leave only their accounts, so the state stays small.
 */
import { addFen, type Fen, subtractFen } from '@oss/money';
import type { Payer } from '@oss/policy';
import type { Care, Scope, Snapshot } from '../bill/discharge';
import { SELF_PAY_ACCOUNTS } from '../lines/top-up';
import type { AccountChange } from '../lines/working';
import { type Accounts, inOrder } from './accounts';
import {
  type CorrectionStep,
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  isShareEvent,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  type ShareSettled,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
  type YearEndReversed,
  type YearEndSettled,
} from './events';
import { RecordedCases } from './recorded-cases';

/** A share as the open case remembers it. */
export interface TakenShare {
  readonly line: string;
  readonly payer: Payer;
  readonly paidFen: Fen;
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  readonly accounts: readonly AccountChange[];
  readonly cutOffFen?: Fen;
}

export interface OpenCase {
  readonly settlementId: string;
  readonly attempt: number;
  /** Hash of the acceptance whose bill it settles. */
  readonly acceptance: string;
  /** Of an attempt that a correction opened. */
  readonly correction?: CorrectionStep;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly care: Omit<Care, 'diagnoses'>;
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  readonly shares: readonly TakenShare[];
}

export interface BenefitYear {
  /** Year accounts after everything folded so far, in fen. */
  readonly accounts: Accounts;
  /** Open cases in the order of their recording; only the first may be decided. */
  readonly open: readonly OpenCase[];
  /** "<settlementId>/<attempt>" of every case recorded after `knownAfter`. */
  readonly recorded: RecordedCases;
  /** The year-end settlement that stands, if one does. */
  readonly yearEnd: YearEndSettled | null;
  /** Log position from which on `recorded` is complete; null: from the stream's beginning. */
  readonly knownAfter: bigint | null;
}

/** Sum of all bills of the year's live cases: kept below 2^53. */
export const YEAR_TOTAL_ACCOUNT = 'year.total';

/** One list for all years at rest: thousands of them are kept. */
const NO_CASES: BenefitYear['open'] = [];

export const EMPTY_YEAR: BenefitYear = {
  accounts: {},
  open: NO_CASES,
  recorded: RecordedCases.NONE,
  yearEnd: null,
  knownAfter: null,
};

export function caseKey(settlementId: string, attempt: number): string {
  return `${settlementId}/${attempt}`;
}

/** One fact further. @throws RangeError on a fact that cannot follow: history was changed or a writer is broken. */
export function evolveYear(year: BenefitYear, event: { readonly type: string; readonly data: unknown }): BenefitYear {
  if (event.type === DISCHARGE_RECORDED) return recordCase(year, event.data as DischargeRecorded);
  if (isShareEvent(event.type)) return takeShare(year, event.data as ShareSettled);
  if (event.type === SETTLEMENT_COMPLETED) return completeCase(year, event.data as SettlementCompleted);
  if (event.type === SETTLEMENT_REVERSED) return reverseCase(year, event.data as SettlementReversed);
  if (event.type === RESETTLEMENT_OPENED) return recordCase(year, event.data as ResettlementOpened);
  if (event.type === YEAR_END_SETTLED) return settleYearEnd(year, event.data as YearEndSettled);
  if (event.type === YEAR_END_REVERSED) return reverseYearEnd(year, event.data as YearEndReversed);
  throw new RangeError(`a benefit year does not know ${event.type}`);
}

/** The state that a fact carries whole, when no case was open after it: reading backwards may stop there. */
export function resumeYear(event: {
  readonly type: string;
  readonly data: unknown;
  readonly position: bigint;
}): BenefitYear | null {
  if (event.type === YEAR_END_SETTLED || event.type === YEAR_END_REVERSED) {
    const data = event.data as YearEndSettled | YearEndReversed;
    const yearEnd = event.type === YEAR_END_SETTLED ? (data as YearEndSettled) : null;
    return { accounts: data.accounts, open: NO_CASES, recorded: RecordedCases.NONE, yearEnd, knownAfter: event.position };
  }
  if (event.type !== SETTLEMENT_COMPLETED && event.type !== SETTLEMENT_REVERSED) return null;
  const { accounts, openCases, settlementId, attempt } = event.data as SettlementCompleted | SettlementReversed;
  if (openCases !== 0) return null;
  const recorded = RecordedCases.of(caseKey(settlementId, attempt));
  return { accounts, open: NO_CASES, recorded, yearEnd: null, knownAfter: event.position };
}

function recordCase(year: BenefitYear, data: DischargeRecorded | ResettlementOpened): BenefitYear {
  const key = caseKey(data.settlementId, data.attempt);
  const recorded = year.recorded.with(key);
  if (recorded === year.recorded) throw new RangeError(`case ${key} is recorded twice`);
  assertNoYearEnd(year, key);
  const opened = caseWith(data, []);
  const { accounts, open, yearEnd, knownAfter } = year;
  return { accounts, open: open.length === 0 ? [opened] : [...open, opened], recorded, yearEnd, knownAfter };
}

/** Written out, not spread: one is made for every share. */
function caseWith(of: Omit<OpenCase, 'shares'>, shares: OpenCase['shares']): OpenCase {
  const { settlementId, attempt, acceptance, correction, hospitalCode, encounterNo, region, care, scope, snapshot } = of;
  return {
    settlementId,
    attempt,
    acceptance,
    correction,
    hospitalCode,
    encounterNo,
    region,
    care,
    scope,
    snapshot,
    shares,
  };
}

function takeShare(year: BenefitYear, data: ShareSettled): BenefitYear {
  const first = year.open[0];
  const due = first?.snapshot.chain[first.shares.length];
  if (first === undefined || first.settlementId !== data.settlementId || due?.line !== data.line || due.payer !== data.payer) {
    throw new RangeError(`${data.payer} spoke on ${data.settlementId} line ${data.line} out of turn`);
  }
  const { line, payer, paidFen, inScopeFen, outOfScopeFen, cutOffFen } = data;
  const share: TakenShare = { line, payer, paidFen, inScopeFen, outOfScopeFen, accounts: data.accounts, cutOffFen };
  const taken = caseWith(first, longer(first.shares, share));
  const { open, recorded, yearEnd, knownAfter } = year;
  const accounts = moved(year.accounts, data.accounts);
  return { accounts, open: open.length === 1 ? [taken] : [taken, ...open.slice(1)], recorded, yearEnd, knownAfter };
}

/** A list with one more at its end, and no longer than that: a spread keeps room for sixteen that never come. */
function longer<T>(list: readonly T[], next: T): readonly T[] {
  const all = new Array<T>(list.length + 1);
  for (let at = 0; at < list.length; at += 1) all[at] = list[at] as T;
  all[list.length] = next;
  return all;
}

/** @throws RangeError where a change does not begin at what its account stands at */
function moved(accounts: Accounts, changes: readonly AccountChange[]): Accounts {
  if (changes.length === 0) return accounts;
  const after: Record<string, Fen> = { ...accounts };
  for (const { name, beforeFen, afterFen } of changes) {
    const standsAt = after[name] ?? 0;
    if (standsAt !== beforeFen) throw new RangeError(`account ${name} stands at ${standsAt}, not at ${beforeFen}`);
    after[name] = afterFen;
  }
  return after;
}

function completeCase(year: BenefitYear, data: SettlementCompleted): BenefitYear {
  const { open, recorded, yearEnd, knownAfter } = year;
  const first = open[0];
  if (first === undefined || first.settlementId !== data.settlementId || first.attempt !== data.attempt) {
    throw new RangeError(`${data.settlementId} was completed out of turn`);
  }
  const left = open.length === 1 ? NO_CASES : open.slice(1);
  return { accounts: data.accounts, open: left, recorded, yearEnd, knownAfter };
}

/** Reversals come last to first: an open case is the last of the open ones, and a completed one comes after all of them. */
function reverseCase(year: BenefitYear, data: SettlementReversed): BenefitYear {
  assertNoYearEnd(year, caseKey(data.settlementId, data.attempt));
  const last = year.open.at(-1);
  const isLast = last !== undefined && last.settlementId === data.settlementId && last.attempt === data.attempt;
  const open = isLast ? year.open.slice(0, -1) : year.open;
  if (isLast !== data.wasOpen || open.length !== data.openCases || (!isLast && open.length > 0)) {
    throw new RangeError(`${data.settlementId} attempt ${data.attempt} was reversed out of order`);
  }
  return { ...year, accounts: data.accounts, open };
}

/** Whatever changes the cases of a year takes back its year-end settlement first. */
function assertNoYearEnd({ yearEnd }: BenefitYear, key: string): void {
  if (yearEnd !== null) throw new RangeError(`case ${key} changes a year that was settled at its end`);
}

function settleYearEnd(year: BenefitYear, data: YearEndSettled): BenefitYear {
  if (year.open.length > 0 || year.yearEnd !== null) throw new RangeError(`year-end ${data.times} comes out of order`);
  return { ...year, accounts: data.accounts, yearEnd: data };
}

function reverseYearEnd(year: BenefitYear, data: YearEndReversed): BenefitYear {
  if (year.yearEnd?.times !== data.times) throw new RangeError(`year-end ${data.times} does not stand`);
  return { ...year, accounts: data.accounts, yearEnd: null };
}

/** What a case stands at: what the lines so far left, and who bears what. Σ of all of it = total. */
export function standing(open: OpenCase): {
  readonly inScopeRestFen: Fen;
  readonly outOfScopeRestFen: Fen;
  readonly hospitalFen: Fen;
} {
  let inScopeRestFen = open.scope.inScopeFen;
  let outOfScopeRestFen = subtractFen(open.scope.totalFen, open.scope.inScopeFen);
  let hospitalFen = 0;
  for (const share of open.shares) {
    inScopeRestFen = subtractFen(inScopeRestFen, share.inScopeFen);
    outOfScopeRestFen = subtractFen(outOfScopeRestFen, share.outOfScopeFen);
    if (share.payer === 'hospital') hospitalFen += share.paidFen;
  }
  return { inScopeRestFen, outOfScopeRestFen, hospitalFen };
}

/** What the completion of a case, all of whose lines have been decided, adds to the year's own accounts. */
export function ownAccounts(open: OpenCase): Accounts {
  return withOwn(NO_ACCOUNTS, open);
}

const NO_ACCOUNTS: Accounts = {};

/** The year's accounts once a case, all of whose lines have been decided, is complete. */
export function accountsAfter({ accounts }: BenefitYear, open: OpenCase): Accounts {
  return inOrder(withOwn(accounts, open));
}

function withOwn(accounts: Accounts, open: OpenCase): Accounts {
  const { inScopeRestFen, outOfScopeRestFen } = standing(open);
  const after: Record<string, Fen> = { ...accounts };
  add(after, SELF_PAY_ACCOUNTS['in-scope-self-pay'], inScopeRestFen);
  add(after, SELF_PAY_ACCOUNTS['self-pay'], inScopeRestFen + outOfScopeRestFen);
  add(after, YEAR_TOTAL_ACCOUNT, open.scope.totalFen);
  return after;
}

function add(accounts: Record<string, Fen>, name: string, fen: Fen): void {
  accounts[name] = addFen(accounts[name] ?? 0, fen);
}
