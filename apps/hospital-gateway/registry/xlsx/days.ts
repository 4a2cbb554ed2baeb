/**
 * Days as spreadsheets keep them: a count, and a format that shows it as a day. Two counts exist: from 1900 (which believes in
 * 29 February 1900, as its first program did) and from 1904.
 */

const DAY_MS = 86_400_000;
/** The day that the 1900 system counts and no calendar has. */
const PHANTOM_DAY = 60;
/** 9999-12-31, the last day that a spreadsheet shows. */
const LAST_DAY = 2_958_465;

/** Formats that every spreadsheet program knows by number and that show a day; 27 to 58 are those of East Asia. */
const DAY_FORMATS: ReadonlySet<number> = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);

/** Whether a number format shows a day: by its code if the file gives one, else by its number. */
export function isDayFormat(number: number, code: string | undefined): boolean {
  if (code === undefined) return DAY_FORMATS.has(number);
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_./g, '');
  return /[yd]/i.test(bare);
}

/** The day of a count as YYYY-MM-DD, its time of day left out; null when no day has this count. */
export function dayOfCount(count: number, from1904: boolean): string | null {
  const days = Math.floor(count); // not money
  if (!(days >= (from1904 ? 0 : 1) && days <= LAST_DAY)) return null;
  if (from1904) return dayAfter('1904-01-01', days);
  if (days === PHANTOM_DAY) return '1900-02-29';
  return dayAfter(days < PHANTOM_DAY ? '1899-12-31' : '1899-12-30', days);
}

function dayAfter(first: string, days: number): string {
  return new Date(Date.parse(first) + days * DAY_MS).toISOString().slice(0, 10);
}
