/**
 * Another province's law, given as a file in POLICY_DIR and nowhere in code: all five shapes, another order, two payers on
 * one line, a deductible once a year, a value that changes in mid-year, outpatient-chronic care. Amounts by hand, in yuan.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettlementView } from '@oss/settlement';
import { outcomeOf, yuan } from '../support/amounts';
import { type BillBody, dischargeOf, HOSPITALS, inScopeBill, madeUpPerson, mixedBill } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { NotStarted, startProcess } from '../support/real-process';

jest.setTimeout(60_000);
const PACKS = join(__dirname, 'packs');
const PACK = '520000-five-shapes-2019.yaml';
const directory = freshDirectory();
const poor = madeUpPerson(201, {
  region: '520102',
  category: 'low-income',
  approvedDiseases: [{ icd10: 'N18.0', from: '2019-01-01' }],
});
const ordinary = madeUpPerson(202, { region: '520102' });
let system: System;
let encounters = 0;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, policyDir: PACKS });
  const own = { region: '520102', level: 2, designated: true } as const;
  await system.client.registerHospitals({
    ...HOSPITALS,
    GZ2: { name: '甲院', ...own },
    GZPLAIN: { name: '乙院', ...own, designated: false },
  });
  for (const person of [poor, ordinary]) await system.client.register(person);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

interface Stay {
  readonly person?: typeof poor;
  readonly hospitalCode?: string;
  readonly on: string;
  readonly bill: BillBody;
  readonly diagnoses?: readonly string[];
}

const settle = ({ person = poor, hospitalCode = 'GZ2', on, bill, diagnoses = ['J18.9'] }: Stay): Promise<SettlementView> =>
  system.client.settle({
    ...dischargeOf(person, { encounterNo: `OWN-${encounters++}`, dischargedOn: on, bill, diagnoses }),
    hospitalCode,
  });

const LINES = [
  'fixed',
  'ceiling',
  'basic',
  'assistance',
  'critical-illness',
  'waiver',
  'supplementary',
  'top-up.fifth-line',
  'top-up.medical-assistance',
];
const paying = (...pays: string[]): string[] => LINES.map((line, index) => `${line} ${pays[index]}`);

test('assistance before critical illness, waiver, supplementary insurance, a top-up that two payers share', async () => {
  // 20 000 − 2 000 (C) − 600 (10 % of B before July) = 17 400. Basic (17 400 − 500) × 70 % = 11 830. Assistance 5 570 × 50 % = 2 785.
  // Critical illness finds 2 785: (2 785 − 2 000) × 50 % = 392.50. Waiver 2 600 × 10 % = 260. Supplementary: 2 392.50 × 90 % =
  // 2 153.25 is cut to 1 000. Left 1 392.50 + 2 340 = 3 732.50 − 1 000: 2 732.50, × 60 % = 1 639.50, the rest 1 093.
  const settled = await settle({ on: '2019-05-10', bill: mixedBill(yuan('12 000.00'), yuan('6 000.00'), yuan('2 000.00')) });
  expect(outcomeOf(settled)).toEqual({
    inScope: '17 400.00',
    lines: paying('0.00', '0.00', '11 830.00', '2 785.00', '392.50', '260.00', '1 000.00', '1 639.50', '1 093.00'),
    hospital: '260.00',
    self: '1 000.00',
  });
  const split = settled.shares.slice(-2).map(({ payer, inScopeFen, outOfScopeFen }) => [payer, inScopeFen, outOfScopeFen]);
  // The in-scope rest of 1 392.50 goes first, to the first payer.
  expect(split).toEqual([
    ['fifth-line', yuan('1 392.50'), yuan('247.00')],
    ['medical-assistance', 0, yuan('1 093.00')],
  ]);
});

test('the second stay: no deductible, class B at 20 % since July, a cap that ends, a limit per year that is used up', async () => {
  // 10 000 of B − 2 000 = 8 000 × 70 % = 5 600. 2 400 × 50 % = 1 200, but 3 000 − 2 785 = 215 is left. Borne 2 785 → 4 970: 2 185 × 50 %
  // = 1 092.50. Waiver 200. 1 092.50 × 90 % = 983.25, and of 1 800 × 50 % = 900 the cap leaves 16.75. Left 109.25 + 1 783.25 =
  // 1 892.50, all above the 1 000 borne already: × 60 % = 1 135.50, the rest 757.
  const settled = await settle({ on: '2019-07-01', bill: mixedBill(0, yuan('10 000.00'), 0) });
  expect(outcomeOf(settled)).toEqual({
    inScope: '8 000.00',
    lines: paying('0.00', '0.00', '5 600.00', '215.00', '1 092.50', '200.00', '1 000.00', '1 135.50', '757.00'),
    hospital: '200.00',
    self: '0.00',
  });
});

test('a fixed amount per disease: what is above it is the hospital’s', async () => {
  // 5 000 − 3 000 = 2 000. 3 000 × 70 % = 2 100. Borne 4 970 → 5 870: 450. 450 × 90 % = 405. 45: 27 + 18.
  const settled = await settle({ on: '2019-08-01', bill: inScopeBill(yuan('5 000.00')), diagnoses: ['K35.8'] });
  expect(outcomeOf(settled)).toEqual({
    inScope: '3 000.00',
    lines: paying('2 000.00', '0.00', '2 100.00', '0.00', '450.00', '0.00', '405.00', '27.00', '18.00'),
    hospital: '2 000.00',
    self: '0.00',
  });
});

test('a price limit per disease: class C gives way first, then the rest', async () => {
  // 6 000 − 4 000 = 2 000: the 1 000 of class C and 1 000 of class A. 4 000 × 70 % = 2 800, but 20 000 − 11 830 − 5 600 − 2 100 =
  // 470 of the basic cap is left. Borne 5 870 → 9 400: 1 765. 1 765 × 90 % is cut to 1 000. 765: 459 + 306.
  const settled = await settle({
    on: '2019-08-02',
    bill: mixedBill(yuan('5 000.00'), 0, yuan('1 000.00')),
    diagnoses: ['H25.1'],
  });
  expect(outcomeOf(settled)).toEqual({
    inScope: '4 000.00',
    lines: paying('0.00', '2 000.00', '470.00', '0.00', '1 765.00', '0.00', '1 000.00', '459.00', '306.00'),
    hospital: '2 000.00',
    self: '0.00',
  });
});

test('an undesignated hospital, for which this pack has a rule; a chronic visit', async () => {
  // (900 − 500) × 70 % = 280. 620 < 2 000. No waiver, no supplementary insurance, no top-up.
  const stay = await settle({
    person: ordinary,
    hospitalCode: 'GZPLAIN',
    on: '2019-05-10',
    bill: mixedBill(yuan('900.00'), 0, yuan('100.00')),
  });
  expect(outcomeOf(stay)).toEqual({
    inScope: '900.00',
    lines: paying('0.00', '0.00', '280.00', '0.00', '0.00', '0.00', '0.00', '0.00', '0.00'),
    hospital: '0.00',
    self: '720.00',
  });
  const visit = dischargeOf(poor, {
    encounterNo: 'OWN-V',
    dischargedOn: '2019-09-01',
    type: 'outpatient-chronic',
    chronicDisease: 'N18.0',
    diagnoses: ['N18.0'],
    bill: inScopeBill(yuan('100.00')),
  });
  expect(outcomeOf(await system.client.settle({ ...visit, hospitalCode: 'GZ2' }))).toEqual({
    inScope: '100.00',
    lines: ['chronic 80.00'],
    hospital: '0.00',
    self: '20.00',
  });
});

describe('the law in the log', () => {
  test('a settlement names its pack and digest; built-in counties settle beside it; a restart without POLICY_DIR settles on', async () => {
    const first = await settle({ person: ordinary, on: '2019-06-01', bill: inScopeBill(100) });
    expect(first.policy).toEqual({ pack: '520000/2019-01-01', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string });
    await system.stop();
    system = await inProcess({ dataDir: directory.path });
    const second = await settle({ person: ordinary, on: '2019-06-02', bill: inScopeBill(100) });
    expect(second.policy).toEqual(first.policy);
  });

  test('the same id with other content stops the start and names both', async () => {
    const own = join(directory.path, 'policies');
    mkdirSync(own);
    copyFileSync(join(PACKS, PACK), join(own, PACK));
    writeFileSync(
      join(own, PACK),
      readFileSync(join(own, PACK), 'utf8').replace('rate: { value: 7000, unit: bp }', 'rate: { value: 7100, unit: bp }'),
    );
    const digest = (await settle({ person: ordinary, on: '2019-06-03', bill: inScopeBill(100) })).policy.digest;
    await system.stop();
    const refused = await startProcess(directory.path, { POLICY_DIR: own }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NotStarted);
    const { ended, output } = refused as NotStarted;
    expect(ended).toEqual({ code: 2, signal: null });
    for (const said of ['pack 520000/2019-01-01 is adopted as', digest, join(own, PACK), 'Cure: '])
      expect(output).toContain(said);
    system = await inProcess({ dataDir: directory.path });
  });
});
