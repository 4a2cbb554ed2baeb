/** A line that waits for the end of the year: nothing on a bill, the sums it gathers, and what it pays for them once. */
import { checkedPack, type Line, type Pack, PackInvalid } from '@oss/policy';
import { packOf, settleAll } from '../testing';
import { yearEndShares } from './year-end';

const basic: Line = {
  id: 'basic',
  label: '基本医保',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
};
const waiver: Line = {
  id: 'waiver',
  label: '减免',
  payer: 'hospital',
  shape: 'waiver',
  rules: [{ parts: [{ base: 'out-of-scope', rate: { value: 1_000 } }] }],
};
const last: Line = {
  id: 'last',
  label: '年终兜底',
  payer: 'fifth-line',
  shape: 'top-up',
  timing: { value: 'year-end' },
  rules: [
    { when: { categories: ['low-income'] }, limit: { percentOf: 'total', rate: { value: 1_000 } } },
    { when: { categories: ['destitute'] }, limit: { perYear: { value: 50_000 } }, capPerYear: { value: 40_000 } },
    { nothing: '不享受' },
  ],
};
const DAY = '2018-12-31';
const low = { categories: ['low-income'] } as const;

/** The year's accounts after some cases. */
function accountsOf(pack: Pack, ...cases: Parameters<typeof settleAll>[1][number][]): Readonly<Record<string, number>> {
  return settleAll(pack, cases).at(-1)?.accounts ?? {};
}

describe('on a bill', () => {
  it('pays nothing, says so, and gathers what the window lines left', () => {
    const [first, second] = settleAll(packOf([basic, waiver, last]), [
      { totalFen: 100_000, outOfCatalogueFen: 20_000, ...low },
      { totalFen: 50_000, ...low },
    ]);
    // 800 × 80 % = 640; 200 × 10 % = 20; left 160 + 180. Then 400; left 100.
    expect(first).toMatchObject({ paid: [64_000, 2_000, 0], selfPayFen: 34_000 });
    expect(first?.steps[2]).toEqual(['category', 'year-end']);
    const everybody: Line = { ...last, rules: [{ limit: { perYear: { value: 0 } } }] };
    expect(settleAll(packOf([everybody]), [{ totalFen: 1_000 }])[0]?.steps).toEqual([['year-end']]);
    expect(settleAll(packOf([last]), [{ totalFen: 1_000 }])[0]?.steps).toEqual([['nothing']]);
    expect(second?.accounts).toEqual({
      'basic.paid': 104_000,
      'last.in-scope': 130_000,
      'last.in-scope-self-pay': 26_000,
      'last.self-pay': 44_000,
      'last.total': 148_000,
      'waiver.paid': 2_000,
      'year.in-scope-self-pay': 26_000,
      'year.self-pay': 44_000,
      'year.total': 150_000,
    });
  });

  it('gathers nothing of a person whom it does not pay', () => {
    const [settled] = settleAll(packOf([basic, last]), [{ totalFen: 100_000 }]);
    expect(settled?.steps[1]).toEqual(['nothing']);
    expect(Object.keys(settled?.accounts ?? {}).filter((name) => name.startsWith('last.'))).toEqual([]);
  });
});

