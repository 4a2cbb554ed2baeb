/** The body of `POST /v1/clearing/payments`: shape, types and ranges (400). */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { MAX_FEN } from '@oss/money';
import { PAYERS, type Payer } from '@oss/policy';

const CLEARING_PAYERS = Object.keys(PAYERS).filter((payer) => payer !== 'hospital');

export class PaymentRequest {
  @ApiProperty({ description: '支付方', enum: CLEARING_PAYERS })
  @IsIn(CLEARING_PAYERS)
  payer: Exclude<Payer, 'hospital'>;

  @ApiProperty({ description: '定点医疗机构', example: 'H36022200017' })
  @Matches(/^[A-Za-z0-9_.-]{1,64}$/, { message: 'hospitalCode must be 1 to 64 letters, digits, dots, hyphens or underscores' })
  hospitalCode: string;

  @ApiProperty({ description: '费用所属月份 Month of the discharges, YYYY-MM', example: '2018-03' })
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'month must be a month, YYYY-MM' })
  month: string;

  @ApiProperty({ description: '拨付金额, whole fen (分)', minimum: 1, maximum: MAX_FEN })
  @IsInt()
  @Min(1)
  @Max(MAX_FEN)
  paidFen: number;

  @ApiProperty({ description: '拨付日期, YYYY-MM-DD', example: '2018-04-20' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'paidOn must be a day, YYYY-MM-DD' })
  paidOn: string;

  @ApiPropertyOptional({ description: '拨付单号 Tells two equal payments of one day apart' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  paymentNo?: string;

  @ApiProperty({ description: '经办人 Who reports it; recorded', example: 'OP-17' })
  @IsString()
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @Length(1, 64)
  operatorCode: string;
}
