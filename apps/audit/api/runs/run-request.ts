/** The body of `POST /v1/audit/runs`: shape, types and ranges (400). What belongs to which kind is told in `run-order.ts`. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PAYERS, type Payer } from '@oss/policy';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { CHECKS } from '../../checks/all-checks';
import { RUN_KINDS, type RunKind } from './run';

const CHECK_IDS = CHECKS.map(({ id }) => id);
const PAYER_NAMES = Object.keys(PAYERS) as Payer[];
/** Together they must fit into one body of 512 KiB. */
const MAX_TEXT = 400_000;
const MAX_PACKS = 16;
const MAX_LINES = 8;
const MAX_LINE = 500;
const DAY = { message: '$property must be a day, YYYY-MM-DD' };

export class OperatorRequest {
  @ApiProperty({ description: '经办人 Who asks; recorded with the run', example: 'OP-17' })
  @IsString()
  @Matches(/\S/, { message: 'operatorCode must not be blank' })
  @Length(1, 64)
  operatorCode: string;
}

export class RunRequest extends OperatorRequest {
  @ApiProperty({ description: '核验、检查或假设', enum: RUN_KINDS })
  @IsIn(RUN_KINDS)
  kind: RunKind;

  @ApiPropertyOptional({ description: '出院日期起, inclusive', example: '2018-01-01' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  from?: string;

  @ApiPropertyOptional({ description: '出院日期止, inclusive', example: '2018-12-31' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  to?: string;

  @ApiPropertyOptional({ description: '参保地区划, or its beginning', example: '360222' })
  @IsOptional()
  @Matches(/^\d{2,6}$/, { message: 'region must be 2 to 6 digits' })
  region?: string;

  @ApiPropertyOptional({ description: '定点医疗机构' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9_.-]{1,64}$/, { message: 'hospital must be 1 to 64 letters, digits, dots, hyphens or underscores' })
  hospital?: string;

  @ApiPropertyOptional({ description: '参保人 personKey' })
  @IsOptional()
  @Matches(/^[0-9a-f]{32}$/, { message: 'person must be a personKey: 32 hex digits' })
  person?: string;

  @ApiPropertyOptional({ description: '支付方, verify: recompute the shares of one payer', enum: PAYER_NAMES })
  @IsOptional()
  @IsIn(PAYER_NAMES)
  payer?: Payer;

  @ApiPropertyOptional({ description: 'verify: false checks hash chains, tree and checkpoints alone; default true' })
  @IsOptional()
  @IsBoolean()
  recompute?: boolean;

  @ApiPropertyOptional({ description: 'verify: checkpoints that were kept elsewhere, as signed notes one after another' })
  @IsOptional()
  @IsString()
  @Length(1, MAX_TEXT)
  checkpoints?: string;

  @ApiPropertyOptional({
    description: 'verify: public key of the log (name+id+key); default the one that this system wrote down',
  })
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  key?: string;

  @ApiPropertyOptional({ description: 'checks: these alone; default all', enum: CHECK_IDS, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(CHECK_IDS, { each: true })
  only?: string[];

  @ApiPropertyOptional({
    description: 'checks: `{ check: { parameter: value } }`, in place of the defaults (GET /v1/audit/checks lists them)',
    example: { 'split-stay': { withinDays: 15 } },
  })
  @IsOptional()
  @IsObject()
  parameters?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: `what-if: packs as YAML or JSON text, each compared for itself; at most ${MAX_PACKS}`,
    type: [String],
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_PACKS)
  @IsString({ each: true })
  @Length(1, MAX_TEXT, { each: true })
  packs?: string[];

  @ApiPropertyOptional({
    description: `what-if: single values changed, LINE.FIELD[@LEVEL][:CATEGORY]=VALUE[,VALUE…]; several make a grid; at most ${MAX_LINES}`,
    type: [String],
    example: ['fifth-line.limitBp=500,800'],
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_LINES)
  @IsString({ each: true })
  @Length(1, MAX_LINE, { each: true })
  lines?: string[];
}
