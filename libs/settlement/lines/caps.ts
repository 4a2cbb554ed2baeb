/** What the caps of a rule still leave to a line: of the year, less what it has paid under any category or pack; of the stay. */
import { excessFen, type Fen, minFen } from '@oss/money';
import { type CompiledRule, type HospitalLevel, type Levelled, valueAt } from '@oss/policy';
import { accountOf, type LineInput } from './line-input';
import type { Working } from './working';

/** Fen that the line may still pay on this case; null without a cap. Each cap leaves a working. */
export function capLeft(rule: CompiledRule, level: HospitalLevel, input: LineInput, workings: Working[]): Fen | null {
  const { account, capPerStay, capPerYear } = rule;
  const ofYear = capPerYear === null ? null : leftOf(capPerYear, level, input, accountOf(input.accounts, account), workings);
  const ofStay = capPerStay === null ? null : leftOf(capPerStay, level, input, 0, workings);
  if (ofYear === null || ofStay === null) return ofYear ?? ofStay;
  return minFen(ofYear, ofStay);
}

function leftOf(cap: Levelled, level: HospitalLevel, input: LineInput, paidFen: Fen, workings: Working[]): Fen {
  const { ref, value } = valueAt(cap[level], input.date);
  const leftFen = excessFen(value, paidFen);
  workings.push({ fen: leftFen, ofFen: value, ref, step: 'cap' });
  return leftFen;
}
