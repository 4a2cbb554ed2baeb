/** The second clock of a replay: when something was known. */
import { isRealDate } from '@oss/policy';

/** A moment that cannot be read; the message says which forms can. */
export class NoInstant extends Error {
  override readonly name = 'NoInstant';
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * An instant as the log writes it (RFC 3339, UTC, milliseconds): from an RFC 3339 instant, or from a day, which means its end
 * in China. @throws NoInstant
 */
export function knownAt(given: string): string {
  if (isRealDate(given)) return new Date(`${given}T23:59:59.999+08:00`).toISOString();
  if (INSTANT.test(given) && isRealDate(given.slice(0, 10))) {
    const instant = new Date(given);
    if (!Number.isNaN(instant.getTime())) return instant.toISOString();
  }
  throw new NoInstant(`${given} is no moment: write 2018-03-19 (its end in China) or 2018-03-19T10:00:00+08:00`);
}
