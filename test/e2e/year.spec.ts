/**
 * A person's year through HTTP, amounts worked out by hand from the domain rules (§4; yuan): caps reached, the deductible of
 * critical illness crossed over several stays, categories by dates, New Year, out-of-area kinds, summary bills, rounding.
 */
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, inScopeBill, madeUpPerson, type PersonBody } from '../support/county';
import { inYuan, outcomeOf, yuan } from '../support/amounts';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';

jest.setTimeout(30_000);
const directory = freshDirectory();
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

type Choice = Parameters<typeof dischargeOf>[1];
interface Stay extends Omit<Choice, 'encounterNo'> {
  /** Total in yuan, all in scope, where no bill is given. */
  readonly all?: string;
  /** basic, critical illness, assistance, fifth line or tilt. */
  readonly pays: readonly [string, string, string, string];
  readonly self: string;
}

let encounters = 0;

/** Posts the stays one after another and compares every amount of each; a line beyond the four pays nothing. */
async function expectYear(person: PersonBody, lastLines: readonly string[], stays: readonly Stay[]): Promise<void> {
  await system.client.register(person);
  for (const { all, pays, self, ...choice } of stays) {
    const bill = choice.bill ?? inScopeBill(yuan(all ?? ''));
    const settled = await system.client.settle(dischargeOf(person, { ...choice, bill, encounterNo: `YEAR-${encounters++}` }));
    const names = ['basic', 'critical-illness', 'assistance', ...lastLines];
    expect(outcomeOf(settled)).toEqual({
      inScope: inYuan(settled.inScopeFen ?? -1),
      lines: names.map((name, index) => `${name} ${pays[index] ?? '0.00'}`),
      hospital: '0.00',
      self,
    });
  }
}

const fuliang = (person: PersonBody, stays: readonly Stay[]): Promise<void> =>
  expectYear(person, ['fifth-line', 'free-treatment'], stays);

test('registered poor: every cap is reached, then New Year', () =>
  fuliang(madeUpPerson(101, { category: 'registered-poor' }), [
    // The example of the issue. 52 000 − 2 000 (C) − 2 000 (10 % of B) = 48 000 in scope. Basic 48 000 × 80 % = 38 400.
    // A = 9 600; (9 600 − 6 500) × 55 % = 1 705. (9 600 − 1 705) × 70 % = 5 526.50. Left 2 368.50 + 4 000 = 6 368.50;
    // limit 10 % of 52 000 = 5 200; fifth line 1 168.50.
    { bill: EXAMPLE_BILL, pays: ['38 400.00', '1 705.00', '5 526.50', '1 168.50'], self: '5 200.00' },
    // Level 1: 40 000 × 90 % = 36 000. A 9 600 → 13 600: 4 000 × 55 % = 2 200. 1 800 × 70 % = 1 260. 540 is below 4 000.
    { hospital: 'H1', all: '40 000.00', pays: ['36 000.00', '2 200.00', '1 260.00', '0.00'], self: '540.00' },
    // Level 3: (60 000 − 600) × 60 % = 35 640, but the basic cap leaves 100 000 − 38 400 − 36 000 = 25 600. A 13 600 → 48 000:
    // 34 400 × 55 % = 18 920. 15 480 × 70 % = 10 836, within the 30 000 − 5 526.50 − 1 260 = 23 213.50 left.
    { hospital: 'H3', all: '60 000.00', pays: ['25 600.00', '18 920.00', '10 836.00', '0.00'], self: '4 644.00' },
    // Basic is used up. A 48 000 → 148 000, bands above 6 500: 8 500 × 55 % + 50 000 × 65 % + 41 500 × 75 % = 4 675 + 32 500
    // + 31 125 = 68 300. 31 700 × 70 % = 22 190, but 12 377.50 of the cap is left. 19 322.50 − 10 000 = 9 322.50.
    { all: '100 000.00', pays: ['0.00', '68 300.00', '12 377.50', '9 322.50'], self: '10 000.00' },
    // Only critical illness (no cap for the poor) and the fifth line are left: 1 000 × 75 % = 750; 250 − 100 = 150.
    { all: '1 000.00', dischargedOn: '2018-12-30', pays: ['0.00', '750.00', '0.00', '150.00'], self: '100.00' },
    // Admitted in the old year, discharged on New Year's Day: a fresh year. 8 000; A = 2 000 < 6 500; 1 400; 600 < 1 000.
    {
      all: '10 000.00',
      admittedOn: '2018-12-20',
      dischargedOn: '2019-01-01',
      pays: ['8 000.00', '0.00', '1 400.00', '0.00'],
      self: '600.00',
    },
    // Recorded later, discharged on 31 December: it belongs to the old year, whose caps are gone.
    { all: '1 000.00', dischargedOn: '2018-12-31', pays: ['0.00', '750.00', '0.00', '150.00'], self: '100.00' },
    // And the new year goes on where it stood: A 2 000 → 6 000, still below 6 500.
    { all: '20 000.00', dischargedOn: '2019-01-02', pays: ['16 000.00', '0.00', '2 800.00', '0.00'], self: '1 200.00' },
  ]));

