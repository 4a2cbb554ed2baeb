/** A line that paid at a rate which the law does not give for the hospital's level. */
import { type Bp, excessFen, type Fen, shareOf } from '@oss/money';
import { type CompiledRule, type HospitalLevel, valueAt } from '@oss/policy';
import type { CaseFact, PersonFile } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';
import { linesOfCase } from './rules-of-case';

const LEVELS: readonly HospitalLevel[] = [1, 2, 3];

export const WRONG_RATIO = defineCheck({
  id: 'wrong-ratio',
  zh: '支付比例与医院级别不符',
  en: 'Wrong ratio for the level',
  means: {
    zh: '某保障线所用比例不是政策包为该级别、类别规定的比例；未写明比例时，支付额恰为另一级别比例的结果。',
    en: 'The rate of a line is not what the pack gives for level and category; where no rate is told, the payment is exactly that of another level.',
  },
  falseAlarms: {
    zh: '医院级别年中变动，以结算时登记为准。',
    en: 'A hospital whose level changed: the level of the settlement is taken.',
  },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, cases }: PersonFile): Generator<Told> {
  for (const each of cases) {
    let restFen = each.scope.inScopeFen;
    for (const { entry, share, rules } of linesOfCase(each)) {
      if (share === null) continue;
      const baseFen = excessFen(restFen, share.deductibleFen ?? 0);
      restFen = excessFen(restFen, share.inScopeFen);
      const rated = rules.filter(isOneRate);
      if (rated.length === 0 || rated.length < rules.length) continue;
      const right = rated.map((rule) => rateBp(rule, each, each.snapshot.hospital.level));
      const used = share.rateBp ?? impliedBp(rated, each, share.paidFen, baseFen, right);
      if (used === null || right.includes(used)) continue;
      yield {
        ...aboutCase(personKey, each),
        amountFen: Math.abs(shareOf(baseFen, used) - shareOf(baseFen, right[0]!)),
        zh: `${entry.definition.label}按 ${used / 100}% 支付，应为 ${right[0]! / 100}%`,
        en: `line ${entry.line} paid at ${used} basis points, the law says ${right[0]!}`,
      };
    }
  }
}

/** One part with one rate on a case's own cost: there the rate can be told. */
function isOneRate({ parts: [part, ...more] }: CompiledRule): boolean {
  return part !== undefined && more.length === 0 && part.rate !== null && part.accumulator === null && part.cutOffBy === null;
}

function rateBp({ parts: [part] }: CompiledRule, { care }: CaseFact, level: HospitalLevel): Bp {
  const { value } = valueAt(part!.rate![level], care.dischargedOn);
  return value > 0 ? Math.min(10_000, value + (part!.ratePlus?.value ?? 0)) : 0;
}

/** The rate of another level whose result a payment is to the fen; null where it is that of the right one, or of none. */
function impliedBp(rules: readonly CompiledRule[], found: CaseFact, paidFen: Fen, baseFen: Fen, right: readonly Bp[]): Bp | null {
  if (rules.some(({ parts }) => parts[0]!.base !== 'in-scope-rest') || right.some((bp) => shareOf(baseFen, bp) === paidFen))
    return null;
  const others = rules.flatMap((rule) => LEVELS.map((level) => rateBp(rule, found, level)));
  return others.find((bp) => shareOf(baseFen, bp) === paidFen) ?? null;
}
