/** What the routes of one settlement have in common, in whichever app: its id in the path, and `?attempt=`. */
import { ParseUUIDPipe } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Problem } from './problem';

/** A UUID, or there is no such settlement. */
export const settlementIdPipe = new ParseUUIDPipe({
  exceptionFactory: () => new Problem('not-found', 'a settlement id is a UUID; this is none'),
});

export class AttemptQuery {
  @ApiPropertyOptional({ description: '第几次结算, from 1; default the last', example: '1' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,5}$/, { message: 'attempt must be a whole number from 1' })
  attempt?: string;
}
