/** The query of the cover report: region, day, page; what of it cannot be accepted is named (400). The cursor fits its own query alone. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type FieldProblem, Problem } from '@oss/host';
import { isRealDate } from '@oss/policy';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import type { PersonPlace, RegionRange } from './cover-file';

const DEFAULT_LIMIT = 200;
export const MAX_LIMIT = 1_000;
const VERSION = 1;

export class CoverQuery {
  @ApiProperty({
    description: '行政区划代码: a county, or a city (ending in 00) or province (0000) with all below it',
    example: '360222',
  })
  @Matches(/^\d{6}$/, { message: 'region must be a division code of 6 digits' })
  region: string;

  @ApiProperty({ description: '查询日期, YYYY-MM-DD', example: '2018-06-30' })
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'date must be a day, YYYY-MM-DD' })
  date: string;

  @ApiPropertyOptional({ description: '`next` of the page before, with the same query' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  cursor?: string;

  @ApiPropertyOptional({
    description: `每页条数, both lists together, 1 to ${MAX_LIMIT}; default ${DEFAULT_LIMIT}`,
    example: '200',
  })
  @IsOptional()
  @Matches(/^([1-9]\d{0,2}|1000)$/, { message: `limit must be a whole number from 1 to ${MAX_LIMIT}` })
  limit?: string;
}

export interface CoverQuestion {
  readonly region: string;
  readonly date: string;
  readonly limit: number;
  /** Null: the first page. */
  readonly after: CoverPlace | null;
}

/** Where the next page begins, and the log position at which the first one froze the registry. */
export interface CoverPlace extends PersonPlace {
  readonly upTo: number;
}

/** @throws Problem `invalid-body` that names every parameter that is no good */
export function coverAsked({ region, date, cursor, limit }: CoverQuery): CoverQuestion {
  const fields: FieldProblem[] = [];
  if (!isRealDate(date)) fields.push({ path: 'date', message: 'is no day of the calendar' });
  const after = cursor === undefined ? null : placeOf(cursor, region, date);
  if (cursor !== undefined && after === null)
    fields.push({ path: 'cursor', message: 'is no `next` of this query: begin again without it' });
  if (fields.length > 0)
    throw new Problem('invalid-body', `${fields.length} parameter(s) of the query cannot be accepted`, { fields });
  return { region, date, after, limit: limit === undefined ? DEFAULT_LIMIT : Number(limit) };
}

/** The codes that a region's code stands for: a province or a city stands for all below it. */
export function regionsOf(region: string): RegionRange {
  const zeros = region.endsWith('0000') ? 4 : region.endsWith('00') ? 2 : 0;
  return { first: region, last: region.slice(0, 6 - zeros) + '9'.repeat(zeros) };
}

export function cursorText(region: string, date: string, { region: county, personKey, upTo }: CoverPlace): string {
  return Buffer.from(JSON.stringify([VERSION, region, date, county, personKey, upTo])).toString('base64url');
}

function placeOf(cursor: string, region: string, date: string): CoverPlace | null {
  const [county, personKey, upTo] = partsOf(cursor);
  if (typeof county !== 'string' || typeof personKey !== 'string' || !Number.isSafeInteger(upTo)) return null;
  const place = { region: county, personKey, upTo: upTo as number };
  return cursorText(region, date, place) === cursor ? place : null;
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts.slice(-3) : [];
  } catch {
    return [];
  }
}
