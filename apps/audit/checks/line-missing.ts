/** 应补未补: entitled, and a line is missing, because the case was settled without a category or without the line itself. */
import { CATEGORIES } from '@oss/policy';
import { covers, type PersonFile, yearsOf } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';
import { paidWith } from './paid-with';
import { linesOfCase } from './rules-of-case';

export const LINE_MISSING = defineCheck({
  id: 'line-missing',
  zh: '应补未补',
  en: 'Entitled, but a line is missing',
  means: {
    zh: '登记显示该人出院日属于某救助对象类别，结算未按此计算，少付金额列出；或结算缺少政策包规定的保障线。',
    en: 'The registry says a category for the discharge date that the settlement did not use, and the payers would have paid more; or a line of the pack is not in the settlement.',
  },
  falseAlarms: {
    zh: '结算之后才认定并倒签的身份：应重新结算，不是当时的差错。',
    en: 'A category that was registered backwards after the settlement: resettle, nobody erred then.',
  },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, record, cases }: PersonFile): Generator<Told> {
  for (const year of yearsOf(cases).values()) {
    for (const each of year) {
      const about = aboutCase(personKey, each);
      const missing = linesOfCase(each).filter(({ share }) => share === null);
      if (missing.length > 0) {
        const labels = missing.map(({ entry }) => entry.definition.label).join('、');
        const lines = missing.map(({ entry }) => entry.line).join(', ');
        yield { ...about, zh: `缺少保障线：${labels}`, en: `lines of the pack are missing: ${lines}` };
      }
      if (record === null || record === 'erased') continue;
      const day = each.care.dischargedOn;
      const registered = record.categories.filter((entry) => covers(entry, day)).map(({ category }) => category);
      const unused = registered.filter((category) => !each.snapshot.categories.includes(category));
      if (unused.length === 0) continue;
      const moreFen = paidWith(year, each, [...new Set([...each.snapshot.categories, ...unused])].sort());
      if (moreFen === null || moreFen <= 0) continue;
      yield {
        ...about,
        amountFen: moreFen,
        zh: `${day} 登记为${unused.map((category) => CATEGORIES[category].zh).join('、')}，结算未按此计算`,
        en: `registered as ${unused.join(', ')} on ${day}, settled without it`,
      };
    }
  }
}
