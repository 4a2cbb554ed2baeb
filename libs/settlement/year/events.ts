/**
 * The facts of a settlement, as they are stored. Data keys in alphabetical order (canonical bytes by construction).
 * Names in the past tense of the field; every amount in whole fen, every date YYYY-MM-DD in China time.
 */
import type { Bp, Fen } from '@oss/money';
import type { Payer } from '@oss/policy';
import type { Bill, Care, Scope, Snapshot } from '../bill/discharge';
import type { AccountChange, Working } from '../lines/working';

/** On `encounter-<settlementId>`: the whole normalised bill and the snapshot. Storing it IS the acceptance. */
export interface DischargeAccepted {
  readonly attempt: number;
  readonly bill: Bill;
  readonly care: Care;
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

/** One payer has spoken: what it pays with one line, and how that came about. */
export interface ShareSettled {
  readonly accounts: readonly AccountChange[];
  readonly attempt: number;
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
