/**
 * Money is whole fen (分), as a safe integer: 0 … 2^53 − 1. Nothing here knows a hospital. Every sum that leaves this
 * range, or is not whole, stops the calculation with an error: a wrong amount is worse than none.
 */

/** Whole fen, 0 … 2^53 − 1. */
export type Fen = number;

export const MAX_FEN = Number.MAX_SAFE_INTEGER;

/** True for a whole, non-negative, safe amount. */
export function isFen(value: unknown): value is Fen {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** @throws RangeError when `value` is no amount in fen; `what` names it in the message. */
export function assertFen(value: number, what: string): Fen {
  if (!isFen(value)) throw new RangeError(`${what} must be whole fen between 0 and ${MAX_FEN}, got ${value}`);
  return value;
}

/** a + b. @throws RangeError above 2^53 − 1. */
export function addFen(a: Fen, b: Fen): Fen {
  return assertFen(a + b, 'a sum of fen');
}

/** a − b, which must not be negative. @throws RangeError below zero: an impossible amount is never clamped away. */
export function subtractFen(a: Fen, b: Fen): Fen {
  return assertFen(a - b, 'a difference of fen');
}

/** What a exceeds b by, else 0: for limits and deductibles, where "nothing above" is the rule's own meaning. */
export function excessFen(a: Fen, b: Fen): Fen {
  return a > b ? a - b : 0;
}

export function minFen(a: Fen, b: Fen): Fen {
  return a < b ? a : b;
}

/** Sum of amounts. @throws RangeError above 2^53 − 1. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let sum = 0;
  for (const amount of amounts) sum = addFen(sum, amount);
  return sum;
}
