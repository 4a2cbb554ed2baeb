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

/** A settlement as it stands. @param pack the pack that the facts name, for the labels */
export function settlementView(facts: SettlementFacts, pack: Pack, status = statusOf(facts)): SettlementView {
  const { recorded, completed, reversed, replaces } = facts;
  const { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot } = recorded;
  // A year that is half settled again is never shown as final: until all of it is, the attempt has no amounts.
  const settled = status === 'resettling' ? null : completed;
  return {
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
    shares: status === 'resettling' ? [] : facts.shares.map((share) => shareView(share, pack)),
    ...(settled === null
      ? {}
      : { hospitalFen: settled.hospitalFen, selfPayFen: settled.selfPayFen, selfPayBp: settled.selfPayBp }),
    policy: { pack: snapshot.pack.id, digest: snapshot.pack.digest },
    ...(facts.completedAt === null || settled === null ? {} : { completedAt: facts.completedAt }),
    ...(reversed ? { reversal: reversalView(reversed.fact, reversed.at) } : {}),
    ...(replaces ? { supersedes: supersededView(replaces) } : {}),
    ...(replaces && settled !== null ? { differences: differencesView(replaces, settled) } : {}),
  };
}

function statusOf({ recorded, completed, reversed, resettling }: SettlementFacts): SettlementStatus {
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

function shareView(share: ShareSettled, pack: Pack): ShareView {
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

function workingView(working: Working, pack: Pack): WorkingView {
  const value = working.ref === undefined ? undefined : pack.values.get(working.ref);
  return {
    step: working.step,
    label: value === undefined || OPENING_STEPS.has(working.step) ? stepLabel(working, pack) : value.label,
    clause: value?.clause ?? null,
    provenance: value?.provenance ?? null,
    source: value === undefined ? null : (pack.content.sources[value.source]?.title ?? null),
    amountFen: working.fen,
    formula: formulaOf(working),
    note: value?.note ?? null,
  };
}

/** Steps whose own words come before the label of the value that they name. */
const OPENING_STEPS: ReadonlySet<WorkingStep> = new Set(['other-programme', 'admitted']);

function stepLabel(working: Working, pack: Pack): string {
  const label = WORKING_STEPS[working.step];
  if (working.step === 'base' && working.ref !== undefined && working.ref in BASES) {
    return `${label}：${BASES[working.ref as keyof typeof BASES].zh}`;
  }
  if (OPENING_STEPS.has(working.step)) return `${label}：${pack.values.get(working.ref ?? '')?.label ?? ''}`;
  if (working.step === 'cut-off') return `${label}：${lineLabel(working.ref ?? '', pack)}`;
  if (working.step === 'part') return `${label}：${pack.partLabels.get(working.ref ?? '') ?? ''}`;
  if (working.step === 'category') {
    return `${label}：${working.ref === undefined || working.ref === 'ordinary' ? '普通参保人' : CATEGORIES[working.ref as keyof typeof CATEGORIES].zh}`;
  }
  if (working.step === 'accumulated') {
    const known = pack.lines.flatMap((line) => line.accumulates).find(({ account }) => account === working.account);
    return known?.label ?? label;
  }
  return label;
}

/** How a step's amount came about, in yuan, where more than the amount itself is to be said. */
function formulaOf(working: Working): string | null {
  const { step, fen, ofFen, bp } = working;
  if (step === 'rate' || step === 'band' || step === 'split') return `${yuan(ofFen)} × ${percent(bp)} = ${yuan(fen)}`;
  if (step === 'limit' && bp !== undefined) return `${yuan(ofFen)} × ${percent(bp)} = ${yuan(fen)}（舍去不足一分）`;
  if (step === 'deductible-factor') return `${yuan(ofFen)} × ${percent(bp)} = ${yuan(fen)}`;
  if (step === 'rate-plus') return `+${percent(bp)}`;
  if (step === 'accumulated') return `${yuan(ofFen)} + ${yuan(fen - (ofFen ?? 0))} = ${yuan(fen)}`;
  if (step === 'cap') return `${yuan(ofFen)}，余 ${yuan(fen)}`;
  if (step === 'bounded') return `${yuan(ofFen)} → ${yuan(fen)}`;
  return null;
}

function yuan(fen: Fen | undefined): string {
  return formatYuan(fen ?? 0);
}

function percent(bp: Bp | undefined): string {
  return formatBp(bp ?? 0);
}
