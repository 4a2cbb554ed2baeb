/** The five rule shapes, each on the smallest pack that shows it: exact amounts, worked out by hand in the comments. */
import type { Line } from '@oss/policy';
import { packOf, settleAll } from '../testing';

const basic80: Line = {
  id: 'basic',
  label: '基本医保',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
};

function line(more: Partial<Line>): Line {
  return { ...basic80, id: 'test', label: '测试', ...more };
}

describe('proportional', () => {
  it('takes a deductible of every stay, or what is left of a yearly one', () => {
    const withPeriod = (value: 'stay' | 'year'): Line =>
      line({
        rules: [
          {
            parts: [
              { base: 'in-scope-rest', deductible: { period: { value }, amount: { value: 60_000 } }, rate: { value: 5_000 } },
            ],
          },
        ],
      });
    const cases = [{ totalFen: 40_000 }, { totalFen: 100_000 }, { totalFen: 100_000 }];
    // Every stay: 400 < 600; (1000 − 600) × 50 % twice. Once a year: 400 borne, then 200 of the second stay.
    expect(settleAll(packOf([withPeriod('stay')]), cases).map(({ paid }) => paid)).toEqual([[0], [20_000], [20_000]]);
    expect(settleAll(packOf([withPeriod('year')]), cases).map(({ paid }) => paid)).toEqual([[0], [40_000], [50_000]]);
  });

  it('halves a deductible by a factor and rounds the half up', () => {
    const halved = line({
      rules: [
        {
          parts: [
            {
              base: 'in-scope-rest',
              deductible: { period: { value: 'stay' }, amount: { value: 10_001 }, factor: { value: 5_000 } },
              rate: { value: 10_000 },
            },
          ],
        },
      ],
    });
    // 100.01 × 50 % = 50.005 → 50.01
    expect(settleAll(packOf([halved]), [{ totalFen: 20_000 }])[0]?.paid).toEqual([14_999]);
  });

  it('measures bands after the deductible, or from zero including it', () => {
    const banded = (value: 'after-deductible' | 'zero'): Line =>
      line({
        rules: [
          {
            parts: [
              {
                base: 'in-scope-rest',
                deductible: { period: { value: 'stay' }, amount: { value: 2_000_000 } },
                bands: {
                  measuredFrom: { value },
                  steps: [
                    { upTo: { value: 2_000_000 }, rate: { value: 3_000 } },
                    { upTo: { value: 5_000_000 }, rate: { value: 4_000 } },
                    { rate: { value: 5_000 } },
                  ],
                },
              },
            ],
          },
        ],
      });
    // 50 000 less 20 000: 20 000 × 30 % + 10 000 × 40 % = 10 000 (a published example); from zero: 30 000 × 40 % = 12 000.
    expect(settleAll(packOf([banded('after-deductible')]), [{ totalFen: 5_000_000 }])[0]?.paid).toEqual([1_000_000]);
    expect(settleAll(packOf([banded('zero')]), [{ totalFen: 5_000_000 }])[0]?.paid).toEqual([1_200_000]);
    // The edge itself and one fen beyond it, from zero: 50 000.01 → 12 000 + 0.01 × 50 % = 0.005 → up.
    expect(settleAll(packOf([banded('zero')]), [{ totalFen: 5_000_001 }])[0]?.paid).toEqual([1_200_001]);
  });

  it('rounds the bands once, on their sum', () => {
    const steps = [{ upTo: { value: 1 }, rate: { value: 5_000 } }, { rate: { value: 5_000 } }];
    const banded = line({ rules: [{ parts: [{ base: 'in-scope-rest', bands: { measuredFrom: { value: 'zero' }, steps } }] }] });
    // 0.005 + 0.005 = 0.01, not 0.01 + 0.01.
    expect(settleAll(packOf([banded]), [{ totalFen: 2 }])[0]?.paid).toEqual([1]);
  });

  it('pays the growth of a year account: F(after) − F(before), whoever the person is by then', () => {
    const critical = line({
      accumulates: [{ account: 'borne', label: '累计' }],
      rules: [
        {
          when: { categories: ['destitute'] },
          parts: [
            {
              base: { accumulator: 'borne' },
              deductible: { amount: { value: 100_000 }, factor: { value: 5_000 } },
              rate: { value: 6_000 },
              ratePlus: { value: 500 },
            },
          ],
        },
        { parts: [{ base: { accumulator: 'borne' }, deductible: { amount: { value: 100_000 } }, rate: { value: 6_000 } }] },
      ],
    });
    const [first, second, third] = settleAll(packOf([critical]), [
      { totalFen: 80_000 },
      { totalFen: 80_000 },
      { totalFen: 10_000, categories: ['destitute'] },
    ]);
    // 800 < 1000; then 1600 − 1000 = 600 × 60 %; then 100 more at 65 %.
    expect([first?.paid, second?.paid, third?.paid]).toEqual([[0], [36_000], [6_500]]);
    expect(third?.accounts).toEqual({
      borne: 170_000,
      'test.paid': 42_500,
      'year.in-scope-self-pay': 127_500,
      'year.self-pay': 127_500,
      'year.total': 170_000,
    });
  });

  it('keeps to yearly and single caps; a cap cuts the last part first', () => {
    const capped = line({
      rules: [
        {
          parts: [
            { base: 'in-scope-rest', rate: { value: 9_000 } },
            { base: 'out-of-scope-rest', rate: { value: 7_500 } },
          ],
          capPerYear: { value: 100_000 },
          capPerStay: { value: 80_000 },
        },
      ],
    });
    const settled = settleAll(packOf([capped]), [
      { totalFen: 100_000, outOfCatalogueFen: 40_000 },
      { totalFen: 100_000, outOfCatalogueFen: 40_000 },
    ]);
    // 540 + 300 = 840 → 800 a stay; then 200 are left of the year.
    expect(settled.map(({ paid }) => paid)).toEqual([[80_000], [20_000]]);
    expect(settled[1]?.selfPayFen).toBe(80_000);
  });

  it('never pays what a line before has paid: 70 % + 60 % + 30 % of the same total end at the total', () => {
    const ofTotal = (id: string, rate: number): Line => ({
      ...basic80,
      id,
      rules: [{ parts: [{ base: 'total', rate: { value: rate } }] }],
    });
    const [settled] = settleAll(packOf([ofTotal('a', 7_000), ofTotal('b', 6_000), ofTotal('c', 3_000)]), [
      { totalFen: 1_000_000 },
    ]);
    expect(settled).toMatchObject({ paid: [700_000, 300_000, 0], selfPayFen: 0 });
    expect(settled?.steps[1]).toContain('bounded');
  });
});

