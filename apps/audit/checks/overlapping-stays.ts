/** In two beds at once. */
import type { CaseFact, PersonFile } from '../facts/county-facts';
import { aboutCase, defineCheck, type Told } from './check';

export const OVERLAPPING_STAYS = defineCheck({
  id: 'overlapping-stays',
  zh: '住院时段重叠',
  en: 'Overlapping stays',
  means: {
    zh: '同一人两次住院的时段重叠，或住院期间另有门诊慢性病结算。同日转院（一院出院日即另一院入院日）不算。',
    en: 'Two stays of a person overlap, or an outpatient visit falls into a stay. Leaving one hospital and entering another on the same day is no overlap.',
  },
  falseAlarms: {
    zh: '经批准的院外检查、透析；入院日期录入错误。',
    en: 'Dialysis or an examination elsewhere with leave; a mistyped day of admission.',
  },
  parameters: { visitsDuringStay: true },
  parametersMean: { visitsDuringStay: 'also tell outpatient visits that fall strictly inside a stay' },
  begin: ({ visitsDuringStay }) => ({ person: (file) => findings(file, visitsDuringStay) }),
});

function* findings({ personKey, cases }: PersonFile, visitsDuringStay: boolean): Generator<Told> {
  const looked = cases.filter(({ care }) => visitsDuringStay || care.type === 'inpatient');
  const byAdmission = [...looked].sort((a, b) => (a.care.admittedOn < b.care.admittedOn ? -1 : 1));
  let longest: CaseFact | null = null;
  for (const each of byAdmission) {
    if (longest !== null && overlap(longest, each))
      yield {
        ...aboutCase(personKey, each),
        zh: `与结算 ${longest.settlementId}（${longest.care.admittedOn} 至 ${longest.care.dischargedOn}）时段重叠`,
        en: `overlaps with ${longest.settlementId}, ${longest.care.admittedOn} to ${longest.care.dischargedOn}`,
      };
    if (each.care.type === 'inpatient' && (longest === null || each.care.dischargedOn > longest.care.dischargedOn))
      longest = each;
  }
}

/** Strictly: the last day of one may be the first of the other. */
function overlap({ care: a }: CaseFact, { care: b }: CaseFact): boolean {
  return a.admittedOn < b.dischargedOn && b.admittedOn < a.dischargedOn;
}
