/** What a line leaves behind beside its amount: every step of its workings and every account that it moves, whole. */
import { compilePack, type Line, type Pack } from '@oss/policy';
import { settleAlone } from '../settle-alone';
import { type Case, inputOf, packOf } from '../testing';
import { EMPTY_YEAR } from '../year/benefit-year';
import { decideLine } from './decide-line';
import type { LineInput } from './line-input';

const rated = (rules: Line['rules'], more: Partial<Line> = {}): Line => ({
  id: 'basic',
  label: '基本医保',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules,
  ...more,
});

/** The shares of a case that is the year's first. */
function sharesOf(pack: Pack, given: Case) {
  const result = settleAlone(inputOf(pack, given), EMPTY_YEAR);
  if ('refused' in result) throw new Error(result.refused.map(({ code }) => code).join());
  return result.facts.shares.map(({ accounts, paidFen, workings }) => ({ accounts, paidFen, workings }));
}
const PART = 'lines/basic/rules/0/parts/0';

it('a year account in bands: category, deductible by its factor, points added, the bands that hold something, their sum', () => {
  const pack = packOf([
    rated(
      [
        {
          when: { categories: ['destitute'] },
          parts: [
            {
              base: { accumulator: 'borne' },
              deductible: { amount: { value: 20_000 }, factor: { value: 5_000 } },
              ratePlus: { value: 500 },
              bands: {
                measuredFrom: { value: 'after-deductible' },
                steps: [
                  { upTo: { value: 1_000 }, rate: { value: 0 } },
                  { upTo: { value: 30_000 }, rate: { value: 5_000 } },
                  { upTo: { value: 90_000 }, rate: { value: 6_000 } },
                  { rate: { value: 9_900 } },
                ],
              },
            },
          ],
          capPerYear: { value: 50_000 },
        },
        { nothing: '不享受' },
      ],
      { accumulates: [{ account: 'borne', label: '累计' }] },
    ),
  ]);
  // 500.00 above 100.00: 10.00 at nothing (no points are added to nothing), 290.00 × 55 % + 100.00 × 65 % = 159.50 + 65.00.
  expect(sharesOf(pack, { totalFen: 50_000, categories: ['destitute'] })).toEqual([
    {
      accounts: [
        { afterFen: 50_000, beforeFen: 0, name: 'borne' },
        { afterFen: 22_450, beforeFen: 0, name: 'basic.paid' },
      ],
      paidFen: 22_450,
      workings: [
        { fen: 0, ref: 'destitute', step: 'category' },
        { account: 'borne', fen: 50_000, ofFen: 0, step: 'accumulated' },
        { bp: 5_000, fen: 10_000, ofFen: 20_000, ref: `${PART}/deductible/factor`, step: 'deductible-factor' },
        { fen: 10_000, ref: `${PART}/deductible`, step: 'deductible' },
        { bp: 500, fen: 0, ref: `${PART}/ratePlus`, step: 'rate-plus' },
        { bp: 0, fen: 0, ofFen: 1_000, ref: `${PART}/bands/0/rate`, step: 'band' },
        { bp: 5_500, fen: 15_950, ofFen: 29_000, ref: `${PART}/bands/1/rate`, step: 'band' },
        { bp: 6_500, fen: 6_500, ofFen: 10_000, ref: `${PART}/bands/2/rate`, step: 'band' },
        { fen: 22_450, step: 'sum' },
        { fen: 50_000, ofFen: 50_000, ref: 'lines/basic/rules/0/capPerYear', step: 'cap' },
      ],
    },
  ]);
  // 1 000.00: the last band at 99 % + 5 points is paid whole, not above 100 %: 159.50 + 600.00 × 65 % + nothing.
  expect(sharesOf(pack, { totalFen: 101_000, categories: ['destitute'] })[0]?.workings.at(-3)).toEqual({
    bp: 10_000,
    fen: 1_000,
    ofFen: 1_000,
    ref: `${PART}/bands/3/rate`,
    step: 'band',
  });
  expect(sharesOf(pack, { totalFen: 50_000 })).toEqual([
    {
      accounts: [{ afterFen: 50_000, beforeFen: 0, name: 'borne' }],
      paidFen: 0,
      workings: [{ fen: 0, ref: 'lines/basic/rules/1/nothing', step: 'nothing' }],
    },
  ]);
});

it('parts with names, a yearly deductible of each, a bound: what is left of the bases', () => {
  const pack = packOf([
    rated([
      {
        parts: [
          {
            label: '目录内',
            base: 'in-scope',
            deductible: { period: { value: 'year' }, amount: { value: 10_000 } },
            rate: { value: 8_000 },
          },
          {
            label: '全部',
            base: 'rest',
            deductible: { period: { value: 'year' }, amount: { value: 0 } },
            rate: { value: 10_000 },
          },
        ],
      },
    ]),
  ]);
  // (800 − 100) × 80 % = 560, then 1 000 wanted of the 240 + 200 that are left.
  expect(sharesOf(pack, { totalFen: 100_000, outOfCatalogueFen: 20_000 })).toEqual([
    {
      accounts: [
        { afterFen: 10_000, beforeFen: 0, name: 'basic.deductible' },
        { afterFen: 100_000, beforeFen: 0, name: 'basic.paid' },
      ],
      paidFen: 100_000,
      workings: [
        { fen: 0, ref: PART, step: 'part' },
        { fen: 80_000, ref: 'in-scope', step: 'base' },
        { fen: 10_000, ref: `${PART}/deductible`, step: 'deductible' },
        { bp: 8_000, fen: 56_000, ofFen: 70_000, ref: `${PART}/rate`, step: 'rate' },
        { fen: 0, ref: 'lines/basic/rules/0/parts/1', step: 'part' },
        { fen: 100_000, ref: 'rest', step: 'base' },
        { fen: 0, ref: 'lines/basic/rules/0/parts/1/deductible', step: 'deductible' },
        { bp: 10_000, fen: 100_000, ofFen: 100_000, ref: 'lines/basic/rules/0/parts/1/rate', step: 'rate' },
        { fen: 44_000, ofFen: 100_000, step: 'bounded' },
      ],
    },
  ]);
});

