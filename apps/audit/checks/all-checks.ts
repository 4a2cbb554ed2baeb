/** The checks, in the order of the page: what real auditors of this field look for (domain rules §8). */
import { ABOVE_LIMIT } from './above-limit';
import { ADVANCE_UNPAID } from './advance-unpaid';
import type { Check } from './check';
import { DEAD_OR_TWICE } from './dead-or-twice';
import { DEDUCTIBLE_REPEATED } from './deductible-repeated';
import { HEAD_COUNTS } from './head-counts';
import { LINE_MISSING } from './line-missing';
import { NOT_ENTITLED } from './not-entitled';
import { OVER_CAP } from './over-cap';
import { OVERLAPPING_STAYS } from './overlapping-stays';
import { SAME_INVOICE } from './same-invoice';
import { SCOPE_TOO_WIDE } from './scope-too-wide';
import { SHARES_ABOVE_TOTAL } from './shares-above-total';
import { SPLIT_STAY } from './split-stay';
import { WRONG_RATIO } from './wrong-ratio';

export const CHECKS: readonly Check[] = [
  NOT_ENTITLED,
  LINE_MISSING,
  SHARES_ABOVE_TOTAL,
  ABOVE_LIMIT,
  DEAD_OR_TWICE,
  SAME_INVOICE,
  OVERLAPPING_STAYS,
  SPLIT_STAY,
  OVER_CAP,
  DEDUCTIBLE_REPEATED,
  WRONG_RATIO,
  SCOPE_TOO_WIDE,
  ADVANCE_UNPAID,
  HEAD_COUNTS,
];
