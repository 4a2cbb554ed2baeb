/**
 * The two errors that auditors found where premiums are subsidised (三(三)1), decided for one person and one day: entitled
 * and not covered, or covered at public cost and not entitled. Pure: the record, the day and the categories come in.
 */
import type { Category } from '@oss/policy';
import type { PersonRecord } from '../records';

/** What of a person's record decides. */
export type CoverFacts = Pick<PersonRecord, 'categories' | 'cover' | 'diedOn'>;

export const COVER_REASONS = {
  'never-covered': { zh: '无参保记录', en: 'no cover is recorded' },
  'cover-ended': { zh: '参保已终止', en: 'the cover ended before that day' },
  'cover-begins-later': { zh: '参保尚未开始', en: 'the cover begins after that day' },
  'died-before': { zh: '此前已死亡', en: 'the person died before that day' },
  'category-ended': { zh: '资助对象身份已终止', en: 'no subsidised category is in force any more' },
  'category-begins-later': { zh: '资助对象身份尚未开始', en: 'the subsidised category begins after that day' },
  'never-entitled': { zh: '从未属于资助对象', en: 'no subsidised category is recorded' },
} as const;
export type CoverReason = keyof typeof COVER_REASONS;

/** 应保未保 "should be covered, is not", 不应补而补 "covered by the public purse, no longer entitled". */
export type CoverFindingKind = 'shouldBeCovered' | 'noLongerEntitled';

export interface CoverFinding {
  readonly kind: CoverFindingKind;
  readonly reason: CoverReason;
}

/** A person is alive on the day of death; periods include their first and last days. Null: nothing is wrong. */
export function coverFinding(
  { categories, cover, diedOn }: CoverFacts,
  date: string,
  subsidised: readonly Category[],
): CoverFinding | null {
  const paidFor = categories.filter(({ category }) => subsidised.includes(category));
  const entitled = paidFor.some((period) => inForce(period, date));
  const isDead = diedOn !== undefined && diedOn < date;
  if (cover !== null && inForce(cover, date)) {
    if (cover.premiumPaidBy !== 'subsidy') return null;
    if (isDead) return { kind: 'noLongerEntitled', reason: 'died-before' };
    if (entitled) return null;
    return { kind: 'noLongerEntitled', reason: notEntitled(paidFor, date) };
  }
  if (!entitled || isDead) return null;
  if (cover === null) return { kind: 'shouldBeCovered', reason: 'never-covered' };
  return { kind: 'shouldBeCovered', reason: cover.from > date ? 'cover-begins-later' : 'cover-ended' };
}

export function inForce({ from, to }: { readonly from: string; readonly to?: string }, date: string): boolean {
  return from <= date && (to === undefined || date <= to);
}

function notEntitled(paidFor: CoverFacts['categories'], date: string): CoverReason {
  if (paidFor.length === 0) return 'never-entitled';
  return paidFor.some(({ from }) => from <= date) ? 'category-ended' : 'category-begins-later';
}
