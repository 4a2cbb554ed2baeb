/** The opaque cursor of a period's next page: it holds its place and the query it belongs to, so it fits no other query. */
import { isRealDate } from '@oss/policy';
import type { PagePlace, PeriodFilter } from './protocol';

const VERSION = 1;
const MAX_CHARS = 2_000;

export function cursorText({ hospitalCode, payer, from, to }: PeriodFilter, { day, position, upTo }: PagePlace): string {
  return Buffer.from(JSON.stringify([VERSION, hospitalCode, payer, from, to, day, position, upTo])).toString('base64url');
}

/** The place that a cursor names, or null when it is none of ours or belongs to another query. */
export function placeOf(cursor: string, filter: PeriodFilter): PagePlace | null {
  if (cursor.length > MAX_CHARS) return null;
  const [day, position, upTo] = placeIn(cursor);
  if (typeof day !== 'string' || !isRealDate(day) || !isPosition(position) || !isPosition(upTo)) return null;
  const place = { day, position, upTo };
  return cursorText(filter, place) === cursor && filter.from <= day && day <= filter.to ? place : null;
}

function placeIn(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts.slice(-3) : [];
  } catch {
    return [];
  }
}

const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