describe('rules by age, transfer, part', () => {
  it('a rule with a condition wins over one without: children under 14 get more', () => {
    const child = line({
      rules: [
        { when: { ageMonths: { below: 168 } }, parts: [{ base: 'in-scope-rest', rate: { value: 9_000 } }] },
        { parts: [{ base: 'in-scope-rest', rate: { value: 7_000 } }] },
      ],
    });
    const cases = [
      { totalFen: 1_000, birthDate: '2004-03-20' },
      { totalFen: 1_000, birthDate: '2004-03-19' },
      { totalFen: 1_000, birthDate: '2019-01-01' },
    ];
    // The day before the fourteenth birthday, the birthday itself, and an id number with a birth after the stay.
    expect(settleAll(packOf([child]), cases).map(({ paid }) => paid)).toEqual([[900], [700], [900]]);
  });

  it('each part has a yearly deductible of its own', () => {
    const deductible = (value: number) => ({ period: { value: 'year' as const }, amount: { value } });
    const both = line({
      rules: [
        {
          parts: [
            { label: '目录内', base: 'in-scope-rest', deductible: deductible(100_000), rate: { value: 10_000 } },
            { label: '目录外', base: 'out-of-scope-rest', deductible: deductible(200_000), rate: { value: 10_000 } },
          ],
        },
      ],
    });
    const [first, second] = settleAll(packOf([both]), [
      { totalFen: 1_000_000, outOfCatalogueFen: 500_000 },
      { totalFen: 100_000, outOfCatalogueFen: 50_000 },
    ]);
    // 4 000 + 3 000; then nothing is left of either deductible.
    expect([first?.paid, second?.paid]).toEqual([[700_000], [100_000]]);
    expect(first?.accounts).toMatchObject({ 'test.deductible': 100_000, 'test.deductible.2': 200_000 });
  });
});

