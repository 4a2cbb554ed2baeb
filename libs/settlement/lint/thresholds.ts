/**
 * Where the law may bend: the amounts that a pack names (deductibles, band edges, caps, limits, fixed amounts) and the days
 * on which a value changes. The lint lays its grid through them.
 */
import type { Fen } from '@oss/money';
import type { Pack } from '@oss/policy';

/** Places of the pack that hold rates or lists, not amounts. */
const NO_AMOUNT = /\/rate(\/|$)|\/ratePlus$|\/factor$|\/split\/|^scope\/|^localArea$/;

/** True when the numeric value at a place of the pack is basis points; else it is fen. */
export function isRate(ref: string, pack: Pack): boolean {
  if (NO_AMOUNT.test(ref)) return true;
  const limit = /^(.*)\/limit(\/|$)/.exec(ref)?.[1];
  if (limit === undefined) return false;
  const rule = pack.lines.flatMap(({ rules }) => rules).find((each) => each.ref === limit);
  return rule?.limit?.percentOf !== null;
}

/** All amounts of a pack above zero, each once, rising, in fen. */
export function amountsOf(pack: Pack): Fen[] {
  const amounts = new Set<Fen>();
  for (const { ref, value } of pack.values.values()) {
    if (typeof value === 'number' && value > 0 && !isRate(ref, pack)) amounts.add(value);
  }
  return [...amounts].sort((a, b) => a - b);
}

/** The pack's first day and every later day on which a value changes, in order. */
export function daysOfChange(pack: Pack): string[] {
  const days = new Set([pack.from]);
  for (const { from } of pack.values.values()) if (from > pack.from) days.add(from);
  return [...days].sort();
}
