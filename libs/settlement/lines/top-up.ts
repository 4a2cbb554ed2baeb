/**
 * Shape 2: pays what leaves the patient above a limit (第五道保障线, 三(三)5). The limit is a share of the total or of the
 * in-scope cost, rounded down so that no patient exceeds it by rounding, or a fixed amount per person and year.
 */
import { excessFen, type Fen, limitOf, minFen, subtractFen } from '@oss/money';
import { type CompiledRule, type HospitalLevel, valueAt } from '@oss/policy';
import { capLeft } from './caps';
import { accountOf, allocate, type LineInput, NOTHING_USED, type RuleResult } from './line-input';
import type { Working } from './working';

/** Year accounts of what completed cases left to the patient. */
export const SELF_PAY_ACCOUNTS = { 'self-pay': 'year.self-pay', 'in-scope-self-pay': 'year.in-scope-self-pay' } as const;

/**
 * What the whole line pays (before it is shared among several payers). Pure and total for a checked pack.
 * @param workings the steps are added to these
 */
export function topUpShare(rule: CompiledRule, level: HospitalLevel, input: LineInput, workings: Working[]): RuleResult {
  const left = { inScopeFen: input.inScopeRestFen, outOfScopeFen: input.outOfScopeRestFen };
  const inScopeOnly = rule.measures === 'in-scope-self-pay';
  const measuredFen = inScopeOnly ? left.inScopeFen : left.inScopeFen + left.outOfScopeFen;
  workings.push({ fen: measuredFen, ref: rule.measures, step: 'measured' });
  let shareFen = minFen(measuredFen, aboveLimit(rule, level, input, measuredFen, workings));
  workings.push({ fen: shareFen, step: 'above-limit' });
  const capFen = capLeft(rule, level, input, workings);
  if (capFen !== null) shareFen = minFen(shareFen, capFen);
  const { inScopeFen, outOfScopeFen } = allocate(shareFen, inScopeOnly ? 'in-scope' : 'mixed', left);
  return { cutOffFen: 0, inScopeFen, outOfScopeFen, used: NOTHING_USED };
}

function aboveLimit(rule: CompiledRule, level: HospitalLevel, input: LineInput, measuredFen: Fen, workings: Working[]): Fen {
  if (rule.limit === null) throw new Error(`top-up rule ${rule.ref} has no limit: check the pack`);
  const value = valueAt(rule.limit.amount[level], input.date);
  if (rule.limit.percentOf === null) {
    const earlierFen = accountOf(input.accounts, SELF_PAY_ACCOUNTS[rule.measures]);
    workings.push({ fen: earlierFen, ref: SELF_PAY_ACCOUNTS[rule.measures], step: 'earlier-year' });
    workings.push({ fen: value.value, ref: value.ref, step: 'limit' });
    return excessFen(earlierFen + measuredFen, value.value);
  }
  const baseFen =
    rule.limit.percentOf === 'total' ? subtractFen(input.scope.totalFen, input.hospitalFen) : input.scope.inScopeFen;
  const limitFen = limitOf(baseFen, value.value);
  workings.push({ bp: value.value, fen: limitFen, ofFen: baseFen, ref: value.ref, step: 'limit' });
  return excessFen(measuredFen, limitFen);
}
