/**
 * Why a discharge is refused: a stable code of the field, the fields it concerns, and a text. A value, not an exception:
 * the domain knows no HTTP; the gateway maps codes to statuses.
 */

export type RefusalCode =
  | 'lines-do-not-add-up'
  | 'over-limit-above-amount'
  | 'summary-above-total'
  | 'no-such-day'
  | 'discharge-before-admission'
  | 'discharge-in-future'
  | 'malformed-icd10'
  | 'visit-longer-than-a-day'
  | 'chronic-disease-missing'
  | 'chronic-disease-not-expected'
  | 'id-number-check-digit'
  | 'unknown-hospital'
  | 'undesignated-hospital'
  | 'unknown-person'
  | 'name-differs'
  | 'region-differs'
  | 'not-covered'
  | 'chronic-disease-not-approved'
  | 'chronic-disease-not-in-pack'
  | 'transfer-contradicts-hospital'
  | 'transfer-not-in-pack'
  | 'care-type-not-in-pack'
  | 'no-pack'
  | 'year-total-too-large';

export interface Refusal {
  readonly code: RefusalCode;
  /** Paths in the request: "bill.lines[3].overLimitFen". */
  readonly fields: readonly string[];
  /** What is wrong, with the values that show it; never a name or id number. */
  readonly detail: string;
}

export function refuse(code: RefusalCode, fields: readonly string[], detail: string): Refusal {
  return { code, fields, detail };
}
