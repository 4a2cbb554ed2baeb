/** Paid for somebody who was not entitled on the day of discharge, as the registry says now. */
import { CATEGORIES, type Category } from '@oss/policy';
import { paidByPayers } from '../again/settle-again';
import { type CaseFact, covers, type PersonFile, yearsOf } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';
import { paidWith } from './paid-with';

export const NOT_ENTITLED = defineCheck({
  id: 'not-entitled',
  zh: '出院日不具备待遇资格',
  en: 'Payee not entitled on the discharge date',
  means: {
    zh: '登记显示该人出院日未参保，或不属于结算所用的救助对象类别，而各方已支付。金额：未参保时为各方支付合计；类别不符时为因此多付的部分。',
    en: 'The registry says that the person had no cover on the discharge date, or was not in a category that the settlement used, and money was paid: all of it, or what the category added.',
  },
  falseAlarms: {
    zh: '结算之后才补登或倒签的参保、退出日期；正在办理的更正（重新结算）。',
    en: 'A record that was changed backwards after the settlement; a resettlement that is still to come.',
  },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, record, cases }: PersonFile): Generator<Told> {
  if (record === 'erased') return;
  for (const year of yearsOf(cases).values()) {
    for (const each of year) {
      const day = each.care.dischargedOn;
      const about = aboutCase(personKey, each);
      const paidFen = paidByPayers(each);
      if (record === null || record.cover === null || !covers(record.cover, day)) {
        if (paidFen > 0)
          yield {
            ...about,
            amountFen: paidFen,
            zh: `${day} 无参保登记，各方已支付`,
            en: `no cover is registered for ${day}, and payers paid`,
          };
        continue;
      }
      const without = unproven(
        each,
        record.categories.filter((entry) => covers(entry, day)).map(({ category }) => category),
      );
      if (without.length === 0) continue;
      const rightful = each.snapshot.categories.filter((category) => !without.includes(category));
      const change = paidWith(year, each, rightful);
      if (change === null || change >= 0) continue;
      yield {
        ...about,
        amountFen: -change,
        zh: `${day} 登记中无${without.map((category) => CATEGORIES[category].zh).join('、')}身份，结算按此计算`,
        en: `settled as ${without.join(', ')}, which the registry does not say for ${day}`,
      };
    }
  }
}

/** Categories that the settlement used and its pack knows, and the registry does not confirm. */
function unproven({ snapshot, pack }: CaseFact, registered: readonly Category[]): readonly Category[] {
  return snapshot.categories.filter(
    (category) => !registered.includes(category) && (pack === null || pack.categories.includes(category)),
  );
}
