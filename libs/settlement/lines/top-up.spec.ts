/** Shape 2 beside its smallest examples (`shapes.spec.ts`): caps of a top-up, what a yearly limit measures, and its workings. */
import type { Line } from '@oss/policy';
import { settleAlone } from '../settle-alone';
import { inputOf, packOf, settleAll } from '../testing';
import { EMPTY_YEAR } from '../year/benefit-year';

const half: Line = {
  id: 'basic',
  label: '基本医保',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 5_000 } }] }],
};
const topUp = (rule: Line['rules'] extends readonly (infer R)[] | undefined ? R : never): Line => ({
  id: 'fifth',
  label: '第五道保障线',
  payer: 'fifth-line',
  shape: 'top-up',
  rules: [rule],
});

test('its caps, of the year and of the stay, leave the rest to the patient', () => {
  const capped = topUp({
    limit: { percentOf: 'total', rate: { value: 1_000 } },
    capPerYear: { value: 50_000 },
    capPerStay: { value: 30_000 },
  });
  const settled = settleAll(packOf([half, capped]), [{ totalFen: 50_000 }, { totalFen: 100_000 }, { totalFen: 100_000 }]);
  // Above the limit: 25 000 − 5 000, then 50 000 − 10 000 twice. The stay gives 30 000 at most, the year 50 000.
  expect(settled.map(({ paid, selfPayFen }) => [paid[1], selfPayFen])).toEqual([
    [20_000, 5_000],
    [30_000, 20_000],
    [0, 50_000],
  ]);
});

test('a yearly limit on the in-scope part counts nothing out of scope, in this case or in earlier ones', () => {
  const inScope = topUp({ limit: { perYear: { value: 60_000 } }, measures: 'in-scope-self-pay' });
  const bill = { totalFen: 170_000, outOfCatalogueFen: 70_000 };
  // In scope 100 000, of which 50 000 are left each time: 50 000, then 10 000 to the limit, then nothing.
  expect(settleAll(packOf([half, inScope]), [bill, bill, bill]).map(({ paid, selfPayFen }) => [paid[1], selfPayFen])).toEqual([
    [0, 120_000],
    [40_000, 80_000],
    [50_000, 70_000],
  ]);
});

test.each([
  ['self-pay', 'year.self-pay', 120_000, 240_000 - 60_000],
  ['in-scope-self-pay', 'year.in-scope-self-pay', 50_000, 100_000 - 60_000],
] as const)('the workings of a yearly limit on the %s name what was borne, before and now', (measures, account, borne, above) => {
  const pack = packOf([half, topUp({ limit: { perYear: { value: 60_000 } }, measures })]);
  const bill = { totalFen: 170_000, outOfCatalogueFen: 70_000 };
  const accounts = { 'year.self-pay': 120_000, 'year.in-scope-self-pay': 50_000 };
  const result = settleAlone(inputOf(pack, bill), { ...EMPTY_YEAR, accounts });
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  expect(result.facts.shares[1]!.workings).toEqual([
    { fen: borne, ref: measures, step: 'measured' },
    { fen: borne, ref: account, step: 'earlier-year' },
    { fen: 60_000, ref: 'lines/fifth/rules/0/limit', step: 'limit' },
    { fen: Math.min(borne, above), step: 'above-limit' },
  ]);
});

test('the workings of a share of the cost name what it is taken of, and round the limit down', () => {
  const pack = packOf([half, topUp({ limit: { percentOf: 'total', rate: { value: 1_000 } } })]);
  const result = settleAlone(inputOf(pack, { totalFen: 10_009 }), EMPTY_YEAR);
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  // 50.05 paid, half a fen up; 50.04 left; ⌊10.009⌋ = 10.00.
  expect(result.facts.shares[1]!.workings).toEqual([
    { fen: 5_004, ref: 'self-pay', step: 'measured' },
    { bp: 1_000, fen: 1_000, ofFen: 10_009, ref: 'lines/fifth/rules/0/limit', step: 'limit' },
    { fen: 4_004, step: 'above-limit' },
  ]);
});
