/** A line that pays what the cap of an earlier one cut off, rules with accounts of their own, accounts that except some cases. */
import { checkedPack, type Line, PackInvalid } from '@oss/policy';
import { packOf, settleAll } from '../testing';

const visits = {
  id: 'visits',
  label: '门诊',
  kind: 'named',
  careTypes: ['outpatient-chronic'],
  diseases: [{ label: '高血压', icd10: ['I10'] }],
};
const basic: Line = {
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [
    { parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }], capPerYear: { value: 100_000 } },
    {
      when: { programmes: ['visits'] },
      account: 'basic.visits',
      parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }],
      capPerYear: { value: 60_000 },
    },
  ],
};
const band: Line = {
  id: 'band',
  label: '接续段',
  payer: 'critical-illness',
  shape: 'proportional',
  rules: [{ parts: [{ base: { cutOffBy: 'basic' }, rate: { value: 10_000 } }], capPerYear: { value: 40_000 } }],
};
const last: Line = {
  id: 'last',
  label: '大病',
  payer: 'critical-illness',
  shape: 'proportional',
  accumulates: [{ account: 'borne', label: '累计', except: { careTypes: ['outpatient-chronic'] } }],
  rules: [{ parts: [{ base: { accumulator: 'borne' }, rate: { value: 5_000 } }] }],
};
const chain = ['basic', 'band', 'last'];
const pack = packOf([basic, band, last], {
  care: { inpatient: { chain }, 'outpatient-chronic': { chain } },
  programmes: [visits],
});

it('the later line pays the cut, rounded before it is split, until its own cap', () => {
  const settled = settleAll(pack, [
    { totalFen: 75_001, chronicDisease: 'I10' },
    { totalFen: 25_000, chronicDisease: 'I10' },
    { totalFen: 40_000, chronicDisease: 'I10' },
  ]);
  // 750.01 × 80 % = 600.008 → 600.01 = 600 + 0.01. Then all of 200, then 320 of which 199.99 are left.
  expect(settled.map(({ paid }) => paid)).toEqual([
    [60_000, 1, 0],
    [0, 20_000, 0],
    [0, 19_999, 0],
  ]);
  expect(settled[2]?.accounts).toEqual({
    'band.paid': 40_000,
    'basic.visits': 60_000,
    'year.in-scope-self-pay': 40_001,
    'year.self-pay': 40_001,
    'year.total': 140_001,
  });
  expect(settled[0]?.steps[1]).toEqual(['cut-off', 'rate', 'cap']);
});

it('a rule’s own account leaves the others alone; an excepted case enters no account, so its growth is nothing', () => {
  const settled = settleAll(pack, [
    { totalFen: 75_000, chronicDisease: 'I10' },
    { totalFen: 150_000 },
    { totalFen: 10_000, chronicDisease: 'I10' },
  ]);
  // The stay: 1 500 × 80 % = 1 200, cut to 1 000; the band pays the 200; borne 300 × 50 %. The visit after it adds nothing to "borne".
  expect(settled.map(({ paid }) => paid)).toEqual([
    [60_000, 0, 0],
    [100_000, 20_000, 15_000],
    [0, 8_000, 0],
  ]);
  expect(settled[2]?.accounts).toMatchObject({ 'basic.paid': 100_000, 'basic.visits': 60_000, borne: 30_000 });
});

describe('is refused', () => {
  const problemsOf = (lines: readonly Line[], order: readonly string[]): readonly { path: string; message: string }[] => {
    try {
      checkedPack({ ...packOf([basic], { programmes: [visits] }).content, lines, care: { inpatient: { chain: order } } }, 'test');
    } catch (error) {
      if (error instanceof PackInvalid) return error.problems.map(({ path, message }) => ({ path, message }));
      throw error;
    }
    return [];
  };
  const PATH = 'lines[1].rules[0].parts[0].base';

  it.each<[string, Line, readonly string[], string]>([
    ['a line that is not there', { ...basic, id: 'other' }, ['other', 'band'], 'there is no line basic'],
    [
      'a cut of out-of-scope cost',
      { ...basic, rules: [{ parts: [{ base: 'rest', rate: { value: 1 } }], capPerYear: { value: 1 } }] },
      ['basic', 'band'],
      'line basic is not a proportional line of one payer on in-scope bases',
    ],
    [
      'a line without a cap',
      { ...basic, rules: [{ parts: [{ base: 'in-scope', rate: { value: 1 } }] }] },
      ['basic', 'band'],
      'line basic has no cap, so nothing is ever cut off',
    ],
    ['a cut of a later line', basic, ['band', 'basic'], 'in care.inpatient.chain line basic does not stand before band'],
  ])('%s', (_, first, order, message) => {
    expect(problemsOf([first, band], order)).toEqual([{ path: PATH, message }]);
  });

  it('an account that excepts a programme which is not there, and a range that holds no code', () => {
    const excepting: Line = { ...last, accumulates: [{ account: 'borne', label: '累计', except: { programmes: ['none'] } }] };
    expect(problemsOf([basic, excepting], ['basic', 'last'])).toEqual([
      { path: 'lines[1].accumulates[0].except.programmes', message: 'there is no programme none' },
    ]);
    const falling = { ...visits, diseases: [{ label: '结核', icd10: ['A19-A15'] }] };
    const content = { ...packOf([basic], { programmes: [visits] }).content, programmes: [falling] };
    expect(() => checkedPack(content, 'test')).toThrow('programmes[0].diseases[0].icd10: range A19-A15 holds no code');
  });
});