describe('for the year', () => {
  it('pays what is above a share of the year’s total less the hospital’s part, in scope first', () => {
    const pack = packOf([basic, waiver, last]);
    const accounts = accountsOf(pack, { totalFen: 100_000, outOfCatalogueFen: 20_000, ...low }, { totalFen: 50_005, ...low });
    // Totals 980.00 + 500.05; limit ⌊148.005⌋ = 148.00. Left 340 + 100.01 = 440.01: 292.01, of which 260.01 in scope.
    expect(yearEndShares(pack, ['low-income'], DAY, accounts)).toEqual([
      {
        accounts: [{ afterFen: 29_201, beforeFen: 0, name: 'last.paid' }],
        inScopeFen: 26_001,
        line: 'last',
        outOfScopeFen: 3_200,
        paidFen: 29_201,
        payer: 'fifth-line',
        workings: [
          { fen: 0, ref: 'low-income', step: 'category' },
          { fen: 44_001, ref: 'self-pay', step: 'year-measured' },
          { bp: 1_000, fen: 14_800, ofFen: 148_005, ref: 'lines/last/rules/0/limit', step: 'limit' },
          { fen: 29_201, step: 'above-limit' },
        ],
      },
    ]);
  });

  it('of several categories the one that pays most, an amount a year, its cap; nobody else anything', () => {
    const pack = packOf([basic, last]);
    const both = { categories: ['destitute', 'low-income'] } as const;
    const accounts = accountsOf(pack, { totalFen: 500_000, ...both });
    // Left 1 000: as destitute above 500, capped at 400; as low-income above 500.
    const paid = (...categories: ('destitute' | 'low-income')[]) =>
      yearEndShares(pack, categories, DAY, accounts).map(({ paidFen, workings }) => [paidFen, workings.map(({ step }) => step)]);
    expect(paid('destitute')).toEqual([[40_000, ['category', 'year-measured', 'limit', 'above-limit', 'cap']]]);
    expect(paid('destitute', 'low-income')).toEqual([[50_000, ['category', 'year-measured', 'limit', 'above-limit']]]);
    expect(paid()).toEqual([[0, ['nothing']]]);
    expect(yearEndShares(packOf([basic]), ['low-income'], DAY, accounts)).toEqual([]);
  });

  it('below the limit nothing, one fen above it one fen', () => {
    const pack = packOf([basic, { ...last, rules: [{ limit: { perYear: { value: 20_000 } }, measures: 'in-scope-self-pay' }] }]);
    const paid = (...totals: number[]) =>
      yearEndShares(pack, [], DAY, accountsOf(pack, ...totals.map((totalFen) => ({ totalFen })))).map(({ paidFen }) => paidFen);
    expect([paid(60_000, 40_000), paid(60_000, 40_005), paid(100_003)]).toEqual([[0], [1], [1]]);
  });

  it('measured in scope it pays in scope alone, above a share of the year’s in-scope cost', () => {
    const rule = { limit: { percentOf: 'in-scope', rate: { value: 1_000 } }, measures: 'in-scope-self-pay' } as const;
    const pack = packOf([basic, { ...last, rules: [rule] }]);
    const accounts = accountsOf(pack, { totalFen: 150_000, outOfCatalogueFen: 50_000 });
    // 1 000 in scope: 200 left, above 100; the 500 outside are not looked at.
    expect(yearEndShares(pack, [], DAY, accounts)).toEqual([
      {
        accounts: [{ afterFen: 10_000, beforeFen: 0, name: 'last.paid' }],
        inScopeFen: 10_000,
        line: 'last',
        outOfScopeFen: 0,
        paidFen: 10_000,
        payer: 'fifth-line',
        workings: [
          { fen: 20_000, ref: 'in-scope-self-pay', step: 'year-measured' },
          { bp: 1_000, fen: 10_000, ofFen: 100_000, ref: 'lines/last/rules/0/limit', step: 'limit' },
          { fen: 10_000, step: 'above-limit' },
        ],
      },
    ]);
  });

  it('payers that share it take in-scope cost first, one after another; so do later lines', () => {
    const { payer: _, ...shared } = last;
    const all = { limit: { perYear: { value: 0 } } };
    const split: Line = {
      ...shared,
      rules: [{ ...all, capPerYear: { value: 50_000 } }],
      split: [
        { payer: 'medical-assistance', weight: { value: 3_000 } },
        { payer: 'critical-illness', weight: { value: 3_000 } },
        { payer: 'fifth-line' },
      ],
    };
    const second: Line = {
      ...last,
      id: 'second',
      payer: 'supplementary-insurance',
      rules: [{ ...all, capPerYear: { value: 10_000 } }],
    };
    const third: Line = { ...second, id: 'third', rules: [all] };
    const pack = packOf([basic, split, second, third]);
    const accounts = accountsOf(pack, { totalFen: 160_000, outOfCatalogueFen: 60_000 });
    // Left 200 in scope and 600 outside. 500 of it: 150, 150, 200; then 100; then what is left.
    const shares = yearEndShares(pack, [], DAY, accounts);
    expect(shares.map(({ line, inScopeFen, outOfScopeFen }) => [line, inScopeFen, outOfScopeFen])).toEqual([
      ['last.medical-assistance', 15_000, 0],
      ['last.critical-illness', 5_000, 10_000],
      ['last.fifth-line', 0, 20_000],
      ['second', 0, 10_000],
      ['third', 0, 20_000],
    ]);
    expect(shares[1]?.workings.at(-1)).toEqual({
      bp: 3_000,
      fen: 15_000,
      ofFen: 50_000,
      ref: 'lines/last/split/1',
      step: 'split',
    });
    expect(yearEndShares(pack, [], DAY, {}).map(({ paidFen, accounts: moved }) => [paidFen, moved])).toEqual(
      Array.from({ length: 5 }, () => [0, []]),
    );
  });

  it('of two categories that pay the same the first of the pack is named', () => {
    const both = { when: { categories: ['destitute', 'low-income'] }, limit: { perYear: { value: 0 } } } as const;
    const pack = packOf([basic, { ...last, rules: [both, { nothing: '不享受' }] }]);
    const accounts = accountsOf(pack, { totalFen: 100_000, ...low });
    const shares = yearEndShares(pack, ['low-income', 'destitute'], DAY, accounts);
    expect(shares.map(({ paidFen, workings }) => [paidFen, workings[0]?.ref])).toEqual([[20_000, 'destitute']]);
  });

  it('two payers split one amount; a later line finds what an earlier one left; a line of two chains stands once', () => {
    const { payer: _, ...shared } = last;
    const split: Line = {
      ...shared,
      rules: [{ limit: { percentOf: 'in-scope', rate: { value: 1_000 } } }],
      split: [{ payer: 'medical-assistance', weight: { value: 5_000 } }, { payer: 'fifth-line' }],
    };
    const rest: Line = {
      ...last,
      id: 'rest',
      payer: 'supplementary-insurance',
      rules: [{ limit: { percentOf: 'total', rate: { value: 0 } } }],
    };
    const chain = ['basic', 'last', 'rest'];
    const pack = packOf([basic, split, rest], { care: { inpatient: { chain }, 'outpatient-chronic': { chain } } });
    const accounts = accountsOf(pack, { totalFen: 100_000 }, { totalFen: 50_005, chronicDisease: 'I10' });
    // In scope 1 500.05: left 200 + 100.01 = 300.01, limit 150.00: 150.01 = 75.01 + 75.00. The rest has 150.00 left.
    const paid = yearEndShares(pack, [], DAY, accounts).map(({ line, payer, paidFen, accounts: moved }) => [
      line,
      payer,
      paidFen,
      moved,
    ]);
    expect(paid).toEqual([
      ['last.medical-assistance', 'medical-assistance', 7_501, [{ afterFen: 7_501, beforeFen: 0, name: 'last.paid' }]],
      ['last.fifth-line', 'fifth-line', 7_500, [{ afterFen: 15_001, beforeFen: 7_501, name: 'last.paid' }]],
      ['rest', 'supplementary-insurance', 15_000, [{ afterFen: 15_000, beforeFen: 0, name: 'rest.paid' }]],
    ]);
  });
});