test('ordinary: deductibles at every stay, critical illness above 13 000, its cap of 250 000', () =>
  fuliang(madeUpPerson(102), [
    // (30 000 − 400) × 80 % = 23 680. A = 6 320 < 13 000.
    { all: '30 000.00', pays: ['23 680.00', '0.00', '0.00', '0.00'], self: '6 320.00' },
    // (40 000 − 600) × 60 % = 23 640. A 6 320 → 22 680: 9 680 × 50 % = 4 840.
    { hospital: 'H3', all: '40 000.00', pays: ['23 640.00', '4 840.00', '0.00', '0.00'], self: '11 520.00' },
    // (100 000 − 100) × 90 % = 89 910, cap left 52 680. A 22 680 → 70 000: 40 320 × 50 % + 7 000 × 60 % = 24 360.
    { hospital: 'H1', all: '100 000.00', pays: ['52 680.00', '24 360.00', '0.00', '0.00'], self: '22 960.00' },
    // A 70 000 → 1 070 000: 43 000 × 60 % + 957 000 × 70 % = 695 700; cap left 250 000 − 4 840 − 24 360 = 220 800.
    { all: '1 000 000.00', pays: ['0.00', '220 800.00', '0.00', '0.00'], self: '779 200.00' },
    { all: '100.00', pays: ['0.00', '0.00', '0.00', '0.00'], self: '100.00' },
  ]));

test('the category is that of the discharge date, also when the discharge is older than one already recorded', () =>
  fuliang(
    madeUpPerson(103, {
      categories: [
        { category: 'low-income', from: '2017-01-01', to: '2018-06-30' },
        { category: 'destitute', from: '2018-09-01' },
      ],
    }),
    [
      // Low-income on its last day: 8 000; A = 2 000; 2 000 × 70 % = 1 400; 600 < 1 000.
      { all: '10 000.00', dischargedOn: '2018-06-30', pays: ['8 000.00', '0.00', '1 400.00', '0.00'], self: '600.00' },
      // Ordinary the day after: (10 000 − 400) × 80 % = 7 680; A 2 000 → 4 320.
      { all: '10 000.00', dischargedOn: '2018-07-01', pays: ['7 680.00', '0.00', '0.00', '0.00'], self: '2 320.00' },
      // Destitute from its first day: A 4 320 → 6 320 < 6 500; assistance takes all.
      { all: '10 000.00', dischargedOn: '2018-09-01', pays: ['8 000.00', '0.00', '2 000.00', '0.00'], self: '0.00' },
      // A 6 320 → 8 320: 1 820 × 55 % = 1 001.
      { all: '10 000.00', dischargedOn: '2018-09-02', pays: ['8 000.00', '1 001.00', '999.00', '0.00'], self: '0.00' },
      // Older, ordinary, recorded now: A 8 320 → 10 640 < 13 000. Nothing paid before changes.
      { all: '10 000.00', dischargedOn: '2018-07-02', pays: ['7 680.00', '0.00', '0.00', '0.00'], self: '2 320.00' },
      // Destitute again: (12 640 − 6 500) × 55 % − (10 640 − 6 500) × 55 % = 2 000 × 55 % = 1 100.
      { all: '10 000.00', dischargedOn: '2018-10-01', pays: ['8 000.00', '1 100.00', '900.00', '0.00'], self: '0.00' },
    ],
  ));

