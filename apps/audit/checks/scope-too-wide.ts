/** An item outside the catalogue, paid as if it were inside. */
import { excessFen, sumFen } from '@oss/money';
import { admissionsFor, admittedBy } from '@oss/policy';
import { scopeOf } from '@oss/settlement';
import type { CaseFact, PersonFile } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';

export const SCOPE_TOO_WIDE = defineCheck({
  id: 'scope-too-wide',
  zh: '目录外项目纳入报销',
  en: 'Out-of-catalogue item paid as in scope',
  means: {
    zh: '结算所用的政策范围内费用高于由账单明细得出的数额；或参数所列的目录外编码被记为甲、乙类。政策包准予纳入的项目（如残疾人康复）不算。',
    en: 'The in-scope cost of the settlement is above what follows from the bill; or a code that the parameters list as outside stands on a bill as class A or B. Items that the pack admits for the person (rehabilitation of the disabled) are no finding.',
  },
  falseAlarms: {
    zh: '目录年中调整；只有汇总的账单不判断。',
    en: 'A catalogue that changed in mid-year. Bills without lines are not judged by item.',
  },
  parameters: { outOfCatalogue: [] as readonly string[] },
  parametersMean: { outOfCatalogue: 'item codes that the county knows to be outside the catalogue' },
  begin: ({ outOfCatalogue }) => {
    const outside = new Set(outOfCatalogue);
    return { person: (file) => findings(file, outside) };
  },
});

function* findings({ personKey, cases }: PersonFile, outside: ReadonlySet<string>): Generator<Told> {
  for (const each of cases) {
    const about = aboutCase(personKey, each);
    const rightFen = inScopeOf(each);
    if (rightFen !== null && each.scope.inScopeFen > rightFen) {
      const amountFen = each.scope.inScopeFen - rightFen;
      yield { ...about, amountFen, zh: '政策范围内费用高于账单明细所得', en: 'more is in scope than the bill gives' };
    }
    const { pack, snapshot, bill } = each;
    const lists = pack === null ? [] : admissionsFor(pack, snapshot.categories);
    const wrong = (bill?.lines ?? []).filter(
      (line) => line.class !== 'C' && outside.has(line.code) && admittedBy(lists, line) === null,
    );
    if (wrong.length === 0) continue;
    const codes = [...new Set(wrong.map(({ code }) => code))].join('、');
    const amountFen = sumFen(wrong.map((line) => excessFen(line.amountFen, line.overLimitFen)));
    yield {
      ...about,
      amountFen,
      zh: `目录外项目记为甲、乙类：${codes}`,
      en: `items outside the catalogue billed as inside: ${codes}`,
    };
  }
}

/** In-scope cost as it follows from the bill, in fen; null where it cannot be told. */
function inScopeOf({ bill, care, snapshot, pack }: CaseFact): number | null {
  if (bill === null || pack === null) return null;
  try {
    return scopeOf(bill, care, snapshot, pack).inScopeFen;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
