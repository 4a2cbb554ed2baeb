/** Expected amounts as a jurist writes them, in yuan; and a settlement in the same form, to be compared as a whole. */
import type { SettlementView } from '@oss/settlement';

/** "38 400.00" → 3840000 fen. @throws on anything that is not yuan with two decimals */
export function yuan(text: string): number {
  const match = /^(\d{1,3}(?: \d{3})*)\.(\d\d)$/.exec(text);
  if (match === null) throw new Error(`${text} is not an amount such as "38 400.00"`);
  return Number(match[1]!.replaceAll(' ', '')) * 100 + Number(match[2]);
}

/** 3840000 → "38 400.00". */
export function inYuan(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  return `${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ' ')}.${digits.slice(-2)}`;
}

/** What each line paid, in order, and what is left: the row that a test writes down. */
export interface Outcome {
  readonly inScope: string;
  /** "basic 38 400.00" for each line of the chain. */
  readonly lines: readonly string[];
  readonly hospital: string;
  readonly self: string;
}

export function outcomeOf({ status, inScopeFen, shares, hospitalFen, selfPayFen }: SettlementView): Outcome {
  if (status !== 'completed' || inScopeFen === undefined || hospitalFen === undefined || selfPayFen === undefined) {
    throw new Error(`the settlement is ${status}`);
  }
  return {
    inScope: inYuan(inScopeFen),
    lines: shares.map(({ line, paidFen }) => `${line} ${inYuan(paidFen)}`),
    hospital: inYuan(hospitalFen),
    self: inYuan(selfPayFen),
  };
}
