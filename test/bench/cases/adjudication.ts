/**
 * Adjudication alone: pure, one core. Scope, the turns of all payers and the year's fold, over varied bills and long years.
 * Which year is whose is worked out before: finding a stream by its name is the store's work, not adjudication's.
 */
import { type BenefitYear, EMPTY_YEAR } from '@oss/settlement';
import { type County, discharge } from '../county';
import { Desk, yearStream } from '../desk';
import { median, spread } from '../figures';
import { type Figure, progress } from '../report';
import { LINES, type Plan } from './plan';

const TODAY = '2026-01-01';
const WARM_UP_PASSES = 3;
const ACCEPTANCE = 'a'.repeat(64);

export function adjudication(plan: Plan): Figure {
  const county: County = { persons: Math.ceil(plan.adjudicated / 3) };
  const desk = new Desk(county);
  const accepted = Array.from({ length: plan.adjudicated }, (_, number) => desk.accept(discharge(county, number, LINES), TODAY));
  const streams = accepted.map((each) => yearStream(each));
  const places = new Map([...new Set(streams)].map((stream, place) => [stream, place]));
  const cases = accepted.map((each, number) => ({ accepted: each, place: places.get(streams[number]!)! }));
  const rates: number[] = [];
  let said = 0;
  for (let pass = 0; pass < WARM_UP_PASSES + plan.adjudicationPasses; pass += 1) {
    const years = Array.from<BenefitYear>({ length: places.size }).fill(EMPTY_YEAR);
    const began = process.threadCpuUsage();
    for (const each of cases) {
      const { year, events } = desk.settle(each.accepted, ACCEPTANCE, years[each.place]!);
      years[each.place] = year;
      said += events.length;
    }
    if (pass < WARM_UP_PASSES) continue;
    // Time of this thread on a core: what else runs on the machine does not count against it.
    const { user, system } = process.threadCpuUsage(began);
    rates.push((cases.length * 1e6) / (user + system));
  }
  if (said === 0) throw new Error('nothing was settled');
  progress(`adjudication: ${Math.round(median(rates))} cases/s`);
  return {
    case: 'adjudication',
    name: `cases of ${LINES} lines, scope to completion, one core`,
    value: median(rates),
    unit: '/s',
    aim: { is: 'at least', value: 50_000 },
    spread: spread(rates),
    note: `${plan.adjudicated} different cases of ${county.persons} persons, event ids included; per second of CPU time`,
  };
}
