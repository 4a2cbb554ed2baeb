/** What corrections leave of a year: the surviving attempts, and the amounts that a fresh settlement of them gives. */
import { lineOf } from './boundaries';
import type { JudgedCase } from './case';
import { type Deed, outcome } from './corrections';
import { judged } from './year';

const stay = (amount: bigint, dischargedOn: string, of: Partial<JudgedCase> = {}): JudgedCase => ({
  region: '360222',
  dischargedOn,
  care: 'inpatient',
  level: 2,
  transfer: 'none',
  categories: ['low-income'],
  diagnoses: ['J18.9'],
  bill: [lineOf(amount)],
  ...of,
});
const settle = (settlement: string, judgedCase: JudgedCase): Deed => ({ deed: 'settle', settlement, judgedCase });

/** "a/2 825.00": each surviving attempt, in order, with what critical illness pays on it, in fen. */
function left(...deeds: readonly Deed[]): { readonly survivors: string[]; readonly refused: readonly number[] } {
  const { survivors, refused } = outcome(deeds);
  const judgements = judged(survivors.map(({ judgedCase }) => judgedCase));
  const critical = judgements.map(({ shares }) => shares.find(({ line }) => line === 'critical-illness')!.paid);
  return {
    survivors: survivors.map(({ settlement, attempt }, index) => `${settlement}/${attempt} ${critical[index]}`),
    refused,
  };
}

/** Two stays of 40 000 yuan: 8 000 of each enters A, so critical illness pays 825 and then 4 400. */
const two = [settle('a', stay(4_000_000n, '2018-03-01')), settle('b', stay(4_000_000n, '2018-02-01'))];

test('the order is that of recording, and the same discharge again changes nothing', () => {
  expect(left(...two, two[0]!)).toEqual({ survivors: ['a/1 82500', 'b/1 440000'], refused: [2] });
});

test('the last case of a year is reversed alone; an earlier one only with its later ones, which become new attempts', () => {
  const reverse = (settlement: string, cascade: boolean): Deed => ({ deed: 'reverse', settlement, cascade });
  expect(left(...two, reverse('b', false))).toEqual({ survivors: ['a/1 82500'], refused: [] });
  expect(left(...two, reverse('a', false))).toEqual({ survivors: ['a/1 82500', 'b/1 440000'], refused: [2] });
  expect(left(...two, reverse('a', true))).toEqual({ survivors: ['b/2 82500'], refused: [] });
  expect(left(...two, reverse('a', true), reverse('a', true))).toEqual({ survivors: ['b/2 82500'], refused: [3] });
});

test('a later case of another year does not stand in the way', () => {
  const other = settle('c', stay(4_000_000n, '2019-01-01'));
  expect(left(two[0]!, other, { deed: 'reverse', settlement: 'a', cascade: false })).toEqual({
    survivors: ['c/1 82500'],
    refused: [],
  });
});

test('a corrected bill is the next attempt, at the end of the order, in another year if it says so', () => {
  const correct = (judgedCase: JudgedCase): Deed => ({ deed: 'correct', settlement: 'a', judgedCase });
  const reversed = [...two, { deed: 'reverse', settlement: 'a', cascade: true } as const];
  expect(left(...two, correct(stay(1n, '2018-03-01')))).toEqual({ survivors: ['a/1 82500', 'b/1 440000'], refused: [2] });
  expect(left(...reversed, correct(stay(1_000_000n, '2018-03-01')))).toEqual({
    survivors: ['b/2 82500', 'a/2 110000'], // A from 8 000 to 10 000
    refused: [],
  });
  expect(left(...reversed, correct(stay(5_000_000n, '2019-03-01')))).toEqual({
    survivors: ['b/2 82500', 'a/2 192500'], // A from 0 to 10 000
    refused: [],
  });
});

test('a late entitlement settles the case and all later ones of the year again, with what the registry says now', () => {
  const ordinary = ['a', 'b', 'c'].map((name) => settle(name, stay(4_040_000n, '2018-03-01', { categories: [] })));
  const entitled: Deed = { deed: 'entitle', settlement: 'b', categoriesOn: () => ['destitute'] };
  // Ordinary: each leaves 8 400, so A stands at 8 400, 16 800, 25 200, above 13 000 at 50 %.
  expect(left(...ordinary)).toEqual({ survivors: ['a/1 0', 'b/1 190000', 'c/1 420000'], refused: [] });
  // Destitute: b and c leave 8 080 each, above 6 500 at 55 %; what a paid stays.
  expect(left(...ordinary, entitled)).toEqual({ survivors: ['a/1 0', 'b/2 444400', 'c/2 444400'], refused: [] });
});
