/** The judge against the product: random sequences aimed at the edges, and a grid around every edge. JUDGE_SEED repeats a run. */
import { seeded } from '../support/seeded';
import { gridOf } from './grid';
import { productRows, Refused } from './product';
import { randomSequence } from './random-cases';
import { COMPARED } from './subjects';
import { disagreement } from './verdict';
import { judged, NoLaw } from './year';
import { lineOf } from './boundaries';
import type { JudgedCase } from './case';

/** The issue asks for 20 000 in each run. */
const SEQUENCES = 20_000;
const SEED = Number(process.env['JUDGE_SEED'] ?? Date.now() & 0x7fffffff);

test(`${SEQUENCES} random sequences are decided alike, line by line to the fen (JUDGE_SEED=${SEED})`, () => {
  const random = seeded(SEED);
  for (let number = 0; number < SEQUENCES; number += 1) {
    const found = disagreement(randomSequence(random, COMPARED[number % COMPARED.length]!));
    if (found !== null) throw new Error(`JUDGE_SEED=${SEED}, sequence ${number}\n${found}`);
  }
});

test.each(COMPARED)('the grid of %s is decided alike, line by line to the fen', (subject) => {
  for (const cases of gridOf(subject)) {
    const found = disagreement(cases);
    if (found !== null) throw new Error(found);
  }
});

test('the day before the first pack is refused by both, the first day by neither', () => {
  const on = (dischargedOn: string): JudgedCase[] => [
    {
      region: '360222',
      dischargedOn,
      care: 'inpatient',
      level: 2,
      transfer: 'none',
      categories: ['low-income'],
      diagnoses: ['J18.9'],
      bill: [lineOf(4_800_000n)],
    },
  ];
  expect(() => judged(on('2017-12-31'))).toThrow(NoLaw);
  expect(() => productRows(on('2017-12-31'))).toThrow(new Refused(['no-pack']));
  expect(disagreement(on('2018-01-01'))).toBe(null);
});
