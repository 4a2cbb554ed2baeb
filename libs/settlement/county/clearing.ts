/**
 * What the agencies report of clearing (清算): a payer has paid a hospital back what it advanced in a month. Facts beside the
 * settlements: no share depends on them; the audit compares the two.
 */
import type { Fen } from '@oss/money';
import type { Payer } from '@oss/policy';

export const CLEARING_PREFIX = 'clearing-';
export const PAYMENT_RECORDED = 'PaymentRecorded';

/** On `clearing-<hospital>-<month>`: one payment. Keys in alphabetical order. */
export interface PaymentRecorded {
  readonly hospitalCode: string;
  /** Month of the discharges that it pays for, YYYY-MM, China time. */
  readonly month: string;
  readonly operatorCode: string;
  readonly paidFen: Fen;
  /** Day on which it was paid, YYYY-MM-DD. */
  readonly paidOn: string;
  readonly payer: Exclude<Payer, 'hospital'>;
  /** Number of the payment at the payer, where it has one: it tells two equal payments of one day apart. */
  readonly paymentNo?: string;
}

export function clearingStream(hospitalCode: string, month: string): string {
  return `${CLEARING_PREFIX}${hospitalCode}-${month}`;
}