test('of several categories each line takes the one that pays most; the working names it', async () => {
  const from = '2016-01-01';
  const person = madeUpPerson(104, {
    categories: [
      { category: 'registered-poor', from },
      { category: 'orphan', from },
      { category: 'disabled', from },
    ],
  });
  await system.client.register(person);
  // Orphan counts in assistance alone, where it pays 100 % of 2 000 instead of 70 %.
  const settled = await system.client.settle(
    dischargeOf(person, { encounterNo: 'YEAR-MANY', bill: inScopeBill(yuan('10 000.00')) }),
  );
  expect(outcomeOf(settled).lines).toEqual([
    'basic 8 000.00',
    'critical-illness 0.00',
    'assistance 2 000.00',
    'fifth-line 0.00',
    'free-treatment 0.00',
  ]);
  const named = settled.shares.map(({ workings }) => workings.find(({ step }) => step === 'category')?.label);
  expect(named).toEqual([
    '按此类别计算：建档立卡',
    '按此类别计算：建档立卡',
    '按此类别计算：孤儿',
    '按此类别计算：建档立卡',
    '按此类别计算：建档立卡',
  ]);
});

describe('out of area: 20 000, of it A 10 000, B 8 000 (10 %), C 2 000; 17 200 before the area’s share; level 3', () => {
  const bill = {
    totalFen: yuan('20 000.00'),
    lines: [
      { code: 'A', class: 'A' as const, amountFen: yuan('10 000.00') },
      { code: 'B', class: 'B' as const, amountFen: yuan('8 000.00') },
      { code: 'C', class: 'C' as const, amountFen: yuan('2 000.00') },
    ],
  };
  test.each([
    // 10 %: 15 480 in scope. (15 480 − 600) × 60 % = 8 928. A = 6 552: 52 × 55 % = 28.60. 6 523.40 × 70 % = 4 566.38.
    // Left 1 957.02 + 4 520 = 6 477.02 − 2 000.
    ['HPROVINCE', 'referred', '15 480.00', ['8 928.00', '28.60', '4 566.38', '4 477.02']],
    // 15 %: 14 620. 14 020 × 60 % = 8 412. A = 6 208. 6 208 × 70 % = 4 345.60. 1 862.40 + 5 380 − 2 000 = 5 242.40.
    ['HPROVINCE', 'unreferred-in-province', '14 620.00', ['8 412.00', '0.00', '4 345.60', '5 242.40']],
    // 20 %: 13 760. 13 160 × 60 % = 7 896. A = 5 864; × 70 % = 4 104.80. 1 759.20 + 6 240 − 2 000 = 5 999.20.
    ['HFAR', 'unreferred-out-of-province', '13 760.00', ['7 896.00', '0.00', '4 104.80', '5 999.20']],
    // As at home: 17 200. 16 600 × 60 % = 9 960. A = 7 240: 740 × 55 % = 407. 6 833 × 70 % = 4 783.10. 2 049.90 + 2 800 − 2 000.
    ['HPROVINCE', 'living-elsewhere', '17 200.00', ['9 960.00', '407.00', '4 783.10', '2 849.90']],
    ['HFAR', 'referred', '15 480.00', ['8 928.00', '28.60', '4 566.38', '4 477.02']],
  ] as const)('%s, %s', async (hospital, transfer, inScope, pays) => {
    const person = madeUpPerson(110 + encounters++, { category: 'registered-poor' });
    await system.client.register(person);
    const settled = await system.client.settle(
      dischargeOf(person, { hospital, transfer, bill, encounterNo: `AREA-${encounters++}` }),
    );
    expect(outcomeOf(settled)).toEqual({
      inScope,
      lines: [
        ...['basic', 'critical-illness', 'assistance', 'fifth-line'].map((line, index) => `${line} ${pays[index]}`),
        'free-treatment 0.00',
      ],
      hospital: '0.00',
      self: '2 000.00',
    });
  });
});

