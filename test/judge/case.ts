/** What the judge is asked and what it answers. Plain words of domain.md §1; amounts are whole fen. */

export type Level = 1 | 2 | 3;
export type JudgedCategory =
  'destitute' | 'low-income' | 'registered-poor' | 'orphan' | 'disabled' | 'marginal' | 'expenditure-poor';
export type JudgedTransfer = 'none' | 'referred' | 'unreferred-in-province' | 'unreferred-out-of-province' | 'living-elsewhere';
export type JudgedPayer =
  'basic-insurance' | 'critical-illness' | 'supplementary-insurance' | 'medical-assistance' | 'fifth-line' | 'hospital';
/** Where the person is insured: Fuliang or Longnan. */
export type JudgedRegion = '360222' | '360783';

export interface BillLine {
  /** The item's code, where the item matters: rehabilitation. */
  readonly code?: string;
  readonly class: 'A' | 'B' | 'C';
  readonly amount: bigint;
  readonly overLimit: bigint;
  /** Basis points of first self-pay, on class B only; the law's own where absent. */
  readonly firstSelfPayBp?: number;
}

/** A bill without lines: the three sums that the hospital names, and the total. */
export interface BillSummary {
  readonly total: bigint;
  readonly outOfCatalogue: bigint;
  readonly overLimit: bigint;
  readonly firstSelfPay: bigint;
}

/** One case as recorded: the bill and what the snapshot says of person and hospital on the discharge date. */
export interface JudgedCase {
  readonly region: JudgedRegion;
  readonly dischargedOn: string;
  readonly care: 'inpatient' | 'outpatient-chronic';
  readonly level: Level;
  readonly transfer: JudgedTransfer;
  readonly categories: readonly JudgedCategory[];
  readonly diagnoses: readonly string[];
  readonly chronicDisease?: string;
  readonly bill: readonly BillLine[] | BillSummary;
}

export interface JudgedShare {
  readonly line: string;
  readonly payer: JudgedPayer;
  readonly paid: bigint;
  readonly inScope: bigint;
  readonly outOfScope: bigint;
}

/** One case decided: every line of the chain, also where it pays nothing. */
export interface Judgement {
  readonly year: string;
  readonly total: bigint;
  readonly inScope: bigint;
  readonly shares: readonly JudgedShare[];
  readonly hospital: bigint;
  readonly selfPay: bigint;
  /** What the lines before critical illness left of the in-scope cost: the case's part of A (domain.md §4). */
  readonly entersA: bigint;
  /** What the lines before assistance left of it, where the law accumulates that for the expenditure-poor. */
  readonly entersRest: bigint;
}

export const isPoor = ({ categories }: JudgedCase): boolean =>
  categories.some((category) => ['destitute', 'low-income', 'registered-poor'].includes(category)); // domain.md §1
