/**
 * Rates are whole basis points (1/100 of a percent, 0 … 10 000 for 0 … 100 %). The one place that rounds: to the nearest
 * fen, half up, once, on the exact product; and, for limits alone, down.
 */
import { assertFen, excessFen, type Fen } from './fen';

/** Whole basis points; 10 000 = 100 %. */
export type Bp = number;

export const FULL_BP = 10_000;

/** An amount with the rate that applies to it. */
export interface RatedPart {
  readonly fen: Fen;
  readonly bp: Bp;
}

function assertBp(bp: Bp): void {
  if (!Number.isSafeInteger(bp) || bp < 0) throw new RangeError(`a rate must be whole basis points from 0, got ${bp}`);
}

/** fen × bp / 10 000, to the nearest fen, half up, exact for every safe amount. */
export function shareOf(fen: Fen, bp: Bp): Fen {
  assertFen(fen, 'an amount');
  assertBp(bp);
  const product = fen * bp;
  if (product <= Number.MAX_SAFE_INTEGER - 5_000) {
    return wholeQuotient(product + 5_000, FULL_BP);
  }
  return fromBigInt((BigInt(fen) * BigInt(bp) + 5_000n) / 10_000n);
}

/** fen × bp / 10 000, rounded down: the limit of a top-up, which a patient must never exceed by rounding. */
export function limitOf(fen: Fen, bp: Bp): Fen {
  assertFen(fen, 'an amount');
  assertBp(bp);
  const product = fen * bp;
  if (product <= Number.MAX_SAFE_INTEGER) return wholeQuotient(product, FULL_BP);
  return fromBigInt((BigInt(fen) * BigInt(bp)) / 10_000n);
}

/** Σ fen × bp / 10 000 over all parts, computed exactly and rounded half up once (bands of one rule). */
export function shareOfParts(parts: readonly RatedPart[]): Fen {
  let sum = 0;
  for (const part of parts) {
    assertFen(part.fen, 'an amount');
    assertBp(part.bp);
    sum += part.fen * part.bp;
  }
  if (sum <= Number.MAX_SAFE_INTEGER - 5_000) return wholeQuotient(sum + 5_000, FULL_BP);
  let exact = 5_000n;
  for (const part of parts) exact += BigInt(part.fen) * BigInt(part.bp);
  return fromBigInt(exact / 10_000n);
}

/** What share of `whole` is `part`, in basis points, half up; 0 of a whole of 0. */
export function ratioBp(part: Fen, whole: Fen): Bp {
  assertFen(part, 'a part');
  assertFen(whole, 'a whole');
  if (whole === 0) return 0;
  // (2 · part · 10 000 + whole) / (2 · whole), rounded down.
  const doubled = part * 20_000 + whole;
  if (doubled <= Number.MAX_SAFE_INTEGER) return wholeQuotient(doubled, 2 * whole);
  return Number((BigInt(part) * 20_000n + BigInt(whole)) / (2n * BigInt(whole)));
}

/**
 * Splits an amount by weights (basis points that add up to 10 000): all but the last part are rounded half up, never
 * above what is left; the last takes the remainder, so the parts always sum to the whole.
 */
export function splitFen(total: Fen, weights: readonly Bp[]): Fen[] {
  assertFen(total, 'an amount to split');
  if (weights.reduce((sum, bp) => sum + bp, 0) !== FULL_BP) {
    throw new RangeError(`weights of a split must add up to ${FULL_BP} basis points, got ${weights.join(' + ')}`);
  }
  let left = total;
  return weights.map((bp, index) => {
    const part = index === weights.length - 1 ? left : Math.min(left, shareOf(total, bp));
    left -= part;
    return part;
  });
}

/** How much of the interval [from, to) lies between two marks, in fen: the piece of a band. */
export function overlapFen(from: Fen, to: Fen, low: Fen, high: Fen | null): Fen {
  return excessFen(high === null ? to : Math.min(to, high), Math.max(from, low));
}

/**
 * dividend / divisor, rounded down, exact for safe numbers. The engine puts what a division gives into a box of its own, whole or
 * not, and from then on every amount that is made of it; a truncated number of usual size has none.
 */
function wholeQuotient(dividend: number, divisor: number): number {
  return Math.trunc((dividend - (dividend % divisor)) / divisor);
}

function fromBigInt(value: bigint): Fen {
  return assertFen(Number(value), 'a share');
}