test('a summary in place of lines; and every rounding at its place', () =>
  fuliang(madeUpPerson(105, { category: 'registered-poor' }), [
    // 10 000 − 1 000 − 500 − 333.33 = 8 166.67. × 80 % = 6 533.336 → 6 533.34. A = 1 633.33; × 70 % = 1 143.331 → 1 143.33.
    // Left 490 + 1 833.33 = 2 323.33; limit 1 000: 1 323.33.
    {
      bill: {
        totalFen: yuan('10 000.00'),
        summary: { outOfCatalogueFen: yuan('1 000.00'), overLimitFen: yuan('500.00'), firstSelfPayFen: yuan('333.33') },
      },
      pays: ['6 533.34', '0.00', '1 143.33', '1 323.33'],
      self: '1 000.00',
    },
    // Three lines of class B of 5 fen: each 0.5 → 1 fen, so 3 out of 15, and 12 in scope. 12 × 80 % = 9.6 → 10. 2 × 70 % = 1.4 → 1.
    // Left 1 + 3 = 4; the limit of 1.5 fen rounds down to 1: the fifth line pays 3.
    {
      bill: { totalFen: 15, lines: [1, 2, 3].map((code) => ({ code: `B${code}`, class: 'B' as const, amountFen: 5 })) },
      pays: ['0.10', '0.00', '0.01', '0.03'],
      self: '0.01',
    },
  ]));

describe('Chongqing 2023', () => {
  const chongqing = (person: PersonBody, stays: readonly Stay[]): Promise<void> => expectYear(person, ['tilt'], stays);
  const on = '2023-05-01';

  test('low-income: half a deductible of 16 901, the tilt’s threshold once a year and its cap of 20 000', () =>
    chongqing(madeUpPerson(106, { region: '500112', category: 'low-income' }), [
      // (50 000 − 800) × 50 % = 24 600. A = 25 400: (25 400 − 8 450.50) × 65 % = 11 017.175 → .18. 14 382.82 × 70 % = 10 067.974 → .97.
      // (4 314.85 − 3 500) × 70 % = 570.395 → 570.40.
      {
        hospital: 'CQ3',
        all: '50 000.00',
        dischargedOn: on,
        pays: ['24 600.00', '11 017.18', '10 067.97', '570.40'],
        self: '3 744.45',
      },
      // (30 000 − 300) × 70 % = 20 790. 9 210 × 65 % = 5 986.50. 3 223.50 × 70 % = 2 256.45. 967.05 × 70 % = 676.935 → .94.
      {
        hospital: 'CQ2',
        all: '30 000.00',
        dischargedOn: on,
        pays: ['20 790.00', '5 986.50', '2 256.45', '676.94'],
        self: '290.11',
      },
      // (400 000 − 100) × 80 % = 319 920. 80 080 × 65 % = 52 052. 28 028 × 70 % = 19 619.60. 8 408.40 × 70 % = 5 885.88.
      {
        hospital: 'CQ1',
        all: '400 000.00',
        dischargedOn: on,
        pays: ['319 920.00', '52 052.00', '19 619.60', '5 885.88'],
        self: '2 522.52',
      },
      // (500 000 − 800) × 50 % = 249 600. 250 400 × 65 % = 162 760. 87 640 × 70 % = 61 348. 26 292 × 70 % = 18 404.40,
      // but 20 000 − 570.40 − 676.94 − 5 885.88 = 12 866.78 is left.
      {
        hospital: 'CQ3',
        all: '500 000.00',
        dischargedOn: on,
        pays: ['249 600.00', '162 760.00', '61 348.00', '12 866.78'],
        self: '13 425.22',
      },
    ]));

  test('marginal: the whole deductible, and a threshold of 3 000 filled by two stays', () =>
    chongqing(madeUpPerson(107, { region: '500112', category: 'marginal' }), [
      // (20 000 − 100) × 80 % = 15 920. A = 4 080. × 70 % = 2 856. 1 224 is below 3 000 and counts towards it.
      { hospital: 'CQ1', all: '20 000.00', dischargedOn: on, pays: ['15 920.00', '0.00', '2 856.00', '0.00'], self: '1 224.00' },
      // 23 920. A 4 080 → 10 160. 6 080 × 70 % = 4 256. (1 824 − 1 776) × 60 % = 28.80.
      { hospital: 'CQ1', all: '30 000.00', dischargedOn: on, pays: ['23 920.00', '0.00', '4 256.00', '28.80'], self: '1 795.20' },
    ]));
});
