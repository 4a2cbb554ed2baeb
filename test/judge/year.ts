/** A person's cases in the order in which they were recorded, each decided on all live cases of its year before it, from the first. */
import type { JudgedCase, JudgedRegion, Judgement } from './case';
import { sum } from './fraction';
import { FULIANG_2018, type FuliangNumbers, judgeFuliang } from './fuliang';
import { judgeLongnan } from './longnan';

/** An invented later law of Fuliang's: the tests need a day on which a pack changes, in the middle of a year. */
export const LATER_FROM = '2019-07-01';
export const LATER_NUMBERS: FuliangNumbers = {
  ...FULIANG_2018,
  basicCap: 8_000_000n,
  criticalDeductible: { ordinary: 1_200_000n, poor: 600_000n },
  criticalCapOrdinary: 20_000_000n,
};

type Law = (of: JudgedCase, earlier: readonly Judgement[]) => Judgement;
/** First day in force, the latest first: Fuliang from 2018-01-01 until a later pack replaces it (§4); Longnan 2020. */
const LAWS: Readonly<Record<JudgedRegion, readonly { readonly from: string; readonly law: Law }[]>> = {
  '360222': [
    { from: LATER_FROM, law: (of, earlier) => judgeFuliang(of, earlier, LATER_NUMBERS) },
    { from: '2018-01-01', law: (of, earlier) => judgeFuliang(of, earlier, FULIANG_2018) },
  ],
  '360783': [{ from: '2020-01-01', law: judgeLongnan }],
};

/** No pack covers the day: the discharge is refused, naming region and date (domain.md §5). */
export class NoLaw extends Error {
  override readonly name = 'NoLaw';
}

/** One more case on top of those judged. @throws NoLaw */
export function judgedNext(of: JudgedCase, before: readonly Judgement[]): Judgement {
  const found = LAWS[of.region].find(({ from }) => from <= of.dischargedOn);
  if (found === undefined) throw new NoLaw(`${of.region} on ${of.dischargedOn}`);
  const year = of.dischargedOn.slice(0, 4); // the year of the discharge date (§1, §6)
  const earlier = before.filter((judgement) => judgement.year === year);
  const judgement = found.law(of, earlier);
  const shares = sum(judgement.shares.map(({ paid }) => paid));
  if (shares + judgement.selfPay !== judgement.total) throw new Error('the judge itself lost money');
  return judgement;
}

/** Every case's judgement, in the order given. */
export function judged(cases: readonly JudgedCase[]): Judgement[] {
  const judgements: Judgement[] = [];
  for (const of of cases) judgements.push(judgedNext(of, judgements));
  return judgements;
}
