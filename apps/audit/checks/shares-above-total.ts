/** More paid than the bill: the mistake that published calculations make, and that money must never make. */
import { sumFen } from '@oss/money';
import type { PersonFile } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';

export const SHARES_ABOVE_TOTAL = defineCheck({
  id: 'shares-above-total',
  zh: '支付合计超过总费用',
  en: 'Shares above the total',
  means: {
    zh: '各方支付与医院负担之和超过医疗总费用，或与个人自付相加不等于总费用。',
    en: 'What payers and hospital bear is above the total, or does not make the total together with the self-pay.',
  },
  falseAlarms: {
    zh: '无。本系统的结算不可能出现，只见于外来数据或被改动的库。',
    en: 'None. It cannot come from this system: only from other data, or a store that was changed.',
  },
  parameters: {},
  parametersMean: {},
  begin: () => ({ person: findings }),
});

function* findings({ personKey, cases }: PersonFile): Generator<Told> {
  for (const each of cases) {
    const { totalFen } = each.scope;
    const borneFen = sumFen(each.shares.map(({ paidFen }) => paidFen));
    const about = aboutCase(personKey, each);
    if (borneFen > totalFen) {
      const amountFen = borneFen - totalFen;
      yield { ...about, amountFen, zh: '各方支付之和超过总费用', en: 'the shares are above the total' };
    } else if (borneFen + each.selfPayFen !== totalFen) {
      const amountFen = Math.abs(totalFen - borneFen - each.selfPayFen);
      yield { ...about, amountFen, zh: '支付与自付之和不等于总费用', en: 'shares and self-pay are not the total' };
    }
  }
}
