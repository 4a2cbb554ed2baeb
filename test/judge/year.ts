/** A person's cases in the order in which they were recorded, each decided on all live cases of its year before it, from the first. */
import type { JudgedCase, Judgement, LawName } from './case';
import { sum } from './fraction';
import { FULIANG_2018, type FuliangNumbers, judgeFuliang } from './fuliang';
import { judgeLongnan } from './longnan';

/** Laws by name. `fuliang-later` is the invented one that the tests put in force on another day. */
export const LATER_NUMBERS: FuliangNumbers = {
  ...FULIANG_2018,
  basicCap: 8_000_000n,
  criticalDeductible: { ordinary: 1_200_000n, poor: 600_000n },
  criticalCapOrdinary: 20_000_000n,
};

const LAWS: Readonly<Record<LawName, (of: JudgedCase, earlier: readonly Judgement[]) => Judgement>> = {
  fuliang: (of, earlier) => judgeFuliang(of, earlier, FULIANG_2018),
  'fuliang-later': (of, earlier) => judgeFuliang(of, earlier, LATER_NUMBERS),
  longnan: judgeLongnan,
};

/** Every case's judgement, in the order given; a case's year is that of its discharge date (domain.md §1, §6). */
export function judged(cases: readonly JudgedCase[]): Judgement[] {
  const judgements: Judgement[] = [];
  for (const of of cases) {
    const year = of.dischargedOn.slice(0, 4);
    const judgement = LAWS[of.law](
      of,
      judgements.filter((earlier) => earlier.year === year),
    );
    const shares = sum(judgement.shares.map(({ paid }) => paid));
    if (shares + judgement.selfPay !== judgement.total) throw new Error('the judge itself lost money');
    judgements.push(judgement);
  }
  return judgements;
}
