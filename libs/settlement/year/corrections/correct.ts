/**
 * Corrections of a person's year: a reversal (with the later cases settled again, if asked), and a resettlement on fresh
 * entitlements. Append-only: reversals from the last case back to the one it is about, then the survivors opened anew in
 * their first order. One list of facts, appended whole or not at all. Pure (domain rules §6).
 */
import type { Scope, Snapshot } from '../../bill/discharge';
import { caseKey, type OpenCase } from '../benefit-year';
import {
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  SETTLEMENT_REVERSED,
  type SettlementReversed,
  type YearEndReversed,
} from '../events';
import { eventIdOf } from '../ids';
import { type YearEndEvent, yearEndTakenBack } from '../year-end';
import { accountsWithout, evolveHistory, type LiveCase, standingCase, type YearHistory } from './year-history';

/** Who asks for which attempt, and why. */
export interface CorrectionOrder {
  readonly settlementId: string;
  /** The attempt that the clerk saw. */
  readonly attempt: number;
  readonly operatorCode: string;
  readonly reason: string;
}

/** An order with the stream of the benefit year in which its attempt stands. */
export interface PlacedOrder extends CorrectionOrder {
  readonly stream: string;
}

/** What a case is settled again on. */
export interface FreshBasis {
  readonly scope: Scope;
  readonly snapshot: Snapshot;
}

export interface CaseCorrectionEvent {
  readonly id: string;
  readonly type: typeof SETTLEMENT_REVERSED | typeof RESETTLEMENT_OPENED;
  readonly data: SettlementReversed | ResettlementOpened;
}

/** Of a year that was settled at its end, the first fact takes that back. */
export type CorrectionEvent = CaseCorrectionEvent | YearEndEvent<YearEndReversed>;

/** A later case that stands in the way, as the clerk is told of it. */
export interface LaterCase {
  readonly settlementId: string;
  readonly attempt: number;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly dischargedOn: string;
  readonly status: 'completed' | 'pending' | 'resettling';
}

export type CorrectionRefusal =
  /** It was reversed for good before: the same answer again. */
  | { readonly code: 'already-reversed' }
  /** Another attempt counts, or none (null) in this year. */
  | { readonly code: 'attempt-not-live'; readonly liveAttempt: number | null }
  | { readonly code: 'later-cases'; readonly cases: readonly LaterCase[] }
  /** A case came in after the bases had been prepared: prepare again. */
  | { readonly code: 'basis-missing' };

export type CorrectionDecision =
  { readonly events: readonly CorrectionEvent[]; readonly after: YearHistory } | { readonly refused: CorrectionRefusal };

/** The live attempt that the order names and those after it; or why not. */
function casesFrom(history: YearHistory, { settlementId, attempt }: CorrectionOrder): readonly LiveCase[] | CorrectionRefusal {
  const ended = history.ended.get(caseKey(settlementId, attempt));
  if (ended !== undefined && !ended.superseded) return { code: 'already-reversed' };
  const at = history.live.findIndex((live) => live.case.settlementId === settlementId);
  const live = history.live[at];
  if (live === undefined || live.case.attempt !== attempt) {
    return { code: 'attempt-not-live', liveAttempt: live?.case.attempt ?? null };
  }
  return history.live.slice(at);
}

/** Every live case from an attempt on, the attempt first; empty when it does not count. What a resettlement must prepare. */
export function liveFrom(history: YearHistory, settlementId: string, attempt: number): readonly OpenCase[] {
  const at = history.live.findIndex((live) => live.case.settlementId === settlementId && live.case.attempt === attempt);
  return at < 0 ? [] : history.live.slice(at).map((live) => standingCase(history.year, live));
}

/**
 * Reverses an attempt for good. Later cases of the year are in the way, unless `cascade` is asked: then they are settled
 * again, in their first order, each with the scope, snapshot and pack that it had.
 */
