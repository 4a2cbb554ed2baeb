/** What the lint looks at: the situations that a pack tells apart, its amounts and days, and made-up bills that fit them. */
import type { Line, Pack } from '@oss/policy';
import { packOf } from '../testing';
import { birthDateFor, paidByPayer, placeFor, Probe, type Situation } from './probe';
import { situationsOf } from './situations';
import { amountsOf, daysOfChange, isRate } from './thresholds';

const fen = (value: number, more: object = {}) => ({ value, ...more });
const rateLine = (rules: Line['rules'], more: Partial<Line> = {}): Line => ({
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules,
  ...more,
});
const rate = (value: number) => ({ parts: [{ base: 'in-scope-rest' as const, rate: { value } }] });
const NONE = { categories: [], scope: { classBFirstSelfPay: { value: 0 } } };

/** Each situation as a line of text: care and level, transfers, categories, disease and programme, age, designation. */
function told(pack: Pack): string[] {
  return situationsOf(pack).map(({ situation, programme, categorySets, transfers, isUsual }) => {
    const { date, careType, level, disease, ageMonths, designated } = situation;
    const sets = categorySets.map((set) => set.join('+') || 'ordinary').join(' or ');
    return [
      `${date} ${careType} ${level}`,
      transfers.join('/'),
      sets,
      `${disease}${programme === null ? '' : ` in ${programme}`}`,
      ...(ageMonths === null ? [] : [`${ageMonths} months`]),
      ...(designated ? [] : ['undesignated']),
      ...(isUsual ? [] : ['unusual']),
    ].join(', ');
  });
}
/** Of level 1 alone: the levels are told apart by their number already. */
const level1 = (pack: Pack): string[] => told(pack).filter((text) => text.includes('inpatient 1'));

