/** The query of `GET /v1/settlements`: one encounter, or a period; what of it cannot be accepted is named, parameter by parameter (400). */
import { ApiPropertyOptional } from '@nestjs/swagger';
import { type FieldProblem, Problem } from '@oss/host';
import { isRealDate, type Payer, PAYERS } from '@oss/policy';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { placeOf } from './period-cursor';
import type { PeriodFilter, PeriodQuestion } from './protocol';

const PAYER_NAMES = Object.keys(PAYERS) as Payer[];
export const MAX_PERIOD_DAYS = 400;
const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 500;
const DAY_MS = 86_400_000;
const DAY = { message: '$property must be a day, YYYY-MM-DD' };

export class SettlementsQuery {
  @ApiPropertyOptional({ description: '医疗机构编码' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  hospitalCode?: string;

  @ApiPropertyOptional({ description: '住院号/就诊号, with hospitalCode: the settlement of this encounter, and no period' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  encounterNo?: string;

  @ApiPropertyOptional({ description: '支付方: the settlements of which this payer pays more than 0', enum: PAYER_NAMES })
  @IsOptional()
  @IsIn(PAYER_NAMES)
  payer?: Payer;

  @ApiPropertyOptional({ description: '出院日期起, inclusive', example: '2018-03-01' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  from?: string;

  @ApiPropertyOptional({ description: `出院日期止, inclusive; at most ${MAX_PERIOD_DAYS} days`, example: '2018-03-31' })
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, DAY)
  to?: string;

  @ApiPropertyOptional({ description: '`next` of the page before, with the same query' })
  @IsOptional()
  @IsString()
  @Length(1, 2_000)
  cursor?: string;

  @ApiPropertyOptional({ description: `每页条数, 1 to ${MAX_LIMIT}; default ${DEFAULT_LIMIT}`, example: '100' })
  @IsOptional()
  @Matches(/^([1-9]\d?|[1-4]\d\d|500)$/, { message: `limit must be a whole number from 1 to ${MAX_LIMIT}` })
  limit?: string;
}

export type SettlementsAsked =
  { readonly encounter: { readonly hospitalCode: string; readonly encounterNo: string } } | { readonly period: PeriodQuestion };

/** @throws Problem `invalid-body` that names every parameter that is missing, superfluous or no good */
export function settlementsAsked(query: SettlementsQuery): SettlementsAsked {
  return query.encounterNo === undefined ? { period: period(query) } : { encounter: encounter(query, query.encounterNo) };
}

function encounter(
  query: SettlementsQuery,
  encounterNo: string,
): { readonly hospitalCode: string; readonly encounterNo: string } {
  const fields: FieldProblem[] = [];
  for (const path of ['payer', 'from', 'to', 'cursor', 'limit'] as const) {
    if (query[path] !== undefined) fields.push({ path, message: 'belongs to a period: leave it out, or leave encounterNo out' });
  }
  const { hospitalCode } = query;
  if (hospitalCode === undefined)
    fields.push({ path: 'hospitalCode', message: 'is missing: an encounterNo belongs to a hospital' });
  if (hospitalCode === undefined || fields.length > 0) throw refused(fields);
  return { hospitalCode, encounterNo };
}

function period({ hospitalCode, payer, from, to, cursor, limit }: SettlementsQuery): PeriodQuestion {
  const fields = [...dayProblems('from', from), ...dayProblems('to', to)];
  if (hospitalCode === undefined && payer === undefined) {
    fields.unshift({ path: 'hospitalCode', message: 'is missing: name a hospital, a payer, or both' });
  }
  if (from === undefined || to === undefined || fields.length > 0) throw refused(fields);
  if (from > to) throw refused([{ path: 'to', message: 'is before from; both are inclusive' }]);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days > MAX_PERIOD_DAYS)
    throw refused([{ path: 'to', message: `makes a period of ${days} days: ask for at most ${MAX_PERIOD_DAYS}` }]);
  const filter: PeriodFilter = { hospitalCode: hospitalCode ?? null, payer: payer ?? null, from, to };
  const after = cursor === undefined ? null : placeOf(cursor, filter);
  if (cursor !== undefined && after === null)
    throw refused([{ path: 'cursor', message: 'is no `next` of this query: begin again without it' }]);
  return { ...filter, after, limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) };
}

function dayProblems(path: 'from' | 'to', day: string | undefined): FieldProblem[] {
  if (day === undefined) return [{ path, message: 'is missing: a period has a first and a last day of discharge' }];
  return isRealDate(day) ? [] : [{ path, message: 'is no day of the calendar' }];
}

function refused(fields: readonly FieldProblem[]): Problem {
  return new Problem('invalid-body', `${fields.length} parameter(s) of the query cannot be accepted`, { fields });
}
