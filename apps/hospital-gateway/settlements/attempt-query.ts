/** `?attempt=` of the routes that show one settlement. */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

export class AttemptQuery {
  @ApiPropertyOptional({ description: '第几次结算, from 1; default the last', example: '1' })
  @IsOptional()
  @Matches(/^[1-9]\d{0,5}$/, { message: 'attempt must be a whole number from 1' })
  attempt?: string;
}