describe('situations', () => {
  it('are one for each level where a pack knows no other difference', () => {
    expect(told(packOf([rateLine([rate(8_000)])], NONE))).toEqual(
      [1, 2, 3].map((level) => `2018-01-01 inpatient ${level}, none, ordinary, Z00.0`),
    );
  });

  it('of categories that select the same rules are one; pairs are told apart from either alone', () => {
    const of = (category: 'destitute' | 'low-income', value: number) => ({ when: { categories: [category] }, ...rate(value) });
    const pack = packOf([rateLine([of('destitute', 9_000), of('low-income', 8_500), rate(8_000)])], {
      ...NONE,
      categories: ['destitute', 'low-income', 'marginal'],
    });
    expect(level1(pack)).toEqual([
      '2018-01-01 inpatient 1, none, ordinary or marginal, Z00.0',
      '2018-01-01 inpatient 1, none, destitute, Z00.0',
      '2018-01-01 inpatient 1, none, low-income, Z00.0',
      '2018-01-01 inpatient 1, none, destitute+low-income, Z00.0',
      '2018-01-01 inpatient 1, none, destitute+marginal, Z00.0',
      '2018-01-01 inpatient 1, none, low-income+marginal, Z00.0',
    ]);
  });

  it('of transfers with one first self-pay and the same rules are one', () => {
    const outOfArea = {
      referred: { value: 1_000 },
      'unreferred-in-province': { value: 1_500 },
      'living-elsewhere': { value: 0 },
    };
    const pack = packOf([rateLine([rate(8_000)])], { ...NONE, scope: { classBFirstSelfPay: { value: 0 }, outOfArea } });
    expect(level1(pack)).toEqual([
      '2018-01-01 inpatient 1, none/living-elsewhere, ordinary, Z00.0',
      '2018-01-01 inpatient 1, referred, ordinary, Z00.0',
      '2018-01-01 inpatient 1, unreferred-in-province, ordinary, Z00.0',
    ]);
  });

  it('stand on either side of every age and of designation, and on every day of change', () => {
    const rules = [
      { when: { ageMonths: { below: 72 } }, ...rate(9_000) },
      { when: { ageMonths: { from: 72 }, designated: true }, ...rate(8_000) },
      { when: { ageMonths: { from: 72 }, designated: false }, ...rate(4_000) },
    ];
    const pack = packOf([rateLine(rules)], {
      ...NONE,
      acceptsUndesignated: { value: true },
      scope: { classBFirstSelfPay: [fen(0, { to: '2018-06-30' }), fen(1, { from: '2018-07-01' })] },
    });
    expect(level1(pack)).toEqual(
      ['2018-01-01', '2018-07-01'].flatMap((day) => [
        `${day} inpatient 1, none, ordinary, Z00.0, 72 months`,
        `${day} inpatient 1, none, ordinary, Z00.0, 72 months, undesignated, unusual`,
        `${day} inpatient 1, none, ordinary, Z00.0, 71 months, unusual`,
      ]),
    );
  });

  it('of a programme: a disease without an amount, the cheapest, the dearest; of visits those that the pack lists alone', () => {
    const disease = (icd10: string, amount?: number, ageMonths?: object) => ({
      label: icd10,
      icd10: [icd10],
      ...(amount === undefined ? {} : { amount: fen(amount) }),
      ...(ageMonths === undefined ? {} : { ageMonths }),
    });
    const pack = packOf([{ id: 'over', label: '超', payer: 'hospital', shape: 'price-limit' }, rateLine([rate(8_000)])], {
      ...NONE,
      care: { inpatient: { chain: ['over', 'basic'] }, 'outpatient-chronic': { chain: ['basic'] } },
      programmes: [
        {
          id: 'limit',
          label: '限价',
          kind: 'price-limit',
          careTypes: ['inpatient'],
          diseases: [
            disease('C16', 300),
            disease('C17', 100, { below: 168 }),
            disease('C18', 200),
            disease('Z00'),
            disease('C20', 900, { from: 12 }),
          ],
        },
        {
          id: 'visits',
          label: '门诊',
          kind: 'named',
          careTypes: ['outpatient-chronic'],
          diseases: [disease('I10'), disease('E11')],
        },
      ],
    });
    expect(told(pack).filter((text) => / 1,/.test(text))).toEqual([
      '2018-01-01 inpatient 1, none, ordinary, R69',
      '2018-01-01 inpatient 1, none, ordinary, Z00 in limit, unusual',
      '2018-01-01 inpatient 1, none, ordinary, C17 in limit, 167 months, unusual',
      '2018-01-01 inpatient 1, none, ordinary, C20 in limit, 12 months, unusual',
      '2018-01-01 outpatient-chronic 1, none, ordinary, I10 in visits, unusual',
    ]);
  });

  it('of a pack that lists every stand-in for another disease take a code that none lists', () => {
    const icd10 = ['Z00', 'R69', 'T14', 'J06'];
    const programmes = [{ id: 'all', label: '全', kind: 'named', careTypes: ['inpatient'], diseases: [{ label: '病', icd10 }] }];
    expect(level1(packOf([rateLine([rate(8_000)])], { ...NONE, programmes }))[0]).toContain('U99.9');
  });
});

describe('amounts and days', () => {
  const pack = packOf(
    [
      rateLine(
        [
          {
            parts: [
              {
                base: { accumulator: 'borne' },
                deductible: { amount: fen(13_000), factor: { value: 5_001 } },
                ratePlus: { value: 501 },
                bands: {
                  measuredFrom: { value: 'zero' },
                  steps: [{ upTo: fen(50_000), rate: { value: 5_002 } }, { rate: { value: 6_003 } }],
                },
              },
            ],
            capPerYear: fen(250_000),
          },
        ],
        { accumulates: [{ account: 'borne', label: '累' }] },
      ),
      {
        id: 'top',
        label: '顶',
        payer: 'fifth-line',
        shape: 'top-up',
        rules: [
          { when: { levels: [1] }, limit: { percentOf: 'total', rate: { value: 1_004 } } },
          { limit: { perYear: { byLevel: { 1: fen(0), 2: fen(3_000), 3: fen(13_000, { from: '2018-01-01' }) } } } },
        ],
      },
      rateLine([rate(7_005)], {
        id: 'shared',
        payer: undefined,
        split: [{ payer: 'medical-assistance', weight: { value: 3_006 } }, { payer: 'fifth-line' }],
      }),
    ],
    {
      ...NONE,
      scope: {
        classBFirstSelfPay: [
          { value: 1_007, to: '2018-12-31' },
          { value: 1_008, from: '2019-01-01', to: '2019-06-30' },
          { value: 1_009, from: '2019-07-01' },
        ],
        outOfArea: { referred: { value: 1_010 } },
      },
    },
  );

  it('every amount above nothing, once and rising; a rate is none', () => {
    expect(amountsOf(pack)).toEqual([3_000, 13_000, 50_000, 250_000]);
    const rates = [
      'lines/top/rules/0/limit',
      'lines/shared/split/0',
      'scope/outOfArea/referred',
      'localArea',
      'lines/basic/rules/0/parts/0/ratePlus',
    ];
    expect(rates.filter((ref) => !isRate(ref, pack))).toEqual([]);
    const amounts = ['lines/top/rules/1/limit/2', 'lines/basic/rules/0/capPerYear', 'lines/basic/rules/0/parts/0/deductible'];
    expect(amounts.filter((ref) => isRate(ref, pack))).toEqual([]);
  });

  it('the first day and every later one on which a value changes', () => {
    expect(daysOfChange(pack)).toEqual(['2018-01-01', '2019-01-01', '2019-07-01']);
  });
});

