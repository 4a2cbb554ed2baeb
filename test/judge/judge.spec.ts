/** The judge against the product: random sequences aimed at the edges, and a grid around every edge. JUDGE_SEED repeats a run. */
import { seeded } from '../support/seeded';
import { lineOf } from './boundaries';
import type { JudgedCase } from './case';
import { gridOf } from './grid';
import { FULIANG, packsInForce, packsWith, productRows, Refused } from './product';
import { randomSequence } from './random-cases';
import { COMPARED } from './subjects';
import { WRONG } from './wrong-numbers';
import { differs, disagreement } from './verdict';
import { judged, NoLaw } from './year';

/** The issue asks for 20 000 in each run. */
const SEQUENCES = 20_000;
const SEED = Number(process.env['JUDGE_SEED'] ?? Date.now() & 0x7fffffff);
const packs = packsInForce();
const grids = new Map(COMPARED.map((subject) => [subject, gridOf(subject)]));

const oneStay = (dischargedOn: string): JudgedCase => ({
  region: '360222',
  dischargedOn,
  care: 'inpatient',
  level: 1,
  transfer: 'none',
  categories: [],
  diagnoses: ['J18.9'],
  bill: [lineOf(1_000_000n)],
});

test(`${SEQUENCES} random sequences are decided alike, line by line to the fen (JUDGE_SEED=${SEED})`, () => {
  const random = seeded(SEED);
  for (let number = 0; number < SEQUENCES; number += 1) {
    const found = disagreement(randomSequence(random, COMPARED[number % COMPARED.length]!), packs);
    if (found !== null) throw new Error(`JUDGE_SEED=${SEED}, sequence ${number}\n${found}`);
  }
});

test.each(COMPARED)('the grid of %s is decided alike, line by line to the fen', (subject) => {
  for (const cases of grids.get(subject)!) {
    const found = disagreement(cases, packs);
    if (found !== null) throw new Error(found);
  }
});

test('the day before the first pack is refused by both, the first day by neither', () => {
  expect(() => judged([oneStay('2017-12-31')])).toThrow(NoLaw);
  expect(() => productRows([oneStay('2017-12-31')], packs)).toThrow(new Refused(['no-pack']));
  expect(disagreement([oneStay('2018-01-01')], packs)).toBe(null);
});

describe('the grid sees a product that is wrong in one number, by a fen or a basis point', () => {
  test.each(COMPARED.flatMap((subject) => WRONG[subject].map((wrong) => [subject, ...wrong] as const)))(
    '%s, %s: in %s %d becomes %d',
    (subject, packId, line, right, wrong) => {
      const wrongPacks = packsWith(packId, line, right, wrong);
      expect(grids.get(subject)!.some((cases) => differs(cases, wrongPacks))).toBe(true);
    },
  );

  test('and says so with the smallest bill that shows it, as data', () => {
    const found = disagreement([oneStay('2018-01-01'), oneStay('2018-06-01')], packsWith(FULIANG, 'basic', 10_000, 10_001));
    expect(found?.split('\n')).toEqual([
      'cases, in the order of recording (yuan):',
      '- case: 1',
      "  discharge: { on: 2018-06-01, region: '360222', care: inpatient, hospitalLevel: 1, transfer: none }",
      '  person: { categories: [], diagnoses: [J18.9] }',
      '  bill: [A 100.97]',
      '    in scope: 100.97',
      '  ! basic (basic-insurance), in scope: judge 0.87, product 0.86',
      '  ! self-pay: judge 100.10, product 100.11',
      '  ! year account basic.inpatient: judge 0.87, product 0.86',
      '  ! year account in-scope-borne: judge 100.10, product 100.11',
    ]);
  });
});
