/** What the caps of a rule still leave to a line: of the year, less what it has paid under any category or pack; of the stay. */
import { excessFen, type Fen, minFen } from '@oss/money';
import { type CompiledRule, type HospitalLevel, valueAt } from '@oss/policy';
import { accountOf, type LineInput } from './line-input';
import type { Working } from './working';

/** Fen that the line may still pay on this case; null without a cap. Each cap leaves a working. */
export function capLeft(rule: CompiledRule, level: HospitalLevel, input: LineInput, workings: Working[]): Fen | null {
  let left: Fen | null = null;
  for (const [cap, paidFen] of [
    [rule.capPerYear, accountOf(input.accounts, rule.account)],
    [rule.capPerStay, 0],
  ] as const) {
    if (cap === null) continue;
    const value = valueAt(cap[level], input.date);
    const leftFen = excessFen(value.value, paidFen);
    workings.push({ fen: leftFen, ofFen: value.value, ref: value.ref, step: 'cap' });
    left = left === null ? leftFen : minFen(left, leftFen);
  }
  return left;
}
