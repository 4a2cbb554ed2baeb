/** Days as the numbers that the list's file holds. */

/** 2018-03-19 → 20180319. */
export function dayNumber(day: string): number {
  return Number(day.replaceAll('-', ''));
}
