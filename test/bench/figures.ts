/** Plain statistics over a few measurements: what stands in the table is a median, and its spread says how noisy it was. */

export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/** @param share 0.5 the median, 0.99 the p99; nearest rank */
export function quantile(values: ArrayLike<number>, share: number): number {
  const ordered = sorted(values);
  return ordered[Math.min(ordered.length - 1, Math.max(0, Math.ceil(share * ordered.length) - 1))] ?? NaN;
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: ArrayLike<number>): number {
  const ordered = sorted(values);
  const half = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[half]! : (ordered[half - 1]! + ordered[half]!) / 2;
}

/** (greatest − smallest) / median: 0 when all agree. */
export function spread(values: ArrayLike<number>): number {
  const ordered = sorted(values);
  return ordered.length < 2 ? 0 : (ordered[ordered.length - 1]! - ordered[0]!) / median(ordered);
}
