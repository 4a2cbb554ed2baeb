/** Self-pay above what a top-up line (第五道保障线) leaves at most. */
import { excessFen, type Fen, limitOf } from '@oss/money';
import { type CompiledRule, valueAt } from '@oss/policy';
import { type CaseFact, type PersonFile, yearsOf } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';
import { linesOfCase } from './rules-of-case';

export const ABOVE_LIMIT = defineCheck({
  id: 'above-limit',
  zh: '个人自付超过兜底上限',
  en: "Self-pay above the fifth line's limit",
  means: {
    zh: '政策包为该类别规定了个人负担上限（如总费用的10%），实际自付高于上限。',
    en: 'The pack limits what a person of this category bears (10 % of the total, say), and the self-pay is above it.',
  },
  falseAlarms: { zh: '该保障线另有年度或单次支付限额并已用完。', en: 'The line has a cap of its own, and it is used up.' },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, cases }: PersonFile): Generator<Told> {
  for (const year of yearsOf(cases).values()) {
    let borneFen = 0;
    for (const each of year) {
      borneFen += each.selfPayFen;
      const limits = limitRules(each).map((rule) => limitFen(rule, each, borneFen));
      if (limits.length === 0) continue;
      const amountFen = excessFen(each.selfPayFen, Math.min(...limits));
      if (amountFen > 0)
        yield { ...aboutCase(personKey, each), amountFen, zh: '个人自付高于上限', en: 'the self-pay is above the limit' };
    }
  }
}

/** Rules that limit the whole self-pay of a case at the window. */
export function limitRules(found: CaseFact): readonly CompiledRule[] {
  return linesOfCase(found)
    .filter(({ entry }) => entry.definition.shape === 'top-up' && entry.definition.yearEnd === null)
    .flatMap(({ rules }) => rules.filter(({ limit, measures }) => limit !== null && measures === 'self-pay'));
}

/** Fen that a case may leave at most under a rule. @param borneFen the year's self-pay with this case */
export function limitFen({ limit }: CompiledRule, found: CaseFact, borneFen: Fen): Fen {
  const { scope, snapshot, care, hospitalFen, selfPayFen } = found;
  const { value } = valueAt(limit!.amount[snapshot.hospital.level], care.dischargedOn);
  if (limit!.percentOf === null) return excessFen(value, borneFen - selfPayFen);
  return limitOf(limit!.percentOf === 'total' ? excessFen(scope.totalFen, hospitalFen) : scope.inScopeFen, value);
}
