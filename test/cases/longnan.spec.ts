/** Longnan 2020, the second county, to the fen: every line, category, cap and place; amounts worked out by hand. */
import { builtInPacks } from '../../apps/hospital-gateway/policy/pack-files';
import { type Case, settleAll } from '../../libs/settlement/testing';

const pack = builtInPacks().find(({ pack: { region } }) => region === '360783')!.pack;
const on = { date: '2020-06-15', diagnosis: 'J18.9' } as const;

/** Basic, critical illness, supplementary, hospital, assistance; then what the patient pays. */
function paysOf(...cases: Case[]): (readonly number[])[] {
  return settleAll(
    pack,
    cases.map((each) => ({ ...on, ...each })),
  ).map(({ paid, selfPayFen }) => [...paid, selfPayFen]);
}

test('the chain, and 90 / 80 / 60 % with 600 at level 3 alone, for everybody', () => {
  expect(pack.chains.inpatient?.map(({ line, payer }) => `${line} ${payer}`)).toEqual([
    'basic basic-insurance',
    'critical-illness critical-illness',
    'supplementary supplementary-insurance',
    'hospital hospital',
    'assistance medical-assistance',
  ]);
  const levels = ([1, 2, 3] as const).map((level) => paysOf({ totalFen: 100_001, level })[0]);
  // 1 000.01 × 90 % = 900.009; × 80 % = 800.008; (1 000.01 − 600) × 60 % = 240.006. Ordinary persons have nothing else.
  expect(levels).toEqual([
    [90_001, 0, 0, 0, 0, 10_000],
    [80_001, 0, 0, 0, 0, 20_000],
    [24_001, 0, 0, 0, 0, 76_000],
  ]);
});

test('registered poor: in scope 90 % of the rest, out of scope 75 % and the hospital 5 %, assistance 70 %', () => {
  // Level 3, in scope 60 000, outside 10 000.10. Basic (60 000 − 600) × 60 % = 35 640. A = 24 360: (24 360 − 6 500) × 65 % = 11 609.
  // Left 12 751: × 90 % = 11 475.90. 10 000.10 × 75 % = 7 500.075 → .08; × 5 % = 500.005 → .01. 1 275.10 × 70 % = 892.57.
  const stay = { totalFen: 7_000_010, outOfCatalogueFen: 1_000_010, level: 3, categories: ['registered-poor'] } as const;
  expect(paysOf(stay)).toEqual([[3_564_000, 1_160_900, 1_897_598, 50_001, 89_257, 238_254]]);
});

test('destitute and orphan 100 %, low-income 80 %, of several the best; expenditure-poor above 20 000 in the year', () => {
  // Level 2, 10 000: basic 8 000; A 2 000 < 6 500; 1 800; 200 left.
  const stay = (...categories: NonNullable<Case['categories']>): Case => ({ totalFen: 1_000_000, categories });
  const rest = (...categories: NonNullable<Case['categories']>) => paysOf(stay(...categories))[0]?.slice(2);
  expect(rest('destitute')).toEqual([180_000, 0, 20_000, 0]);
  expect(rest('orphan')).toEqual([180_000, 0, 20_000, 0]);
  expect(rest('low-income')).toEqual([180_000, 0, 16_000, 4_000]);
  expect(rest('registered-poor')).toEqual([180_000, 0, 14_000, 6_000]);
  expect(rest('low-income', 'registered-poor')).toEqual([180_000, 0, 16_000, 4_000]);
  expect(rest('expenditure-poor')).toEqual([180_000, 0, 0, 20_000]);
  // Categories that the page does not name are ordinary.
  expect(rest('disabled', 'marginal')).toEqual([0, 0, 0, 200_000]);
});

