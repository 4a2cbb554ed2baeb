/**
 * The closed vocabularies of the field, one-to-one with the official Chinese terms. Packs may use these words and no
 * others; what a county names differently, it names in its labels.
 */

export const PAYERS = {
  'basic-insurance': { zh: '城乡居民基本医保', en: 'Basic insurance' },
  'critical-illness': { zh: '大病保险', en: 'Critical-illness insurance' },
  'supplementary-insurance': { zh: '商业补充保险', en: 'Supplementary insurance' },
  'medical-assistance': { zh: '医疗救助', en: 'Medical assistance' },
  'fifth-line': { zh: '第五道保障线', en: 'Fifth line' },
  hospital: { zh: '医院负担', en: 'Hospital' },
} as const;
export type Payer = keyof typeof PAYERS;

export const CATEGORIES = {
  destitute: { zh: '特困', en: 'destitute' },
  'low-income': { zh: '低保', en: 'low income' },
  'registered-poor': { zh: '建档立卡', en: 'registered poor' },
  orphan: { zh: '孤儿', en: 'orphan' },
  disabled: { zh: '残疾', en: 'disabled' },
  marginal: { zh: '低保边缘', en: 'marginal' },
  'expenditure-poor': { zh: '支出型', en: 'expenditure-poor' },
} as const;
export type Category = keyof typeof CATEGORIES;

/** A category in a rule: one of the register's, or the absence of all that the pack knows. */
export type RuleCategory = Category | 'ordinary';

export const TRANSFERS = {
  none: { zh: '本地就医', en: 'local' },
  referred: { zh: '转诊备案', en: 'referred' },
  'unreferred-in-province': { zh: '省内未转诊', en: 'unreferred, in the province' },
  'unreferred-out-of-province': { zh: '省外未转诊', en: 'unreferred, out of the province' },
  'living-elsewhere': { zh: '异地安置', en: 'registered as living elsewhere' },
} as const;
export type Transfer = keyof typeof TRANSFERS;

export const CARE_TYPES = {
  inpatient: { zh: '住院', en: 'inpatient' },
  'outpatient-chronic': { zh: '门诊特殊慢性病', en: 'outpatient chronic' },
} as const;
export type CareType = keyof typeof CARE_TYPES;

export const PROVENANCES = {
  stated: { zh: '通知载明', en: 'stated in the notice' },
  documented: { zh: '公开文件', en: 'documented elsewhere' },
  assumed: { zh: '待县确认', en: 'assumed, to be confirmed' },
} as const;
export type Provenance = keyof typeof PROVENANCES;

/** What a rate is taken of. The `-rest` words mean: less what the lines before have paid of it on this case. */
export const BASES = {
  total: { zh: '医疗总费用', en: 'total', kind: 'mixed' },
  rest: { zh: '剩余费用', en: 'what is left of the total', kind: 'mixed' },
  'in-scope': { zh: '政策范围内费用', en: 'in scope', kind: 'in-scope' },
  'in-scope-rest': { zh: '政策范围内剩余费用', en: 'in-scope rest', kind: 'in-scope' },
  'out-of-catalogue': { zh: '目录外（丙类）费用', en: 'out of catalogue', kind: 'out-of-scope' },
  'out-of-scope': { zh: '政策范围外费用', en: 'out of scope', kind: 'out-of-scope' },
  'out-of-scope-rest': { zh: '政策范围外剩余费用', en: 'out-of-scope rest', kind: 'out-of-scope' },
} as const;
export type Base = keyof typeof BASES;

/** When a line pays: on each bill, or once, when the year is over. */
export const TIMINGS = {
  window: { zh: '出院时支付', en: 'at the window' },
  'year-end': { zh: '年终结算，出院时不支付', en: 'at the end of the year' },
} as const;
export type Timing = keyof typeof TIMINGS;

export const SHAPES = ['proportional', 'top-up', 'waiver', 'fixed-amount', 'price-limit'] as const;
export type Shape = (typeof SHAPES)[number];

export type HospitalLevel = 1 | 2 | 3;
