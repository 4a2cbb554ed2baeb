/** Days of the calendar as text, YYYY-MM-DD: compared as text, checked by arithmetic. Every bill passes here several times. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** True for a day that exists, written YYYY-MM-DD. */
export function isRealDate(date: string): boolean {
  return DAY.test(date) && isDay(digitsOf(date, 0, 4), digitsOf(date, 5, 7), digitsOf(date, 8, 10));
}

/** The number that the decimal digits of a text make, from one place to before another. */
function digitsOf(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + text.charCodeAt(at) - ASCII_0;
  return number;
}

const ASCII_0 = 0x30;

/** True when a month of a year has that day. */
export function isDay(year: number, month: number, day: number): boolean {
  const days = MONTH_DAYS[month - 1];
  if (days === undefined || day < 1) return false;
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0);
  return day <= days + (leap ? 1 : 0);
}

/** The day after a real day. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