describe('several categories', () => {
  const assistance = line({
    rules: [
      {
        when: { categories: ['destitute'] },
        parts: [{ base: 'in-scope-rest', rate: { value: 10_000 } }],
        capPerYear: { value: 50_000 },
      },
      { when: { categories: ['low-income'] }, parts: [{ base: 'in-scope-rest', rate: { value: 7_000 } }] },
      { nothing: '无' },
    ],
  });

  it('the line takes the one that pays most on this case, caps included', () => {
    const both = { categories: ['low-income', 'destitute'] as const };
    const settled = settleAll(packOf([assistance]), [
      { totalFen: 40_000, ...both },
      { totalFen: 40_000, ...both },
      { totalFen: 10_000 },
    ]);
    // 400 as destitute; then 100 of its cap are left, and low-income pays 280; ordinary pays nothing and says why.
    expect(settled.map(({ paid }) => paid)).toEqual([[40_000], [28_000], [0]]);
    expect(settled[2]?.steps).toEqual([['nothing']]);
  });
});

describe('top-up', () => {
  const percent = (percentOf: 'total' | 'in-scope', measures: 'self-pay' | 'in-scope-self-pay' = 'self-pay'): Line =>
    line({ shape: 'top-up', payer: 'fifth-line', rules: [{ limit: { percentOf, rate: { value: 1_000 } }, measures }] });

  it('leaves the patient a share of the total, rounded down', () => {
    const [settled] = settleAll(packOf([basic80, percent('total')]), [{ totalFen: 534_864, outOfCatalogueFen: 34_864 }]);
    // 500 000 × 80 % = 400 000; rest 134 864; limit ⌊53 486.4⌋.
    expect(settled).toMatchObject({ paid: [400_000, 81_378], selfPayFen: 53_486 });
  });

  it('or a share of the in-scope cost, on the whole self-pay or its in-scope part', () => {
    const cases = [{ totalFen: 1_000_000, outOfCatalogueFen: 500_000 }];
    // In scope 5000: basic 4000, rest 1000 in and 5000 out; limit 500.
    expect(settleAll(packOf([basic80, percent('in-scope')]), cases)[0]).toMatchObject({
      paid: [400_000, 550_000],
      selfPayFen: 50_000,
    });
    expect(settleAll(packOf([basic80, percent('in-scope', 'in-scope-self-pay')]), cases)[0]).toMatchObject({
      paid: [400_000, 50_000],
      selfPayFen: 550_000,
    });
  });

  it('or a fixed amount per person and year: a second stay may cost nothing more', () => {
    const yearly = line({ shape: 'top-up', payer: 'fifth-line', rules: [{ limit: { perYear: { value: 1_000_000 } } }] });
    const settled = settleAll(packOf([basic80, yearly]), [
      { totalFen: 4_000_000 },
      { totalFen: 3_000_000 },
      { totalFen: 8_840_489 },
    ]);
    // 8 000; then 6 000 of which 2 000 are left to the limit of 10 000; then nothing.
    expect(settled.map(({ selfPayFen }) => selfPayFen)).toEqual([800_000, 200_000, 0]);
  });

  it('shared by two payers: half up for the first, the remainder for the last', () => {
    const { payer: _, ...shared } = line({ shape: 'top-up', rules: [{ limit: { percentOf: 'total', rate: { value: 0 } } }] });
    const split: Line = {
      ...shared,
      split: [{ payer: 'medical-assistance', weight: { value: 5_000 } }, { payer: 'fifth-line' }],
    };
    const [settled] = settleAll(packOf([basic80, split]), [{ totalFen: 1_267_735 }]);
    // 80 % of 12 677.35 = 10 141.88; rest 2 535.47 = 1 267.74 + 1 267.73.
    expect(settled).toMatchObject({ paid: [1_014_188, 126_774, 126_773], selfPayFen: 0 });
  });
});

