/** The bodies of reversal and resettlement: shape, types and ranges (400). */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Problem, withoutIdNumbers } from '@oss/host';
import type { CorrectionOrder } from '@oss/settlement';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import type { PackChoice } from './resettle';

const MAX_ATTEMPT = 999_999;

class OrderRequest {
  @ApiProperty({ description: '原因; recorded for ever, so it must name nobody', example: '费用录入错误' })
  @Matches(/\S/, { message: 'reason must not be blank' })
  @IsString()
  @Length(1, 500)
  reason: string;

  @ApiProperty({ description: '经办人 Who does this; recorded', example: 'OP-17' })
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @IsString()
  @Length(1, 64)
  operatorCode: string;

  @ApiProperty({ description: '第几次结算: the attempt that the clerk saw', minimum: 1, example: 1 })
  @IsInt()
  @Min(1)
  @Max(MAX_ATTEMPT)
  attempt: number;
}

export class ReversalRequest extends OrderRequest {
  @ApiPropertyOptional({ description: '后续结算一并重算: settle later cases of the year again', default: false })
  @IsOptional()
  @IsBoolean()
  cascade?: boolean;
}

export class ResettlementRequest extends OrderRequest {
  @ApiPropertyOptional({
    description: 'recorded: 原政策包, current: 现行政策包; the packs under which the cases are settled again',
    enum: ['recorded', 'current'],
    default: 'recorded',
  })
  @IsOptional()
  @IsIn(['recorded', 'current'])
  pack?: PackChoice;
}

/** @throws Problem `invalid-body` when a text that is recorded for ever holds an id number: no erasure would reach it */
export function orderOf(settlementId: string, { attempt, operatorCode, reason }: OrderRequest): CorrectionOrder {
  const fields = Object.entries({ operatorCode, reason })
    .filter(([, text]) => withoutIdNumbers(text) !== text)
    .map(([path]) => ({ path, message: 'must not hold an id number: it is recorded for ever' }));
  if (fields.length > 0) throw new Problem('invalid-body', 'an id number must not be recorded', { fields });
  return { settlementId, attempt, operatorCode, reason };
}
