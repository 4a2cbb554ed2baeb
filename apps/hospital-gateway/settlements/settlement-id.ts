/** A settlement id in a path: a UUID, or there is no such settlement. */
import { ParseUUIDPipe } from '@nestjs/common';
import { Problem } from '@oss/host';

export const settlementIdPipe = new ParseUUIDPipe({
  exceptionFactory: () => new Problem('not-found', 'a settlement id is a UUID; this is none'),
});