it('the cap of several parts is one: the second gets what the first left of it', () => {
  const part = (base: 'in-scope-rest' | 'out-of-scope-rest') => ({ base, rate: { value: 10_000 } });
  const pack = packOf([rated([{ parts: [part('out-of-scope-rest'), part('in-scope-rest')], capPerStay: { value: 50_000 } }])]);
  const result = settleAlone(inputOf(pack, { totalFen: 100_000, outOfCatalogueFen: 20_000 }), EMPTY_YEAR);
  if ('refused' in result) throw new Error('refused');
  expect(result.facts.shares.map(({ inScopeFen, outOfScopeFen }) => [inScopeFen, outOfScopeFen])).toEqual([[30_000, 20_000]]);
});

it('of several categories the one that pays most, in scope and outside together; on a tie the first of the pack', () => {
  const of = (category: 'destitute' | 'low-income', base: 'in-scope-rest' | 'rest', value: number) => ({
    when: { categories: [category] },
    parts: [{ base, rate: { value } }],
  });
  const named = (pack: Pack) =>
    sharesOf(pack, { totalFen: 100_000, outOfCatalogueFen: 60_000, categories: ['low-income', 'destitute'] }).map(
      ({ paidFen, workings }) => [paidFen, workings[0]?.ref],
    );
  const rest = { nothing: '不享受' };
  const choosing = (first: number, second: number) =>
    named(packOf([rated([of('destitute', 'in-scope-rest', first), of('low-income', 'rest', second), rest])]));
  // 40 % of 400.00 of either kind of cost is 160.00.
  expect(choosing(4_000, 1_600)).toEqual([[16_000, 'destitute']]);
  expect(choosing(4_000, 1_601)).toEqual([[16_010, 'low-income']]);
  expect(choosing(4_001, 1_600)).toEqual([[16_004, 'destitute']]);
  expect(choosing(3_000, 5_000)).toEqual([[50_000, 'low-income']]);
});

describe('a broken invariant is thrown', () => {
  const pack = packOf(
    [
      { id: 'ceiling', label: '限价', payer: 'hospital', shape: 'price-limit' },
      rated([{ parts: [{ base: 'total', rate: { value: 1_000 } }] }]),
    ],
    {
      programmes: [
        {
          id: 'limit',
          label: '限价',
          kind: 'price-limit',
          careTypes: ['inpatient'],
          diseases: [{ label: '胃癌', icd10: ['C16'], amount: { value: 1 } }],
        },
      ],
    },
  );
  const input: LineInput = {
    scope: {
      areaSelfPayFen: 0,
      classBSelfPayFen: 0,
      hospitalExcessFen: 6,
      inScopeFen: 1,
      outOfCatalogueFen: 0,
      overLimitFen: 0,
      programme: { amountFen: 1, disease: '胃癌', id: 'limit' },
      totalFen: 7,
    },
    date: '2018-03-19',
    inScopeRestFen: 1,
    outOfScopeRestFen: 5,
    hospitalFen: 0,
    accounts: {},
    cutOffs: {},
    siblings: { inScopeFen: 0, outOfScopeFen: 0, accountsBefore: {} },
  };
  const context = {
    careType: 'inpatient',
    level: 2,
    transfer: 'none',
    designated: true,
    programme: 'limit',
    amountSet: true,
    ageMonths: null,
  } as const;

  it('where the hospital would bear more than is left', () => {
    const [entry] = pack.chains.inpatient ?? [];
    if (entry === undefined) throw new Error('no line');
    expect(() => decideLine(entry, pack, [], context, input)).toThrow('line ceiling would pay 0 + 6 of 1 + 5 fen');
    expect(decideLine(entry, pack, [], context, { ...input, outOfScopeRestFen: 6 })).toMatchObject({ paidFen: 6 });
  });

  it('where a pack that was not checked says neither how much nor above what', () => {
    const empty = (line: object): Pack =>
      compilePack({ ...pack.content, lines: [line as Line], care: { inpatient: { chain: ['basic'] } } });
    const deciding = (line: object) => () => {
      const broken = empty(line);
      const [entry] = broken.chains.inpatient ?? [];
      if (entry === undefined) throw new Error('no line');
      return decideLine(entry, broken, [], context, input);
    };
    expect(deciding(rated([{ parts: [{ base: 'total' }] } as never]))).toThrow(
      `part ${PART} has neither rate nor bands: check the pack`,
    );
    expect(deciding(rated([{}], { shape: 'top-up' }))).toThrow('top-up rule lines/basic/rules/0 has no limit: check the pack');
  });
});
