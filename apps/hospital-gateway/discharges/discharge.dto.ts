/** The body of `POST /v1/discharges`: shape, types and ranges (400). What the domain refuses (422) is not here. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_FEN } from '@oss/money';
import { CARE_TYPES, type CareType, TRANSFERS, type Transfer } from '@oss/policy';
import type { ItemClass } from '@oss/settlement';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY = { message: '$property must be a day, YYYY-MM-DD' };
/** Printable, no control characters: codes go into keys and ids. */
const CODE = /^[^\p{C}\s](?:[^\p{C}]{0,62}[^\p{C}\s])?$/u;
const CODE_FORM = { message: '$property must be 1 to 64 printable characters without blanks around' };
const FEN = { description: 'whole fen (分)', minimum: 0, maximum: MAX_FEN };
/** Far above any real bill that fits into 512 KiB. */
const MAX_LINES = 20_000;
const MAX_DIAGNOSES = 100;
/** No case is settled so often. */
const MAX_ATTEMPT = 999_999;

export class PatientRequest {
  @ApiProperty({ description: '公民身份号码 (GB 11643)', example: '11010519491231002X' })
  @IsString()
  @Length(1, 32)
  idNumber: string;

  @ApiProperty({ description: '姓名, as in the registry' })
  @IsString()
  @Length(1, 100)
  name: string;
}

export class CareRequest {
  @ApiProperty({ description: '就医类型', enum: Object.keys(CARE_TYPES) })
  @IsIn(Object.keys(CARE_TYPES))
  type: CareType;

  @ApiProperty({ description: '入院日期, China time', example: '2018-03-07' })
  @Matches(DATE, DAY)
  admittedOn: string;

  @ApiProperty({ description: '出院日期, China time', example: '2018-03-19' })
  @Matches(DATE, DAY)
  dischargedOn: string;

  @ApiProperty({ description: '诊断 ICD-10', example: ['C16.9'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_DIAGNOSES)
  @IsString({ each: true })
  diagnoses: string[];

  @ApiProperty({ description: '转诊类型', enum: Object.keys(TRANSFERS) })
  @IsIn(Object.keys(TRANSFERS))
  transfer: Transfer;

  @ApiPropertyOptional({ description: '门诊慢性病病种 ICD-10, for outpatient-chronic only' })
  @IsOptional()
  @IsString()
  @Length(1, 16)
  chronicDisease?: string;
}

export class BillLineRequest {
  @ApiProperty({ description: '项目编码' })
  @IsString()
  @Length(1, 64)
  code: string;

  @ApiPropertyOptional({ description: '项目名称' })
  @IsOptional()
  @IsString()
  @Length(0, 200)
  name?: string;

  @ApiProperty({ description: '甲 A, 乙 B, 丙 C', enum: ['A', 'B', 'C'] })
  @IsIn(['A', 'B', 'C'])
  class: ItemClass;

  @ApiProperty(FEN)
  @IsInt()
  @Min(0)
  @Max(MAX_FEN)
  amountFen: number;

  @ApiPropertyOptional({
    description: '先行自付比例, basis points, class B only; default the pack’s',
    minimum: 0,
    maximum: 10_000,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_000)
  firstSelfPayBp?: number;

  @ApiPropertyOptional({ ...FEN, description: '超限价金额, whole fen of amountFen; default 0' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_FEN)
  overLimitFen?: number;
}

export class BillSummaryRequest {
  @ApiProperty({ ...FEN, description: '全自费, whole fen' })
  @IsInt()
  @Min(0)
  @Max(MAX_FEN)
  outOfCatalogueFen: number;

  @ApiProperty({ ...FEN, description: '超限价, whole fen' })
  @IsInt()
  @Min(0)
  @Max(MAX_FEN)
  overLimitFen: number;

  @ApiProperty({ ...FEN, description: '乙类先行自付, whole fen, without the out-of-area share' })
  @IsInt()
  @Min(0)
  @Max(MAX_FEN)
  firstSelfPayFen: number;
}

export class BillRequest {
  @ApiPropertyOptional({ description: '发票号' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  invoiceNo?: string;

  @ApiProperty({ ...FEN, description: '医疗费总额, whole fen' })
  @IsInt()
  @Min(0)
  @Max(MAX_FEN)
  totalFen: number;

  @ApiPropertyOptional({ description: '明细; either this or summary', type: [BillLineRequest] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => BillLineRequest)
  lines?: BillLineRequest[];

  @ApiPropertyOptional({ description: '汇总, where the hospital sends no lines', type: BillSummaryRequest })
  @IsOptional()
  @ValidateNested()
  @Type(() => BillSummaryRequest)
  summary?: BillSummaryRequest;
}

export class CorrectsRequest {
  @ApiProperty({ description: '结算号 of this hospital and encounter', format: 'uuid' })
  @IsUUID(undefined, { message: 'settlementId must be a UUID' })
  settlementId: string;

  @ApiProperty({ description: '被冲销的结算次数: the reversed attempt that this bill replaces, from 1', minimum: 1 })
  @IsInt()
  @Min(1)
  @Max(MAX_ATTEMPT)
  attempt: number;
}

export class DischargeRequest {
  @ApiProperty({ description: '医疗机构编码', example: 'H36022200017' })
  @Matches(CODE, CODE_FORM)
  hospitalCode: string;

  @ApiProperty({ description: '住院号/就诊号: with the hospital code the key of the case, for ever', example: 'ZY2018030700123' })
  @Matches(CODE, CODE_FORM)
  encounterNo: string;

  @ApiProperty({ description: '参保地行政区划代码, 6 digits', example: '360222' })
  @Matches(/^\d{6}$/, { message: 'region must be a division code of 6 digits' })
  region: string;

  @ApiProperty({ type: PatientRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => PatientRequest)
  patient: PatientRequest;

  @ApiProperty({ type: CareRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => CareRequest)
  care: CareRequest;

  @ApiProperty({ type: BillRequest })
  @IsObject()
  @ValidateNested()
  @Type(() => BillRequest)
  bill: BillRequest;

  @ApiPropertyOptional({ type: CorrectsRequest, description: '更正账单: only on the corrected bill of a reversed settlement' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => CorrectsRequest)
  corrects?: CorrectsRequest;
}
