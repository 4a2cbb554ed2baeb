/**
 * A person's benefit year, folded from its stream: the accounts, and the cases that are still open in the order in which
 * they were recorded. Pure; completed cases leave only their accounts, so the state stays small.
 */
import { addFen, type Fen, subtractFen } from '@oss/money';
import type { Payer } from '@oss/policy';
import type { Care, Scope, Snapshot } from '../bill/discharge';
import { SELF_PAY_ACCOUNTS } from '../lines/top-up';
import type { AccountChange } from '../lines/working';
import {
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  isShareEvent,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
  type ShareSettled,
} from './events';

/** A share as the open case remembers it. */
export interface TakenShare {
  readonly line: string;
  readonly payer: Payer;
  readonly paidFen: Fen;
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  readonly accounts: readonly AccountChange[];
}

export interface OpenCase {
  readonly settlementId: string;
  readonly attempt: number;
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
  readonly accounts: Readonly<Record<string, Fen>>;
  /** Open cases in the order of their recording; only the first may be decided. */
  readonly open: readonly OpenCase[];
  /** "<settlementId>/<attempt>" of every case recorded after `knownAfter`. */
  readonly recorded: ReadonlySet<string>;
  /** Log position from which on `recorded` is complete; null: from the stream's beginning. */
  readonly knownAfter: bigint | null;
}

/** Sum of all bills of the year's live cases: kept below 2^53. */
export const YEAR_TOTAL_ACCOUNT = 'year.total';

export const EMPTY_YEAR: BenefitYear = { accounts: {}, open: [], recorded: new Set(), knownAfter: null };

export function caseKey(settlementId: string, attempt: number): string {
  return `${settlementId}/${attempt}`;
}

/** One fact further. @throws RangeError on a fact that cannot follow: history was changed or a writer is broken. */
export function evolveYear(year: BenefitYear, event: { readonly type: string; readonly data: unknown }): BenefitYear {
  if (event.type === DISCHARGE_RECORDED) return recordCase(year, event.data as DischargeRecorded);
  if (isShareEvent(event.type)) return takeShare(year, event.data as ShareSettled);
  if (event.type === SETTLEMENT_COMPLETED) return completeCase(year, event.data as SettlementCompleted);
  throw new RangeError(`a benefit year does not know ${event.type}`);
}

/** The state that a completion carries, when no other case was open: reading backwards may stop there. */
export function resumeYear(event: {
  readonly type: string;
  readonly data: unknown;
  readonly position: bigint;
}): BenefitYear | null {
  if (event.type !== SETTLEMENT_COMPLETED) return null;
  const completed = event.data as SettlementCompleted;
  if (completed.openCases !== 0) return null;
  const recorded = new Set([caseKey(completed.settlementId, completed.attempt)]);
  return { accounts: completed.accounts, open: [], recorded, knownAfter: event.position };
}

function recordCase(year: BenefitYear, data: DischargeRecorded): BenefitYear {
  const key = caseKey(data.settlementId, data.attempt);
  if (year.recorded.has(key)) throw new RangeError(`case ${key} is recorded twice`);
  const { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot } = data;
  const opened: OpenCase = { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot, shares: [] };
  return { ...year, open: [...year.open, opened], recorded: new Set(year.recorded).add(key) };
}

function takeShare(year: BenefitYear, data: ShareSettled): BenefitYear {
  const first = year.open[0];
  const due = first?.snapshot.chain[first.shares.length];
  if (first === undefined || first.settlementId !== data.settlementId || due?.line !== data.line || due.payer !== data.payer) {
    throw new RangeError(`${data.payer} spoke on ${data.settlementId} line ${data.line} out of turn`);
  }
  const { line, payer, paidFen, inScopeFen, outOfScopeFen } = data;
  const accounts: Record<string, Fen> = { ...year.accounts };
  for (const { name, beforeFen, afterFen } of data.accounts) {
    if ((accounts[name] ?? 0) !== beforeFen)
      throw new RangeError(`account ${name} stands at ${accounts[name] ?? 0}, not at ${beforeFen}`);
    accounts[name] = afterFen;
  }
  const shares = [...first.shares, { line, payer, paidFen, inScopeFen, outOfScopeFen, accounts: data.accounts }];
  const taken: OpenCase = { ...first, shares };
  return { ...year, accounts, open: year.open.length === 1 ? [taken] : [taken, ...year.open.slice(1)] };
}

function completeCase(year: BenefitYear, data: SettlementCompleted): BenefitYear {
  const [first, ...others] = year.open;
  if (first === undefined || first.settlementId !== data.settlementId || first.attempt !== data.attempt) {
    throw new RangeError(`${data.settlementId} was completed out of turn`);
  }
  return { ...year, accounts: data.accounts, open: others };
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

/** The year's accounts once a case, all of whose lines have been decided, is complete. */
export function accountsAfter(year: BenefitYear, open: OpenCase): Readonly<Record<string, Fen>> {
  const { inScopeRestFen, outOfScopeRestFen } = standing(open);
  const added: Record<string, Fen> = {
    [SELF_PAY_ACCOUNTS['in-scope-self-pay']]: inScopeRestFen,
    [SELF_PAY_ACCOUNTS['self-pay']]: inScopeRestFen + outOfScopeRestFen,
    [YEAR_TOTAL_ACCOUNT]: open.scope.totalFen,
  };
  const names = Object.keys(year.accounts);
  for (const name in added) if (year.accounts[name] === undefined) names.push(name);
  // From the second case on the names stand in order already.
  if (!names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name)) names.sort();
  const accounts: Record<string, Fen> = {};
  for (const name of names) accounts[name] = addFen(year.accounts[name] ?? 0, added[name] ?? 0);
  return accounts;
}
