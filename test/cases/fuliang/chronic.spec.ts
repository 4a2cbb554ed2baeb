/** Outpatient chronic care in Fuliang (三(三)2), to the fen: both classes, poor and not, every cap's edge, every refusal. */
import { builtInPacks } from '../../../apps/hospital-gateway/policy/pack-files';
import { type Case, inputOf, settleAll } from '../../../libs/settlement/testing';
import { refusalsOf } from '../../../libs/settlement/settle-alone';

const pack = builtInPacks().find(({ pack: { region } }) => region === '360222')!.pack;
const poor = { categories: ['registered-poor'] } as const;
const visit = (chronicDisease: string, totalFen: number, more: Case = {}): Case => ({
  chronicDisease,
  totalFen,
  level: 2,
  ...more,
});
const paidOf = (...cases: Case[]): (readonly number[])[] => settleAll(pack, cases).map(({ paid }) => paid);

test('the chain of a visit; no fifth line on outpatient care', () => {
  expect(pack.chains['outpatient-chronic']?.map(({ line, payer }) => [line, payer])).toEqual([
    ['basic', 'basic-insurance'],
    ['chronic-band', 'critical-illness'],
    ['critical-illness', 'critical-illness'],
    ['assistance', 'medical-assistance'],
  ]);
});

test('90, 80, 60 % by level without deductible, half up; the rest of Class I enters A and goes to assistance', () => {
  // 100.01 × 90 % = 90.009; × 80 % = 80.008; × 60 % = 60.006. Assistance 70 % of 10.00, 20.00, 40.00.
  expect(paidOf(...([1, 2, 3] as const).map((level) => visit('D56.1', 10_001, { ...poor, level })))).toEqual([
    [9_001, 0, 0, 700],
    [8_001, 0, 0, 1_400],
    [6_001, 0, 0, 2_800],
  ]);
  const [, , third] = settleAll(
    pack,
    ([1, 2, 3] as const).map((level) => visit('D56.1', 10_001, { ...poor, level })),
  );
  expect(third?.accounts).toEqual({
    'assistance.paid': 4_900,
    'basic.chronic-1': 23_003,
    'in-scope-borne': 7_000,
    'year.in-scope-self-pay': 2_100,
    'year.self-pay': 2_100,
    'year.total': 30_003,
  });
});

test('Class I: basic until it has paid 60 000 in the year, then the carrier until 100 000 together, B rounded before it is split', () => {
  // 75 000.01 × 80 % = 60 000.008 → 60 000.01 = 60 000 + 0.01. Rest 15 000 = A: (15 000 − 6 500) × 55 % = 4 675; assistance 70 % of 10 325.
  // 50 000 × 80 % = 40 000, of which the band has 39 999.99 left. Rest 10 000.01: A 15 000 → 25 000.01: 8 500 → 18 500.01, × 55 % =
  // 5 500.0055 → 5 500.01; 4 500.00 × 70 %.
  expect(paidOf(visit('N18.5', 7_500_001, poor), visit('N18.5', 5_000_000, poor), visit('N18.5', 10_000, poor))).toEqual([
    [6_000_000, 1, 467_500, 722_750],
    [0, 3_999_999, 550_001, 315_000],
    // Nothing is left of either: 100 × 55 % = 55; 45 × 70 % = 31.50.
    [0, 0, 5_500, 3_150],
  ]);
});

test.each([
  // 60 000 exactly; one fen of cost more is 0.008 → 0.01 more of B.
  ['to the cap', 7_500_000, [6_000_000, 0]],
  ['one fen above it', 7_500_001, [6_000_000, 1]],
  ['to both caps', 12_500_000, [6_000_000, 4_000_000]],
  ['one fen above both', 12_500_001, [6_000_000, 4_000_000]],
])('Class I at its edges: %s', (_, totalFen, firstTwo) => {
  expect(paidOf(visit('C16.9', totalFen, poor))[0]?.slice(0, 2)).toEqual(firstTwo);
});

test('Class II: basic alone, 5 000 a person and year; nothing enters A', () => {
  // 5 000 × 80 % = 4 000; 2 000 × 80 % = 1 600, but 1 000 are left.
  const settled = settleAll(pack, [visit('B65.1', 500_000, poor), visit('A15.0', 200_000, poor), visit('G40.9', 100, poor)]);
  expect(settled.map(({ paid }) => paid)).toEqual([
    [400_000, 0, 0, 0],
    [100_000, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  expect(settled[2]?.accounts).toEqual({
    'basic.chronic-2': 500_000,
    'year.in-scope-self-pay': 200_100,
    'year.self-pay': 200_100,
    'year.total': 700_100,
  });
  expect(settled[0]?.steps.slice(2)).toEqual([
    ['category', 'programme', 'nothing'],
    ['category', 'programme', 'nothing'],
  ]);
});

test('who is not poor has the caps from before the notice, and no band', () => {
  // 20 000 × 80 % = 16 000 → 15 000; nothing above it. A 5 000 < 13 000. Class II: 3 750.01 × 80 % = 3 000.008 → 3 000.
  expect(paidOf(visit('D56.1', 2_000_000), visit('I11.0', 375_001), visit('I11.0', 100))).toEqual([
    [1_500_000, 0, 0, 0],
    [300_000, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
});

test('each class and the stays have accounts of their own; one who becomes poor goes on from what was paid', () => {
  const settled = settleAll(pack, [
    visit('D56.1', 2_000_000),
    { totalFen: 1_000_000, diagnosis: 'J18.9', ...poor },
    visit('D56.1', 6_000_000, poor),
    visit('G40.9', 1_000, poor),
  ]);
  // Ordinary 15 000; the stay 8 000, and A 5 000 → 7 000: 500 × 55 %; then 48 000 of which 45 000 are left, and 3 000 in the band.
  expect(settled.map(({ paid }) => paid.slice(0, 2))).toEqual([
    [1_500_000, 0],
    [800_000, 27_500],
    [4_500_000, 300_000],
    [800, 0],
  ]);
  expect(settled[3]?.accounts).toMatchObject({
    'basic.chronic-1': 6_000_000,
    'basic.chronic-2': 800,
    'basic.inpatient': 800_000,
  });
});

describe('refused', () => {
  const codesOf = (given: Case, approved: readonly string[] = [given.chronicDisease ?? '']): string[] => {
    const input = inputOf(pack, given);
    const approvedDiseases = approved.map((icd10) => ({ icd10, from: '2018-01-01', to: '2018-03-19' }));
    return refusalsOf({ ...input, person: { ...input.person!, approvedDiseases } }).map(({ code }) => code);
  };

  it('a disease that is not approved on the day, or is approved under another code', () => {
    expect(codesOf(visit('D56.1', 100))).toEqual([]);
    expect(codesOf(visit('D56.1', 100, { date: '2018-03-20' }))).toEqual(['chronic-disease-not-approved']);
    expect(codesOf(visit('D56.1', 100), ['D56.0'])).toEqual(['chronic-disease-not-approved']);
  });

  it('a disease that the pack does not list, whatever else was diagnosed, or not at that age', () => {
    expect(codesOf(visit('J18.9', 100, { diagnosis: 'D56.1' }))).toEqual(['chronic-disease-not-in-pack']);
    const child = { birthDate: '2004-03-20' };
    expect(codesOf(visit('E23.0', 100, child))).toEqual([]);
    // The fourteenth birthday.
    expect(codesOf(visit('E23.0', 100, { birthDate: '2004-03-19' }))).toEqual(['chronic-disease-not-in-pack']);
  });
});
