/** A deductible taken more often, or higher, than the law lets it. */
import { addFen, excessFen, type Fen, shareOf } from '@oss/money';
import { type CompiledRule, valueAt } from '@oss/policy';
import { type CaseFact, type PersonFile, yearsOf } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';
import { linesOfCase } from './rules-of-case';

export const DEDUCTIBLE_REPEATED = defineCheck({
  id: 'deductible-repeated',
  zh: '起付线多扣',
  en: 'Deductible taken more often than its period allows',
  means: {
    zh: '按次的起付线在一次住院中扣得多于规定；按年的起付线本年度累计扣得多于规定。金额为多扣部分。',
    en: 'Of a deductible per stay, more was taken on one stay than it is; of one per year, more in the year. The amount is what was too much.',
  },
  falseAlarms: { zh: '外来数据未写明起付线金额时不判断。', en: 'Facts that do not say what was taken are not judged.' },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, cases }: PersonFile): Generator<Told> {
  for (const year of yearsOf(cases).values()) {
    const taken = new Map<string, Fen>();
    for (const each of year) {
      for (const { entry, share, rules } of linesOfCase(each)) {
        if (share === null || share.deductibleFen === null || rules.length === 0 || entry.definition.shape === 'top-up') continue;
        const perYear = rules.some(isPerYear);
        const beforeFen = perYear ? (taken.get(entry.line) ?? 0) : 0;
        const sum = addFen(beforeFen, share.deductibleFen);
        taken.set(entry.line, sum);
        const tooMuch =
          excessFen(sum, Math.max(...rules.map((rule) => deductibleOf(rule, each)))) - excessBefore(beforeFen, rules, each);
        if (tooMuch <= 0) continue;
        const period = perYear ? ['本年度', 'in the year'] : ['本次', 'on this stay'];
        yield {
          ...aboutCase(personKey, each),
          amountFen: tooMuch,
          zh: `${entry.definition.label}起付线${period[0]}多扣`,
          en: `line ${entry.line} took more than its deductible ${period[1]}`,
        };
      }
    }
  }
}

/** What was too much before this case already. */
function excessBefore(beforeFen: Fen, rules: readonly CompiledRule[], found: CaseFact): Fen {
  return excessFen(beforeFen, Math.max(...rules.map((rule) => deductibleOf(rule, found))));
}

function isPerYear({ parts }: CompiledRule): boolean {
  return parts.some(({ deductible }) => deductible?.period?.value === 'year');
}

/** All deductibles of a rule on cases themselves, together; of several stays the highest. */
function deductibleOf({ parts }: CompiledRule, { snapshot, care }: CaseFact): Fen {
  const { level } = snapshot.hospital;
  let sum = 0;
  for (const { deductible, accumulator, cutOffBy } of parts) {
    if (deductible === null || accumulator !== null || cutOffBy !== null) continue;
    const amounts = [deductible.amount, ...deductible.laterStays].map(
      (amount) => valueAt(amount[level], care.dischargedOn).value,
    );
    const amountFen = Math.max(...amounts);
    sum = addFen(sum, deductible.factor === null ? amountFen : shareOf(amountFen, deductible.factor.value));
  }
  return sum;
}