describe('a shared line that is proportional', () => {
  it('splits one amount, whatever the first payer moved', () => {
    const { payer: _, ...shared } = line({
      accumulates: [{ account: 'borne', label: '累计' }],
      rules: [
        {
          parts: [
            {
              base: 'in-scope-rest',
              deductible: { period: { value: 'year' }, amount: { value: 100_000 } },
              rate: { value: 10_000 },
            },
          ],
          capPerYear: { value: 1_200_000 },
        },
      ],
    });
    const split: Line = {
      ...shared,
      split: [{ payer: 'medical-assistance', weight: { value: 5_000 } }, { payer: 'fifth-line' }],
    };
    const settled = settleAll(packOf([split]), [{ totalFen: 1_000_000 }, { totalFen: 1_000_000 }]);
    // 10 000 − 1 000 = 9 000 in halves; then 3 000 are left of the year's cap.
    expect(settled.map(({ paid }) => paid)).toEqual([
      [450_000, 450_000],
      [150_000, 150_000],
    ]);
    expect(settled[1]?.accounts).toMatchObject({ borne: 2_000_000, 'test.deductible': 100_000, 'test.paid': 1_200_000 });
  });
});

describe('waiver, fixed amount, price limit: the hospital as a payer', () => {
  it('a waiver of a rest', () => {
    const waiver = line({
      shape: 'waiver',
      payer: 'hospital',
      rules: [{ parts: [{ base: 'out-of-scope', rate: { value: 500 } }] }],
    });
    const [settled] = settleAll(packOf([basic80, waiver]), [{ totalFen: 100_000, outOfCatalogueFen: 20_000 }]);
    expect(settled).toMatchObject({ paid: [64_000, 1_000], hospitalFen: 1_000, selfPayFen: 35_000 });
  });

  const programme = (kind: 'fixed-amount' | 'price-limit', amount?: number): Record<string, unknown> => ({
    programmes: [
      {
        id: 'p',
        label: '病种',
        kind,
        careTypes: ['inpatient'],
        diseases: [{ label: '胃癌', icd10: ['C16'], ...(amount === undefined ? {} : { amount: { value: amount } }) }],
      },
    ],
  });
  const chain = (kind: 'fixed-amount' | 'price-limit'): Line[] => [
    { id: 'excess', label: '超出部分', payer: 'hospital', shape: kind },
    {
      ...basic80,
      rules: [
        { when: { programmes: ['p'], amountSet: true }, parts: [{ base: 'in-scope-rest', rate: { value: 7_000 } }] },
        ...(basic80.rules ?? []),
      ],
    },
  ];

  it('a fixed amount: all of it is in scope, what is above it is the hospital’s', () => {
    const pack = packOf(chain('fixed-amount'), programme('fixed-amount', 900_000));
    const [above, below, other] = settleAll(pack, [
      { totalFen: 1_000_000, outOfCatalogueFen: 300_000 },
      { totalFen: 500_000 },
      { totalFen: 1_000_000, diagnosis: 'I10' },
    ]);
    expect(above).toMatchObject({ paid: [100_000, 630_000], hospitalFen: 100_000, selfPayFen: 270_000 });
    expect(below).toMatchObject({ paid: [0, 350_000], hospitalFen: 0, selfPayFen: 150_000 });
    expect(other).toMatchObject({ paid: [0, 800_000], hospitalFen: 0, selfPayFen: 200_000 });
  });

  it('a programme whose amount the county has not set falls back to the usual rule', () => {
    const [settled] = settleAll(packOf(chain('fixed-amount'), programme('fixed-amount')), [{ totalFen: 1_000_000 }]);
    expect(settled).toMatchObject({ paid: [0, 800_000], hospitalFen: 0 });
  });

  it('a price limit: what is above it is taken out of catalogue first and never reaches the patient', () => {
    const [settled] = settleAll(packOf(chain('price-limit'), programme('price-limit', 900_000)), [
      { totalFen: 1_000_000, outOfCatalogueFen: 150_000 },
    ]);
    // 1 000 above: out of catalogue 1 500 → 500; in scope 8 500 × 70 %.
    expect(settled).toMatchObject({ paid: [100_000, 595_000], hospitalFen: 100_000, selfPayFen: 305_000 });
  });
});
