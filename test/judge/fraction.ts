/** Exact fractions of whole numbers: the judge never meets a rounded intermediate. Never negative, because no rule is. */

export interface Fraction {
  readonly over: bigint;
  /** Always above zero; not necessarily in lowest terms. */
  readonly under: bigint;
}

export const whole = (amount: bigint): Fraction => ({ over: amount, under: 1n });
export const percent = (points: bigint): Fraction => ({ over: points, under: 100n });
export const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});
export const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under });

/** @throws RangeError when b is larger: no rule of the notice pays a negative amount */
export function minus(a: Fraction, b: Fraction): Fraction {
  const over = a.over * b.under - b.over * a.under;
  if (over < 0n) throw new RangeError(`${a.over}/${a.under} is less than ${b.over}/${b.under}`);
  return { over, under: a.under * b.under };
}

/** To the nearest whole fen, a half goes up (domain.md §4, "rounding"). */
export const halfUp = ({ over, under }: Fraction): bigint => (2n * over + under) / (2n * under);
/** Down to the whole fen: the limit of a top-up (domain.md §4, "rounding"). */
export const down = ({ over, under }: Fraction): bigint => over / under;

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
/** What is left of an amount after another, nothing where the other is larger. */
export const above = (amount: bigint, floor: bigint): bigint => most(0n, amount - floor);
export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