export function decideReversal(history: YearHistory, order: PlacedOrder & { readonly cascade: boolean }): CorrectionDecision {
  const cases = casesFrom(history, order);
  if ('code' in cases) return { refused: cases };
  const [target, ...later] = cases as [LiveCase, ...LiveCase[]];
  if (later.length > 0 && !order.cascade) {
    return { refused: { code: 'later-cases', cases: later.map((live) => laterCase(live)) } };
  }
  return correct(history, order, target, later, (survivor) => survivor);
}

/**
 * Settles an attempt and all later cases of its year again, on fresh bases.
 * @param bases by case key, of every case from the attempt on
 */
export function decideResettlement(
  history: YearHistory,
  order: PlacedOrder,
  bases: ReadonlyMap<string, FreshBasis>,
): CorrectionDecision {
  const cases = casesFrom(history, order);
  if ('code' in cases) return { refused: cases };
  const basisOf = ({ settlementId, attempt }: OpenCase): FreshBasis | undefined => bases.get(caseKey(settlementId, attempt));
  if (cases.some((live) => basisOf(live.case) === undefined)) return { refused: { code: 'basis-missing' } };
  return correct(history, order, null, cases, (survivor) => basisOf(survivor) as FreshBasis);
}

/** Reverses `target` (if any) and the survivors, last to first, then opens the survivors again. */
function correct(
  history: YearHistory,
  order: PlacedOrder,
  target: LiveCase | null,
  survivors: readonly LiveCase[],
  basisOf: (survivor: OpenCase) => FreshBasis,
): CorrectionDecision {
  const correction = eventIdOf(order.settlementId, order.attempt, '', 'Correction');
  const events: CorrectionEvent[] = [];
  let now = history;
  const say = (event: CorrectionEvent): void => {
    events.push(event);
    now = evolveHistory(now, event);
  };
  for (const event of yearEndTakenBack(history.year, order.stream, order)) say(event);
  for (const live of survivors.toReversed()) say(reversal(now, order, correction, live, true));
  if (target !== null) say(reversal(now, order, correction, target, false));
  survivors.forEach((live, index) => {
    say(reopening(live.case, basisOf(live.case), { id: correction, index: index + 1, size: survivors.length }));
  });
  return { events, after: now };
}

function reversal(
  history: YearHistory,
  { operatorCode, reason }: CorrectionOrder,
  correction: string,
  live: LiveCase,
  superseded: boolean,
): CaseCorrectionEvent {
  const { settlementId, attempt, care, encounterNo, hospitalCode, region, scope, shares } = standingCase(history.year, live);
  const data: SettlementReversed = {
    accounts: accountsWithout(history.year, live),
    attempt,
    correction,
    dischargedOn: care.dischargedOn,
    encounterNo,
    hospitalCode,
    openCases: history.year.open.length - (live.completed ? 0 : 1),
    operatorCode,
    reason,
    region,
    settlementId,
    shares: shares.map(({ line, paidFen, payer }) => ({ line, paidFen, payer })),
    superseded,
    totalFen: scope.totalFen,
    wasOpen: !live.completed,
  };
  return { id: eventIdOf(settlementId, attempt, '', SETTLEMENT_REVERSED), type: SETTLEMENT_REVERSED, data };
}

function reopening(
  of: OpenCase,
  { scope, snapshot }: FreshBasis,
  correction: ResettlementOpened['correction'],
): CaseCorrectionEvent {
  const { acceptance, attempt: supersedes, care, encounterNo, hospitalCode, region, settlementId } = of;
  const attempt = supersedes + 1;
  const data: ResettlementOpened = {
    acceptance,
    attempt,
    care,
    correction,
    encounterNo,
    hospitalCode,
    region,
    scope,
    settlementId,
    snapshot,
    supersedes,
  };
  return { id: eventIdOf(settlementId, attempt, '', RESETTLEMENT_OPENED), type: RESETTLEMENT_OPENED, data };
}

function laterCase({ case: of, completed }: LiveCase): LaterCase {
  const { settlementId, attempt, hospitalCode, encounterNo, care, correction } = of;
  const open = correction === undefined ? 'pending' : 'resettling';
  return {
    settlementId,
    attempt,
    hospitalCode,
    encounterNo,
    dischargedOn: care.dischargedOn,
    status: completed ? 'completed' : open,
  };
}
