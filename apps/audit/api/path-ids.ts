/** Ids in the paths of the audit's routes: what is not even the form of one is not found. */
import { ParseUUIDPipe } from '@nestjs/common';
import { Problem } from '@oss/host';

const PERSON_KEY = /^[0-9a-f]{32}$/;
const YEAR = /^\d{4}$/;

export const runIdPipe = new ParseUUIDPipe({
  exceptionFactory: () => new Problem('not-found', 'the id of a run is a UUID; this is none'),
});

/** @throws Problem `not-found` */
export function assertPersonYear(personKey: string, year: string): void {
  if (!PERSON_KEY.test(personKey)) throw new Problem('not-found', 'a personKey is 32 hex digits; this is none');
  if (!YEAR.test(year)) throw new Problem('not-found', 'a benefit year is written YYYY; this is none');
}