describe('is refused', () => {
  const problemsOf = (lines: readonly Line[]): readonly string[] => {
    const content = { ...packOf([basic]).content, lines, care: { inpatient: { chain: lines.map(({ id }) => id) } } };
    try {
      checkedPack(content, 'test');
    } catch (error) {
      if (error instanceof PackInvalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
      throw error;
    }
    return [];
  };
  const asking = (rule: object): Line => ({ ...last, rules: [{ limit: { perYear: { value: 1 } }, ...rule }] });

  it.each<[string, readonly Line[], string]>([
    [
      'a line that is no top-up',
      [{ ...basic, timing: { value: 'year-end' } }],
      'lines[0].timing: a proportional line cannot be settled at year end',
    ],
    [
      'a line before one that pays at the window',
      [last, basic],
      'care.inpatient.chain[1]: basic pays at the window and stands after a line that is settled at year end',
    ],
    ['a level', [basic, asking({ when: { levels: [1, 2, 3] } })], 'lines[1].rules[0].when.levels: a year has no such condition'],
    [
      'a transfer',
      [basic, asking({ when: { transfers: ['none'] } })],
      'lines[1].rules[0].when.transfers: a year has no such condition',
    ],
    [
      'an amount by level',
      [basic, asking({ limit: { perYear: { byLevel: { 1: { value: 1 }, 2: { value: 1 }, 3: { value: 1 } } } } })],
      'lines[1].rules[0].limit: a year has no hospital level',
    ],
    ['a cap of a stay', [basic, asking({ capPerStay: { value: 1 } })], 'lines[1].rules[0].capPerStay: a year is no stay'],
    [
      'an account that it keeps itself',
      [{ ...basic, account: 'last.total' }, last],
      'lines[0].account: last.total is kept by the system itself',
    ],
  ])('%s', (_, lines, problem) => {
    expect(problemsOf(lines)).toContain(problem);
  });
});
