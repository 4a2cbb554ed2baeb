/** What other categories would have changed on one case, everything else of the year left as it is. */
import { scopeOf, type Snapshot } from '@oss/settlement';
import type { Category } from '@oss/policy';
import { type CaseAgain, paidByPayers, settleYearAgain, type YearAgain } from '../again/settle-again';
import type { CaseFact } from '../facts/county-facts';

/**
 * Fen that the payers would pay more (less: negative) on a case with these categories; null when it cannot be told, for a pack
 * is not at hand or the facts contradict each other. Both amounts are computed, so that an error of the record is not mixed in.
 */
export function paidWith(year: readonly CaseFact[], of: CaseFact, categories: readonly Category[]): number | null {
  const upTo = year.slice(0, year.indexOf(of) + 1);
  const again = upTo.map(({ pack, ...each }) => (pack === null ? null : { ...each, pack }));
  if (!again.every((each) => each !== null)) return null;
  const changed = [...again];
  const last = changed.pop()!;
  const snapshot: Snapshot = { ...last.snapshot, categories };
  try {
    // Some lists let items in for some categories alone: with a bill the scope follows as well.
    const scope = last.bill === null ? last.scope : scopeOf(last.bill, last.care, snapshot, last.pack);
    return paidOnLast(settled([...changed, { ...last, scope, snapshot }])) - paidOnLast(settled(again));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function settled(cases: readonly CaseAgain[]): YearAgain {
  return settleYearAgain(cases);
}

function paidOnLast({ cases }: YearAgain): number {
  return paidByPayers(cases.at(-1)!);
}
