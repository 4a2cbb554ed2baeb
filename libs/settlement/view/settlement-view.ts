/**
 * The settlement as the contract shows it (`GET /v1/settlements/{id}`): the facts of one attempt joined with the labels,
 * clauses and provenance of the pack that it names. A view computes no money; it only lays out what was recorded.
 */
import { type Bp, type Fen, formatBp, formatYuan } from '@oss/money';
import { BASES, CATEGORIES, type Pack, type Payer, type Provenance } from '@oss/policy';
import type { Scope } from '../bill/discharge';
import { type Working, WORKING_STEPS, type WorkingStep } from '../lines/working';
import type { DischargeAccepted, DischargeRecorded, SettlementCompleted, SettlementReversed, ShareSettled } from '../year/events';
import {
  type DifferencesView,
  differencesView,
  type ReversalView,
  reversalView,
  type SupersededView,
  supersededView,
} from './correction-view';

export type SettlementStatus = 'pending' | 'completed' | 'reversed' | 'resettling' | 'stuck' | 'quoted';

export interface WorkingView {
  readonly step: WorkingStep;
  /** Official label, Chinese. */
  readonly label: string;
  readonly clause: string | null;
  readonly provenance: Provenance | null;
  /** Title of the source that the value was taken from. */
  readonly source: string | null;
  readonly amountFen: Fen;
  /** How the amount came about, as a person would write it: "48,000.00 × 80%". */
  readonly formula: string | null;
  readonly note: string | null;
}

export interface ShareView {
  readonly line: string;
  readonly label: string;
  readonly payer: Payer;
  readonly paidFen: Fen;
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  readonly workings: readonly WorkingView[];
}

export interface SettlementView {
  readonly settlementId: string;
  readonly status: SettlementStatus;
  readonly attempt: number;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly dischargedOn: string;
  readonly totalFen: Fen;
  readonly inScopeFen?: Fen;
  readonly scope?: Scope;
  readonly shares: readonly ShareView[];
  readonly hospitalFen?: Fen;
  readonly selfPayFen?: Fen;
  readonly selfPayBp?: Bp;
  readonly policy: { readonly pack: string; readonly digest: string };
  readonly completedAt?: string;
  /** Of a reversed attempt: by whom, why, and what replaces it. */
  readonly reversal?: ReversalView;
  /** Of an attempt that replaces another: the last completed one before it. While it is resettling, all that is known. */
  readonly supersedes?: SupersededView;
  /** Of a completed attempt that replaces another: this one less that one. */
  readonly differences?: DifferencesView;
  /** Why a stuck settlement is stuck. */
  readonly error?: string;
}

/** The facts of one attempt, as far as they have been recorded. */
export interface SettlementFacts {
  readonly recorded: DischargeRecorded;
  readonly shares: readonly ShareSettled[];
  readonly completed: SettlementCompleted | null;
  /** Instant of the completion, RFC 3339 UTC. */
  readonly completedAt: string | null;
  /** The attempt's reversal, with its instant. */
  readonly reversed?: { readonly fact: SettlementReversed; readonly at: string } | null;
  /** The last completed attempt before this one, where a correction opened this one. */
  readonly replaces?: SettlementCompleted | null;
  /** Whether the correction that opened this attempt is still settling cases: nothing of it is final yet. */
  readonly resettling?: boolean;
}

/** A view while it is laid out, in the order in which its fields are shown; one that does not apply is not there at all. */
type Growing = { -readonly [Field in keyof SettlementView]?: SettlementView[Field] };

/** A settlement as it stands. @param pack the pack that the facts name, for the labels */
export function settlementView(facts: SettlementFacts, pack: Pack, status = statusOf(facts)): SettlementView {
  const shares = shownShares(facts, status).map((share) => shareView(share, pack));
  return laidOut(facts, status, shares);
}

/** The view with no shares in it: what does not need the pack. */
export function frameView(facts: SettlementFacts, status: SettlementStatus): SettlementView {
  return laidOut(facts, status, []);
}

/** A year that is half settled again is never shown as final: until all of it is, the attempt has no amounts. */
export function shownShares({ shares }: SettlementFacts, status: SettlementStatus): readonly ShareSettled[] {
  return status === 'resettling' ? [] : shares;
}

function laidOut(facts: SettlementFacts, status: SettlementStatus, shares: readonly ShareView[]): SettlementView {
  const { recorded, completed, completedAt, reversed, replaces } = facts;
  const { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot } = recorded;
  const settled = status === 'resettling' ? null : completed;
  const view: Growing = {
    settlementId,
    status,
    attempt,
    hospitalCode,
    encounterNo,
    region,
    dischargedOn: care.dischargedOn,
    totalFen: scope.totalFen,
    inScopeFen: scope.inScopeFen,
    scope,
    shares,
  };
  if (settled !== null) {
    view.hospitalFen = settled.hospitalFen;
    view.selfPayFen = settled.selfPayFen;
    view.selfPayBp = settled.selfPayBp;
  }
  view.policy = { pack: snapshot.pack.id, digest: snapshot.pack.digest };
  if (completedAt !== null && settled !== null) view.completedAt = completedAt;
  if (reversed) view.reversal = reversalView(reversed.fact, reversed.at);
  if (replaces) view.supersedes = supersededView(replaces);
  if (replaces && settled !== null) view.differences = differencesView(replaces, settled);
  return view as SettlementView;
}

