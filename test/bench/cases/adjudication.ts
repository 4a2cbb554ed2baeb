/** Adjudication alone: pure, one core. Scope, the turns of all payers and the year's fold, over varied bills and long years. */
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
  const rates: number[] = [];
  let said = 0;
  for (let pass = 0; pass < WARM_UP_PASSES + plan.adjudicationPasses; pass += 1) {
    desk.forgetYears();
    const began = process.threadCpuUsage();
    for (const each of accepted) {
      const { year, events } = desk.settle(each, ACCEPTANCE);
      desk.keep(yearStream(each), year);
      said += events.length;
    }
    if (pass < WARM_UP_PASSES) continue;
    // Time of this thread on a core: what else runs on the machine does not count against it.
    const { user, system } = process.threadCpuUsage(began);
    rates.push((accepted.length * 1e6) / (user + system));
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
