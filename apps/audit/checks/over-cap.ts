/** More paid by a line in a year than its cap. */
import { minFen } from '@oss/money';
import { type CompiledRule, valueAt } from '@oss/policy';
import { type CaseFact, type PersonFile, yearsOf } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';
import { linesOfCase } from './rules-of-case';

export const OVER_CAP = defineCheck({
  id: 'over-cap',
  zh: '超过年度支付限额',
  en: 'Over a yearly cap',
  means: {
    zh: '某保障线本年度累计支付超过政策包规定的限额。列在超过限额的那次结算上，金额为其超出部分。',
    en: 'What a line has paid in the year is above its cap. Told of the case that exceeds it, with what it added above.',
  },
  falseAlarms: {
    zh: '年中类别变化，适用过更高的限额（按最高者判断）。',
    en: 'A category that changed in mid-year: the highest cap of the case is taken.',
  },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, cases }: PersonFile): Generator<Told> {
  for (const year of yearsOf(cases).values()) {
    const paid = new Map<string, number>();
    for (const each of year) {
      for (const { entry, share, rules } of linesOfCase(each)) {
        if (share === null || share.paidFen === 0) continue;
        const account = rules[0]?.account ?? entry.definition.account;
        const sum = (paid.get(account) ?? 0) + share.paidFen;
        paid.set(account, sum);
        const capFen = Math.max(...rules.map((rule) => capOf(rule, each)));
        // A line without a rule has no cap either: the maximum of nothing is below every sum.
        if (rules.length === 0 || sum <= capFen) continue;
        const { label } = entry.definition;
        yield {
          ...aboutCase(personKey, each),
          amountFen: minFen(share.paidFen, sum - capFen),
          zh: `${label}本年度累计支付超过限额`,
          en: `line ${entry.line} has paid more than its cap of the year`,
        };
      }
    }
  }
}

function capOf({ capPerYear }: CompiledRule, { snapshot, care }: CaseFact): number {
  return capPerYear === null ? Infinity : valueAt(capPerYear[snapshot.hospital.level], care.dischargedOn).value;
}
