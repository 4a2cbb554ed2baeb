/** Where amounts matter: the edges that the law names, and the smallest bill that reaches an edge on top of a year so far. */
import type { BillLine, JudgedCase, Judgement } from './case';
import { sum } from './fraction';
import { judgedNext } from './year';

/** Amounts that the two laws name or that fall out of them, in fen. */
export const EDGES: readonly number[] = [
  0, 1, 10_000, 40_000, 60_000, 300_000, 500_000, 600_000, 650_000, 1_200_000, 1_300_000, 1_500_000, 2_000_000, 2_500_000,
  3_000_000, 5_000_000, 5_600_000, 5_650_000, 6_000_000, 6_300_000, 8_000_000, 10_000_000, 10_650_000, 11_300_000, 25_000_000,
  11_111_111, 12_500_000, 12_540_000, 16_666_667, 16_726_667,
];

/** What a single bill may be pushed up to: ten million yuan. */
const HIGHEST = 1_000_000_000n;

/** Something that is not so for a small bill and is so for every larger one. */
export type Reached = (judgement: Judgement, earlier: readonly Judgement[]) => boolean;

const paidThisYear = (line: string, judgement: Judgement, earlier: readonly Judgement[]): bigint =>
  sum([judgement, ...earlier].flatMap(({ shares }) => shares.map((share) => (share.line === line ? share.paid : 0n))));

const paidUpTo =
  (line: string, fen: bigint): Reached =>
  (judgement, earlier) =>
    paidThisYear(line, judgement, earlier) >= fen;
const aUpTo =
  (fen: bigint): Reached =>
  (judgement, earlier) =>
    sum([judgement, ...earlier].map(({ entersA }) => entersA)) >= fen;
const restUpTo =
  (fen: bigint): Reached =>
  (judgement, earlier) =>
    sum([judgement, ...earlier].map(({ entersRest }) => entersRest)) >= fen;

/** Cap edges, band edges and the first fen of a line, by name. */
export const REACHED: Readonly<Record<string, Reached>> = {
  'basic pays its first fen': paidUpTo('basic', 1n),
  'basic reaches 80 000': paidUpTo('basic', 8_000_000n),
  'basic reaches 100 000': paidUpTo('basic', 10_000_000n),
  'A reaches 6 000': aUpTo(600_000n),
  'A reaches 6 500': aUpTo(650_000n),
  'A reaches 12 000': aUpTo(1_200_000n),
  'A reaches 13 000': aUpTo(1_300_000n),
  'A reaches 56 500': aUpTo(5_650_000n),
  'A reaches 63 000': aUpTo(6_300_000n),
  'A reaches 106 500': aUpTo(10_650_000n),
  'A reaches 113 000': aUpTo(11_300_000n),
  'critical illness reaches 200 000': paidUpTo('critical-illness', 20_000_000n),
  'critical illness reaches 250 000': paidUpTo('critical-illness', 25_000_000n),
  'assistance reaches 30 000': paidUpTo('assistance', 3_000_000n),
  'assistance reaches 50 000': paidUpTo('assistance', 5_000_000n),
  'the fifth line pays its first fen': paidUpTo('fifth-line', 1n),
  'supplementary reaches 250 000': paidUpTo('supplementary', 25_000_000n),
  'the rest reaches 20 000': restUpTo(2_000_000n),
  'Class I reaches 15 000': paidUpTo('basic.class-one', 1_500_000n),
  'Class I reaches 60 000': paidUpTo('basic.class-one', 6_000_000n),
  'the chronic band reaches 40 000': paidUpTo('chronic-band', 4_000_000n),
  'Class II reaches 3 000': paidUpTo('basic.class-two', 300_000n),
  'Class II reaches 5 000': paidUpTo('basic.class-two', 500_000n),
};

export const lineOf = (amount: bigint, itemClass: BillLine['class'] = 'A', more: Partial<BillLine> = {}): BillLine => ({
  class: itemClass,
  amount,
  overLimit: 0n,
  ...more,
});

/** The smallest class-A bill with which this case reaches it; null where it is reached before, or never. */
export function smallestReaching(reached: Reached, of: JudgedCase, earlier: readonly Judgement[]): bigint | null {
  const year = of.dischargedOn.slice(0, 4);
  const ofYear = earlier.filter((judgement) => judgement.year === year);
  const at = (amount: bigint): boolean => reached(judgedNext({ ...of, bill: [lineOf(amount)] }, earlier), ofYear);
  let low = 0n;
  let high = HIGHEST;
  if (at(low) || !at(high)) return null;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (at(middle)) high = middle;
    else low = middle;
  }
  return high;
}
