/** The bodies of the registry routes: shape, types and ranges (400). What the calendar or GB 11643 refuses is `person-check.ts`. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { CATEGORIES, type Category, type HospitalLevel } from '@oss/policy';

const CATEGORY_NAMES = Object.keys(CATEGORIES) as Category[];
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY = { message: '$property must be a day, YYYY-MM-DD' };
const REGION = /^\d{6}$/;
const REGION_FORM = { message: 'region must be a division code of 6 digits' };
/** More than any person has; a bound, not a rule. */
const MAX_PERIODS = 200;

const OPERATOR = {
  description: '经办人 Who does this; else the header X-Operator-Code; recorded as "-" where neither is given',
  example: 'OP-17',
};

export class HospitalRequest {
  @ApiProperty({ description: '医疗机构名称', example: '某县人民医院' })
  @IsString()
  @Length(1, 200)
  name: string;

  @ApiProperty({ description: '行政区划代码, 6 digits', example: '360222' })
  @Matches(REGION, REGION_FORM)
  region: string;

  @ApiProperty({ description: '医疗机构级别', enum: [1, 2, 3] })
  @IsIn([1, 2, 3])
  level: HospitalLevel;

  @ApiProperty({ description: '是否定点 Designated for this settlement' })
  @IsBoolean()
  designated: boolean;

  @ApiPropertyOptional(OPERATOR)
  @IsOptional()
  @IsString()
  @Length(1, 64)
  operatorCode?: string;
}

export class CoverRequest {
  @ApiProperty({ description: '参保起始日期, inclusive', example: '2018-01-01' })
  @Matches(DATE, DAY)
  from: string;

  @ApiPropertyOptional({ description: '参保终止日期, inclusive; open when absent' })
  @IsOptional()
  @Matches(DATE, DAY)
  to?: string;

  @ApiProperty({ description: '保费由谁缴纳: 个人 person, 财政补贴 subsidy', enum: ['person', 'subsidy'] })
  @IsIn(['person', 'subsidy'])
  premiumPaidBy: 'person' | 'subsidy';
}

export class CategoryRequest {
  @ApiProperty({ description: '救助对象类别', enum: CATEGORY_NAMES })
  @IsIn(CATEGORY_NAMES)
  category: Category;

  @ApiProperty({ description: '认定日期, inclusive' })
  @Matches(DATE, DAY)
  from: string;

  @ApiPropertyOptional({ description: '退出日期, inclusive; open when absent' })
  @IsOptional()
  @Matches(DATE, DAY)
  to?: string;
}

export class ApprovedDiseaseRequest {
  @ApiProperty({ description: '门诊慢性病病种, ICD-10', example: 'N18.0' })
  @IsString()
  @Length(1, 16)
  icd10: string;

  @ApiProperty({ description: '备案起始日期, inclusive' })
  @Matches(DATE, DAY)
  from: string;

  @ApiPropertyOptional({ description: '备案终止日期, inclusive; open when absent' })
  @IsOptional()
  @Matches(DATE, DAY)
  to?: string;
}

export class PersonRequest {
  @ApiProperty({ description: '公民身份号码 (GB 11643); kept in the identity store only', example: '11010519491231002X' })
  @IsString()
  @Length(1, 32)
  idNumber: string;

  @ApiProperty({ description: '姓名; kept in the identity store only' })
  @Matches(/\S/, { message: 'name must not be blank' })
  @IsString()
  @Length(1, 100)
  name: string;

  @ApiProperty({ description: '参保地行政区划代码, 6 digits', example: '360222' })
  @Matches(REGION, REGION_FORM)
  region: string;

  @ApiPropertyOptional({ description: '参保; absent for a person who should be covered and is not', type: CoverRequest })
  @IsOptional()
  @ValidateNested()
  @Type(() => CoverRequest)
  cover?: CoverRequest | null;

  @ApiPropertyOptional({ description: '救助对象类别, dated; several at once are possible', type: [CategoryRequest] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_PERIODS)
  @ValidateNested({ each: true })
  @Type(() => CategoryRequest)
  categories?: CategoryRequest[] | null;

  @ApiPropertyOptional({ description: '门诊慢性病备案', type: [ApprovedDiseaseRequest] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_PERIODS)
  @ValidateNested({ each: true })
  @Type(() => ApprovedDiseaseRequest)
  approvedDiseases?: ApprovedDiseaseRequest[] | null;

  @ApiPropertyOptional({ description: '死亡日期' })
  @IsOptional()
  @Matches(DATE, DAY)
  diedOn?: string | null;

  @ApiPropertyOptional({ description: '各支付方个人编号, by payer', example: { 'basic-insurance': '100200300' } })
  @IsOptional()
  @IsObject()
  memberNos?: Record<string, string> | null;

  @ApiPropertyOptional(OPERATOR)
  @IsOptional()
  @IsString()
  @Length(1, 64)
  operatorCode?: string;
}

export class ErasureRequest {
  @ApiPropertyOptional({ description: '公民身份号码; either this or personKey' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  idNumber?: string;

  @ApiPropertyOptional({ description: '参保人假名, 32 hex digits; either this or idNumber' })
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/, { message: 'personKey must be 32 hex digits' })
  personKey?: string;

  @ApiProperty({ description: '删除原因; recorded, so it must name nobody' })
  @IsString()
  @Length(1, 500)
  reason: string;

  @ApiPropertyOptional(OPERATOR)
  @IsOptional()
  @IsString()
  @Length(1, 64)
  operatorCode?: string;
}