export function statusOf({ recorded, completed, reversed, resettling }: SettlementFacts): SettlementStatus {
  if (reversed) return 'reversed';
  if (resettling === true || (completed === null && 'correction' in recorded)) return 'resettling';
  return completed === null ? 'pending' : 'completed';
}

/** A discharge that was accepted and not yet recorded in its benefit year. */
export function acceptedView(accepted: DischargeAccepted, status: SettlementStatus = 'pending'): SettlementView {
  const { settlementId, attempt, hospitalCode, encounterNo, region, care, bill, snapshot } = accepted;
  const policy = { pack: snapshot.pack.id, digest: snapshot.pack.digest };
  return {
    settlementId,
    status,
    attempt,
    hospitalCode,
    encounterNo,
    region,
    dischargedOn: care.dischargedOn,
    totalFen: bill.totalFen,
    shares: [],
    policy,
  };
}

export function shareView(share: ShareSettled, pack: Pack): ShareView {
  const { line, payer, paidFen, inScopeFen, outOfScopeFen, workings } = share;
  return {
    line,
    label: lineLabel(line, pack),
    payer,
    paidFen,
    inScopeFen,
    outOfScopeFen,
    workings: workings.map((working) => workingView(working, pack)),
  };
}

/** Official label of a chain entry's line; of a shared line that of the whole line. */
export function lineLabel(line: string, pack: Pack): string {
  const exact = pack.lines.find(({ id }) => id === line) ?? pack.lines.find(({ id }) => line.startsWith(`${id}.`));
  return exact?.label ?? line;
}

export function workingView(working: Working, pack: Pack): WorkingView {
  const value = working.ref === undefined ? undefined : pack.values.get(working.ref);
  return {
    step: working.step,
    label: value === undefined || isOpening(working.step) ? stepLabel(working, pack) : value.label,
    clause: value?.clause ?? null,
    provenance: value?.provenance ?? null,
    source: value === undefined ? null : (pack.content.sources[value.source]?.title ?? null),
    amountFen: working.fen,
    formula: formulaOf(working),
    note: value?.note ?? null,
  };
}

/** Whether a step's own words come before the label of the value that it names. */
function isOpening(step: WorkingStep): boolean {
  return step === 'other-programme' || step === 'admitted';
}

function stepLabel({ step, ref = '', account }: Working, pack: Pack): string {
  const label = WORKING_STEPS[step];
  switch (step) {
    case 'base':
      return BASE_LABELS.get(ref) ?? label;
    case 'category':
      return CATEGORY_LABELS.get(ref) ?? `${label}：普通参保人`;
    case 'other-programme':
    case 'admitted':
      return `${label}：${pack.values.get(ref)?.label ?? ''}`;
    case 'cut-off':
      return `${label}：${lineLabel(ref, pack)}`;
    case 'part':
      return `${label}：${pack.partLabels.get(ref) ?? ''}`;
    case 'accumulated':
      return accountLabel(account, pack) ?? label;
    default:
      return label;
  }
}

/** Put together once: nearly every share begins with one of each. */
const BASE_LABELS = labelled('base', BASES);
const CATEGORY_LABELS = labelled('category', CATEGORIES);

function labelled(step: WorkingStep, words: Readonly<Record<string, { readonly zh: string }>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(words).map(([word, { zh }]) => [word, `${WORKING_STEPS[step]}：${zh}`]));
}

function accountLabel(name: string | undefined, pack: Pack): string | undefined {
  for (const { accumulates } of pack.lines) {
    for (const { account, label } of accumulates) if (account === name) return label;
  }
  return undefined;
}

/** How a step's amount came about, in yuan, where more than the amount itself is to be said. */
export function formulaOf(working: Working): string | null {
  const { step, fen, ofFen = 0, bp = 0 } = working;
  switch (step) {
    case 'rate':
    case 'band':
    case 'split':
    case 'deductible-factor':
      return productOf(ofFen, bp, fen);
    case 'limit':
      return working.bp === undefined ? null : `${productOf(ofFen, bp, fen)}（舍去不足一分）`;
    case 'rate-plus':
      return `+${formatBp(bp)}`;
    case 'accumulated':
      return `${formatYuan(ofFen)} + ${formatYuan(fen - ofFen)} = ${formatYuan(fen)}`;
    case 'cap':
      return `${formatYuan(ofFen)}，余 ${formatYuan(fen)}`;
    case 'bounded':
      return `${formatYuan(ofFen)} → ${formatYuan(fen)}`;
    default:
      return null;
  }
}

function productOf(ofFen: Fen, bp: Bp, fen: Fen): string {
  return `${formatYuan(ofFen)} × ${formatBp(bp)} = ${formatYuan(fen)}`;
}