describe('a probe', () => {
  const waiver: Line = {
    id: 'waiver',
    label: '减免',
    payer: 'hospital',
    shape: 'waiver',
    rules: [{ parts: [{ base: 'out-of-scope', rate: { value: 1_000 } }] }],
  };
  const byAge = rateLine([
    { when: { ageMonths: { below: 72 } }, ...rate(9_000) },
    { when: { ageMonths: { from: 72 } }, ...rate(8_000) },
  ]);
  const pack = packOf([waiver, byAge, { ...byAge, id: 'again' }], {
    ...NONE,
    care: { inpatient: { chain: ['waiver', 'basic', 'again'] }, 'outpatient-chronic': { chain: ['basic'] } },
    scope: { classBFirstSelfPay: { value: 0 }, outOfArea: { referred: { value: 1_000 } } },
  });
  const usual: Situation = {
    date: '2018-03-19',
    careType: 'inpatient',
    level: 2,
    transfer: 'none',
    designated: true,
    categories: [],
    disease: 'Z00.0',
    ageMonths: 72,
  };

  it('settles a bill of its situation, on top of a year', () => {
    const first = new Probe(pack, usual).settle({ costFen: 100_000, firstSelfPayFen: 10_000, outOfCatalogueFen: 20_000 });
    // Out of scope 300: the hospital 30. In scope 900: 720, then 80 % of the 180 that are left.
    expect([...paidByPayer(first)]).toEqual([
      ['hospital', 3_000],
      ['basic-insurance', 86_400],
    ]);
    expect(first.completed).toMatchObject({
      totalFen: 120_000,
      inScopeFen: 90_000,
      hospitalFen: 3_000,
      selfPayFen: 30_600,
      dischargedOn: '2018-03-19',
    });
    const second = new Probe(pack, { ...usual, ageMonths: 71, transfer: 'referred' }).settle(
      { costFen: 10_000, outOfCatalogueFen: 0 },
      first.year,
      'second',
    );
    // In scope 90: 81, then 90 % of 9; the hospital 1 of the 10 outside.
    expect([...paidByPayer(second)]).toEqual([
      ['hospital', 100],
      ['basic-insurance', 8_910],
    ]);
    expect(second.year.accounts['year.total']).toBe(130_000);
    expect(second.scope).toMatchObject({ areaSelfPayFen: 1_000, inScopeFen: 9_000 });
  });

  it('of a visit names its disease', () => {
    const visit = new Probe(pack, { ...usual, careType: 'outpatient-chronic', disease: 'I10' });
    expect([...paidByPayer(visit.settle({ costFen: 1_000, outOfCatalogueFen: 0 }))]).toEqual([['basic-insurance', 800]]);
    expect(visit.scope({ costFen: 1_000, outOfCatalogueFen: 5 })).toMatchObject({ totalFen: 1_005, inScopeFen: 1_000 });
  });

  it('stands where its transfer says, and is as old as it says', () => {
    expect([placeFor(pack, 'none'), placeFor(pack, 'referred')]).toEqual(['999900', '000000']);
    expect([birthDateFor('2018-03-19', 0), birthDateFor('2018-03-19', 3), birthDateFor('2018-12-31', 72)]).toEqual([
      '2018-03-01',
      '2017-12-01',
      '2012-12-01',
    ]);
  });
});
