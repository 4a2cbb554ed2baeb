/** Ages in completed months on the day of discharge, as rules and disease programmes ask for them. */

export interface AgeRange {
  /** Inclusive. */
  readonly from?: number;
  /** Exclusive. */
  readonly below?: number;
}

/** Whether an age (completed months; null when unknown) is from … below. An unknown age fits only an open range. */
export function agesMatch(range: AgeRange | null, age: number | null): boolean {
  if (range === null || (range.from === undefined && range.below === undefined)) return true;
  if (age === null) return false;
  return (range.from === undefined || age >= range.from) && (range.below === undefined || age < range.below);
}
