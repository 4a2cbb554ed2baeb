/**
 * The facts of a settlement, as they are stored. Data keys in alphabetical order (canonical bytes by construction).
 * Names in the past tense of the field; every amount in whole fen, every date YYYY-MM-DD in China time.
 */
import type { Bp, Fen } from '@oss/money';
import type { Category, Payer } from '@oss/policy';
import type { Bill, Care, Scope, Snapshot } from '../bill/discharge';
import type { AccountChange, Working } from '../lines/working';

/** On `encounter-<settlementId>`: the whole normalised bill and the snapshot. Storing it IS the acceptance. */
export interface DischargeAccepted {
  readonly attempt: number;
  readonly bill: Bill;
  readonly care: Care;
  /** Of a corrected bill: the reversed attempt that it replaces. */
  readonly corrects?: { readonly attempt: number; readonly settlementId: string };
  readonly encounterNo: string;
  readonly hospitalCode: string;
  readonly personKey: string;
  readonly region: string;
  readonly settlementId: string;
  readonly snapshot: Snapshot;
}

/** On `benefit-year-<personKey>-<year>`: the case enters the person's year; sums, not bill lines. */
export interface DischargeRecorded {
  /** Hash of the `DischargeAccepted` that it copies. */
  readonly acceptance: string;
  readonly attempt: number;
  readonly care: Omit<Care, 'diagnoses'>;
  readonly encounterNo: string;
  readonly hospitalCode: string;
  readonly region: string;
  readonly scope: Scope;
  readonly settlementId: string;
  readonly snapshot: Snapshot;
}

/** Which correction a fact belongs to: all facts of one correction share its id. */
export interface CorrectionStep {
  readonly id: string;
  /** 1 … size: place among the cases that the correction settles again. */
  readonly index: number;
  readonly size: number;
}

/**
 * An attempt no longer counts: what its payers paid and its place in the year's accounts are given back. One correction
 * reverses from the last case back to the one it is about, so that each reversal finds the year as its case left it.
 */
export interface SettlementReversed {
  /** All accounts of the year after this reversal, by name, in fen; an account that is back at 0 is gone. */
  readonly accounts: Readonly<Record<string, Fen>>;
  readonly attempt: number;
  /** Id of the correction. */
  readonly correction: string;
  readonly dischargedOn: string;
  readonly encounterNo: string;
  readonly hospitalCode: string;
  /** Cases of the year that are open after this reversal: 0 lets a reader begin here. */
  readonly openCases: number;
  readonly operatorCode: string;
  readonly reason: string;
  readonly region: string;
  readonly settlementId: string;
  /** What is taken back, line by line, in fen; of an open case what had been decided so far. */
  readonly shares: readonly { readonly line: string; readonly paidFen: Fen; readonly payer: Payer }[];
  /** True: the case is settled again by the same correction; false: it is reversed for good. */
  readonly superseded: boolean;
  readonly totalFen: Fen;
  /** True when the attempt had not been completed. */
  readonly wasOpen: boolean;
}

/** The case is settled again as a new attempt, on the bill of its acceptance: scope sums and snapshot stand here anew. */
export interface ResettlementOpened extends DischargeRecorded {
  readonly correction: CorrectionStep;
  /** The attempt that this one replaces. */
  readonly supersedes: number;
}

/** What one payer pays for a whole year with one year-end line; amounts in fen. */
export interface YearEndPayment {
  readonly accounts: readonly AccountChange[];
  readonly inScopeFen: Fen;
  readonly line: string;
  readonly outOfScopeFen: Fen;
  readonly paidFen: Fen;
  readonly payer: Payer;
  readonly workings: readonly Working[];
}

/**
 * The year is over and what its year-end lines pay is known: it adjusts the year, not a case. Σ shares + year-end + hospital
 * + self-pay = Σ totals of the live cases.
 */
export interface YearEndSettled {
  /** All accounts of the year after it, by name, in fen: what is paid leaves the year's self-pay. */
  readonly accounts: Readonly<Record<string, Fen>>;
  /** Of all live cases of the year. */
  readonly categories: readonly Category[];
  readonly operatorCode: string;
  /** The pack of the year's last live case. */
  readonly pack: { readonly digest: string; readonly id: string };
  readonly payments: readonly YearEndPayment[];
  readonly region: string;
  /** What the live cases come to before it. `paidFen` is that of all payers but the hospital. */
  readonly sums: { readonly hospitalFen: Fen; readonly paidFen: Fen; readonly selfPayFen: Fen; readonly totalFen: Fen };
  /** 1 for the first year-end settlement of this year; a later one follows a reversal. */
  readonly times: number;
  readonly year: string;
}

/** A later discharge or a correction comes into a year that was settled at its end: that settlement is taken back first. */
export interface YearEndReversed {
  /** All accounts of the year as they were before it. */
  readonly accounts: Readonly<Record<string, Fen>>;
  /** The case whose recording or correction asks for it. */
  readonly because: { readonly attempt: number; readonly settlementId: string };
  /** Which year-end settlement is reversed. */
  readonly times: number;
}

/** One payer has spoken: what it pays with one line, and how that came about. */
export interface ShareSettled {
  readonly accounts: readonly AccountChange[];
  readonly attempt: number;
  /** What the line's caps cut off, where a later line takes that as its base. */
  readonly cutOffFen?: Fen;
  readonly inScopeFen: Fen;
  readonly line: string;
  readonly outOfScopeFen: Fen;
  readonly paidFen: Fen;
  readonly payer: Payer;
  readonly settlementId: string;
  readonly workings: readonly Working[];
}

/** All have spoken: the single synchronized settlement, and the year's accounts after it. */
export interface SettlementCompleted {
  /** All accounts of the year after this case, by name, in fen. */
  readonly accounts: Readonly<Record<string, Fen>>;
  readonly attempt: number;
  /** Of an attempt that a correction opened. */
  readonly correction?: CorrectionStep;
  readonly dischargedOn: string;
  readonly encounterNo: string;
  readonly hospitalCode: string;
  readonly hospitalFen: Fen;
  readonly inScopeFen: Fen;
  /** Other cases of the year that were open at this moment: 0 lets a reader begin here. */
  readonly openCases: number;
  readonly region: string;
  readonly selfPayBp: Bp;
  readonly selfPayFen: Fen;
  readonly settlementId: string;
  readonly shares: readonly { readonly line: string; readonly paidFen: Fen; readonly payer: Payer }[];
  readonly totalFen: Fen;
}

/** Event type of each payer's share. */
export const SHARE_EVENT_TYPES: Readonly<Record<Payer, string>> = {
  'basic-insurance': 'BasicInsuranceSettled',
  'critical-illness': 'CriticalIllnessSettled',
  'supplementary-insurance': 'SupplementaryInsuranceSettled',
  'medical-assistance': 'MedicalAssistanceSettled',
  'fifth-line': 'FifthLineSettled',
  hospital: 'HospitalShareSettled',
};

const SHARE_TYPES: ReadonlySet<string> = new Set(Object.values(SHARE_EVENT_TYPES));

export function isShareEvent(type: string): boolean {
  return SHARE_TYPES.has(type);
}

export const DISCHARGE_ACCEPTED = 'DischargeAccepted';
export const DISCHARGE_RECORDED = 'DischargeRecorded';
export const SETTLEMENT_COMPLETED = 'SettlementCompleted';
export const SETTLEMENT_REVERSED = 'SettlementReversed';
export const RESETTLEMENT_OPENED = 'ResettlementOpened';
export const YEAR_END_SETTLED = 'YearEndSettled';
export const YEAR_END_REVERSED = 'YearEndReversed';
