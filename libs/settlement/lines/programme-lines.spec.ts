/** Lines on a case that falls under a programme of its disease: what the hospital bears, and what the workings name. */
import { type Line, type Pack } from '@oss/policy';
import { settleAlone } from '../settle-alone';
import { type Case, inputOf, packOf, settleAll } from '../testing';
import { EMPTY_YEAR } from '../year/benefit-year';

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
describe('a disease of the pack’s programmes', () => {
  const programme = (id: string, kind: string, more: object = {}) => ({
    id,
    label: id,
    kind,
    careTypes: ['inpatient'],
    diseases: [{ label: '胃癌', icd10: ['C16'], ...more }],
  });
  const items = [
    { id: 'list', label: '康复', for: { oneOf: ['destitute'] }, items: [{ name: '运动疗法', codes: { value: ['x'] } }] },
  ];
  const hospital = (shape: 'price-limit' | 'fixed-amount'): Line => ({ id: shape, label: shape, payer: 'hospital', shape });
  const pack = packOf(
    [
      hospital('fixed-amount'),
      hospital('price-limit'),
      rated([
        { when: { programmes: ['named'] }, parts: [{ base: 'in-scope-rest', rate: { value: 5_000 } }] },
        { when: { programmes: ['limit'] }, parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] },
        { parts: [{ base: 'in-scope-rest', rate: { value: 1_000 } }] },
      ]),
    ],
    {
      programmes: [
        { ...programme('limit', 'price-limit', { amount: { value: 100_000 } }), categories: ['destitute'] },
        programme('named', 'named'),
        programme('other', 'named'),
      ],
      admittedItems: items,
    },
  );
  const NOTHING = { accounts: [], paidFen: 0, workings: [{ fen: 0, step: 'nothing' }] };

  it('its amount bears the excess; the first line tells first what does not apply and what was let in', () => {
    const lines = [
      { code: 'a', class: 'A', amountFen: 80_000 },
      { code: 'x', class: 'C', amountFen: 60_000 },
    ] as const;
    expect(sharesOf(pack, { lines, categories: ['destitute'] })).toEqual([
      {
        ...NOTHING,
        workings: [
          { fen: 0, ref: 'programmes/named', step: 'other-programme' },
          { fen: 0, ref: 'programmes/other', step: 'other-programme' },
          { fen: 20_000, ref: 'admittedItems/list', step: 'admitted' },
          { fen: 0, step: 'nothing' },
        ],
      },
      {
        accounts: [{ afterFen: 40_000, beforeFen: 0, name: 'price-limit.paid' }],
        paidFen: 40_000,
        workings: [
          { fen: 100_000, ref: 'programmes/limit', step: 'programme' },
          { fen: 40_000, ofFen: 140_000, step: 'excess' },
        ],
      },
      {
        accounts: [{ afterFen: 80_000, beforeFen: 0, name: 'basic.paid' }],
        paidFen: 80_000,
        workings: [
          { fen: 0, ref: 'destitute', step: 'category' },
          { fen: 100_000, ref: 'programmes/limit', step: 'programme' },
          { fen: 100_000, ref: 'in-scope-rest', step: 'base' },
          { bp: 8_000, fen: 80_000, ofFen: 100_000, ref: 'lines/basic/rules/1/parts/0/rate', step: 'rate' },
        ],
      },
    ]);
  });

  it('without an amount the hospital bears nothing and the working of the line names the programme', () => {
    const told = sharesOf(pack, { totalFen: 100_000 });
    expect(told.map(({ paidFen }) => paidFen)).toEqual([0, 0, 50_000]);
    expect(told.map(({ workings }) => workings[0])).toEqual([
      { fen: 0, ref: 'programmes/other', step: 'other-programme' },
      { fen: 0, step: 'nothing' },
      { fen: 0, ref: 'programmes/named', step: 'programme' },
    ]);
  });

  it('of another person names none', () => {
    const told = sharesOf(pack, { totalFen: 100_000, diagnosis: 'J18.9' });
    expect(told).toEqual([
      NOTHING,
      NOTHING,
      {
        accounts: [{ afterFen: 10_000, beforeFen: 0, name: 'basic.paid' }],
        paidFen: 10_000,
        workings: [
          { fen: 100_000, ref: 'in-scope-rest', step: 'base' },
          { bp: 1_000, fen: 10_000, ofFen: 100_000, ref: 'lines/basic/rules/2/parts/0/rate', step: 'rate' },
        ],
      },
    ]);
  });

  it('a fixed amount is all that is in scope; the hospital bears what is above', () => {
    const fixed = packOf([hospital('fixed-amount'), rated([{ parts: [{ base: 'total', rate: { value: 8_000 } }] }])], {
      programmes: [programme('fixed', 'fixed-amount', { amount: { value: 60_000 } })],
    });
    const settled = settleAll(fixed, [{ totalFen: 100_000, outOfCatalogueFen: 30_000 }, { totalFen: 50_000 }]);
    expect(settled.map(({ paid, selfPayFen, hospitalFen }) => [paid, selfPayFen, hospitalFen])).toEqual([
      [[40_000, 48_000], 12_000, 40_000],
      [[0, 40_000], 10_000, 0],
    ]);
    const result = settleAlone(inputOf(fixed, { totalFen: 100_000, outOfCatalogueFen: 30_000 }), EMPTY_YEAR);
    expect('settled' in result && result.settled.scope).toEqual({
      areaSelfPayFen: 0,
      classBSelfPayFen: 0,
      hospitalExcessFen: 40_000,
      inScopeFen: 60_000,
      outOfCatalogueFen: 0,
      overLimitFen: 0,
      programme: { amountFen: 60_000, disease: '胃癌', id: 'fixed' },
      totalFen: 100_000,
    });
  });
});

it('a base out of scope leaves out what the hospital bears of a disease', () => {
  const limited = packOf(
    [
      { id: 'ceiling', label: '限价', payer: 'hospital', shape: 'price-limit' },
      rated([
        {
          parts: [
            { base: 'out-of-scope', rate: { value: 5_000 } },
            { base: 'total', rate: { value: 1_000 } },
          ],
        },
      ]),
    ],
    {
      programmes: [
        {
          id: 'limit',
          label: '限价',
          kind: 'price-limit',
          careTypes: ['inpatient'],
          diseases: [{ label: '胃癌', icd10: ['C16'], amount: { value: 100_000 } }],
        },
      ],
    },
  );
  // 1 500: 500 to the hospital, of the 700 out of the catalogue 200 are left, half of them; then 10 % of 1 000.
  expect(settleAll(limited, [{ totalFen: 150_000, outOfCatalogueFen: 70_000 }])[0]?.paid).toEqual([50_000, 20_000]);
});
