/**
 * The workings of a share, as they are stored: which step, on which value of the pack (`ref`), with which result. Labels,
 * clauses and provenance are not repeated here: the pack, named by digest, holds them, and the view joins the two.
 */
import type { Bp, Fen } from '@oss/money';

/** Keys in alphabetical order: facts are stored as canonical bytes. */
export interface Working {
  /** Year account, of the step `accumulated`. */
  readonly account?: string;
  /** The rate of the step. */
  readonly bp?: Bp;
  /** The step's result. */
  readonly fen: Fen;
  /** The amount that the step started from. */
  readonly ofFen?: Fen;
  /** Path of the pack's value; or the word (base, category) that the step names. */
  readonly ref?: string;
  readonly step: WorkingStep;
}

export const WORKING_STEPS = {
  category: '按此类别计算',
  programme: '病种政策',
  'other-programme': '同时符合，按政策包顺序不适用',
  admitted: '丙类项目纳入政策范围',
  part: '计算项目',
  base: '计算基数',
  'cut-off': '前线限额以上部分',
  accumulated: '年度累计',
  'deductible-factor': '起付线调整',
  deductible: '起付线',
  'rate-plus': '提高支付比例',
  band: '分段支付',
  rate: '按比例支付',
  sum: '各段合计(四舍五入到分)',
  measured: '个人负担(本线支付前)',
  'year-end': '年终结算',
  'year-measured': '全年个人负担(本线支付前)',
  'earlier-year': '本年度此前已负担',
  limit: '个人负担上限',
  'above-limit': '超过上限部分',
  cap: '限额余额',
  bounded: '以剩余费用为限',
  split: '共同分担',
  excess: '超出定额或限价部分',
  nothing: '不支付',
} as const;
export type WorkingStep = keyof typeof WORKING_STEPS;

/** Movement of one year account by one share. */
export interface AccountChange {
  readonly afterFen: Fen;
  readonly beforeFen: Fen;
  readonly name: string;
}

/** What one line pays on one case. paidFen = inScopeFen + outOfScopeFen. */
export interface Share {
  readonly accounts: readonly AccountChange[];
  /** What its caps cut off, where a later line takes that as its base and it is not 0. */
  readonly cutOffFen?: Fen;
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  readonly paidFen: Fen;
  readonly workings: readonly Working[];
}