test('expenditure-poor: what the three lines left is added up over the year', () => {
  // 2 000 000: basic 100 000 (cap). A 1 900 000: 1 893 500 × 65 % = 1 230 775. Left 669 225 × 90 % = 602 302.50, cap 250 000.
  // Left 419 225, above 20 000: 399 225 × 50 % = 199 612.50, cap 30 000.
  const person = { categories: ['expenditure-poor'] } as const;
  expect(paysOf({ totalFen: 200_000_000, ...person })).toEqual([[10_000_000, 123_077_500, 25_000_000, 0, 3_000_000, 38_922_500]]);
  // With supplementary used up, 100 000 leave 35 000; 15 000 above the threshold at 50 % when the year begins with 20 000 there.
  const settled = settleAll(pack, [
    { ...on, totalFen: 20_000_000, ...person },
    { ...on, totalFen: 20_000_000, ...person },
  ]);
  // First: 100 000; A 100 000: 93 500 × 65 % = 60 775; 39 225 × 90 % = 35 302.50; 3 922.50 borne. Second: A 100 000 → 300 000:
  // 130 000; 70 000 × 90 % = 63 000; 7 000: borne 10 922.50, below 20 000.
  expect(settled.map(({ paid }) => paid)).toEqual([
    [10_000_000, 6_077_500, 3_530_250, 0, 0],
    [0, 13_000_000, 6_300_000, 0, 0],
  ]);
  expect(settled[1]?.accounts).toMatchObject({ 'in-scope-rest': 1_092_250, 'in-scope-borne': 30_000_000 });
});

test('expenditure-poor at the threshold: one fen above 20 000 is half a fen', () => {
  const borne = (totalFen: number) => paysOf({ totalFen, categories: ['expenditure-poor'] })[0]?.[4];
  // T above 500 000: basic 100 000; A = T − 100 000; left after 65 %: 0.35 A + 4 225; × 10 % is borne until supplementary's cap:
  // A = 559 357.14: 0.35 A + 4 225 = 200 000.00 → borne 20 000.00.
  expect([borne(65_935_714), borne(65_935_734)]).toEqual([0, 1]);
});

test('the cap of 250 000 cuts what is out of scope first; the hospital bears its 5 % of the same base all the same', () => {
  // In scope 10 000, outside 400 000. Basic 8 000; 1 800; 300 000 of which 248 200 are left; hospital 20 000; 200 × 70 % = 140.
  const stay = { totalFen: 41_000_000, outOfCatalogueFen: 40_000_000, categories: ['registered-poor'] } as const;
  expect(paysOf(stay, { ...stay, totalFen: 2_000_000, outOfCatalogueFen: 1_000_000 })).toEqual([
    [800_000, 0, 25_000_000, 2_000_000, 14_000, 13_186_000],
    // Nothing of the cap is left: hospital 500; 2 000 × 70 % = 1 400; left 600 + 9 500.
    [800_000, 0, 0, 50_000, 140_000, 1_010_000],
  ]);
});

test.each([
  // Level 3, 20 000 of which 2 000 class C: 18 000 less the area's share; the hospital bears its part at home alone.
  ['none', 0, 10_000],
  ['referred', 180_000, 0],
  ['unreferred-in-province', 270_000, 0],
  ['unreferred-out-of-province', 360_000, 0],
  ['living-elsewhere', 0, 0],
] as const)('%s: the area’s first self-pay is out of scope, and who bears 5 %%', (transfer, areaFen, hospitalFen) => {
  const [pays] = paysOf({ totalFen: 2_000_000, outOfCatalogueFen: 200_000, transfer, level: 3, categories: ['destitute'] });
  const inScopeFen = 1_800_000 - areaFen;
  expect(pays?.[0]).toBe(((inScopeFen - 60_000) * 6) / 10);
  expect(pays?.[3]).toBe(hospitalFen);
  // Destitute: nothing in scope is left; 75 % of the rest is paid.
  expect(pays?.[5]).toBe((200_000 + areaFen) / 4 - hospitalFen);
});

test('assistance caps: 50 000 for low-income, 30 000 for the registered poor', () => {
  // 1 000 000: basic 100 000; A 900 000: 893 500 × 65 % = 580 775; 319 225 × 90 % = 287 302.50 → 250 000; 69 225 left.
  const pays = (category: 'low-income' | 'registered-poor') => paysOf({ totalFen: 100_000_000, categories: [category] })[0]?.[4];
  expect([pays('low-income'), pays('registered-poor')]).toEqual([5_000_000, 3_000_000]);
});
