/** Words of the pack language that other provinces need: class C alone, places of hospitals, falling deductibles, dated edges. */
import { checkedPack, type Line, type Part, PackInvalid, type Rule } from '@oss/policy';
import { packOf, settleAll } from '../testing';

const lineOf = (...rules: Rule[]): Line => ({
  id: 'line',
  label: '线',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules,
});
const partOf = (part: Part): Line => lineOf({ parts: [part] });

it('out of catalogue: class C alone, within what is left out of scope', () => {
  const pack = packOf([
    { ...partOf({ base: 'out-of-scope-rest', rate: { value: 5_000 } }), id: 'first' },
    partOf({ base: 'out-of-catalogue', rate: { value: 9_500 } }),
  ]);
  const lines = [
    { code: 'B', class: 'B', amountFen: 100_000, overLimitFen: 20_000 },
    { code: 'C', class: 'C', amountFen: 30_000, overLimitFen: 10_000 },
  ] as const;
  // Outside 20 000 + 8 000 (10 % of 80 000) + 10 000 + 20 000 = 58 000: half of it. 95 % of the 20 000 of class C = 19 000 ≤ 29 000.
  expect(settleAll(pack, [{ lines }])[0]).toMatchObject({ paid: [29_000, 19_000] });
  // All of it is class C: 50 000, and of 95 000 only 50 000 are left.
  expect(settleAll(pack, [{ totalFen: 100_000, outOfCatalogueFen: 100_000 }])[0]).toMatchObject({ paid: [50_000, 50_000] });
});

it('two parts of what is out of scope pay no more together than what is left there', () => {
  const base = 'out-of-scope-rest' as const;
  const pack = packOf([
    lineOf({
      parts: [
        { base, rate: { value: 8_000 } },
        { base, rate: { value: 6_000 } },
      ],
    }),
  ]);
  // 80 % and 60 % of 100.00: the second part gets 20.00; nothing of what is in scope.
  const [settled] = settleAll(pack, [{ totalFen: 30_000, outOfCatalogueFen: 10_000 }]);
  expect(settled).toMatchObject({ paid: [10_000], selfPayFen: 20_000 });
});

describe('where the hospital stands', () => {
  const byPlace = lineOf(
    { when: { hospitalRegions: ['999900'] }, parts: [{ base: 'in-scope-rest', rate: { value: 9_000 } }] },
    { when: { transfers: ['referred'], hospitalRegions: ['99'] }, parts: [{ base: 'in-scope-rest', rate: { value: 7_000 } }] },
    { parts: [{ base: 'in-scope-rest', rate: { value: 5_000 } }] },
  );

  it('a rule that names its region wins over one that names none', () => {
    const stays = [{}, { transfer: 'referred' }, { hospitalRegion: '999901' }] as const;
    // At home 900; referred within the province 10 % less, 630; elsewhere in the local area 500.
    const paid = settleAll(
      packOf([byPlace]),
      stays.map((stay) => ({ totalFen: 100_000, ...stay })),
    ).map((each) => each.paid);
    expect(paid).toEqual([[90_000], [63_000], [50_000]]);
  });

  it('the check tries a place on either side of each region', () => {
    const only = lineOf({ when: { hospitalRegions: ['999901'] }, nothing: '无' });
    expect(() => packOf([only])).toThrow(
      'no rule applies to: inpatient, ordinary, level 1, none, designated, hospital in 999900',
    );
    const twice = lineOf(
      { when: { hospitalRegions: ['99'] }, nothing: '无' },
      { when: { hospitalRegions: ['9999'] }, nothing: '无' },
      { nothing: '无' },
    );
    expect(() => packOf([twice])).toThrow('both apply to: inpatient, ordinary, level 1, none, designated, hospital in 999999');
  });
});

describe('a deductible that falls with each stay', () => {
  const falling = (more: Partial<Rule> = {}): Line =>
    lineOf({
      parts: [
        {
          base: 'in-scope-rest',
          deductible: {
            period: { value: 'stay' },
            amount: { value: 60_000 },
            laterStays: [{ value: 40_000 }, { byLevel: { 1: { value: 0 }, 2: { value: 20_000 }, 3: { value: 30_000 } } }],
          },
          rate: { value: 10_000 },
        },
      ],
      ...more,
    });

  it('the second, the third and every one after it; also where a stay is below it', () => {
    const settled = settleAll(packOf([falling()]), [
      { totalFen: 50_000 },
      { totalFen: 100_000 },
      { totalFen: 100_000 },
      { totalFen: 100_000, level: 3 },
      { totalFen: 100_000, level: 1 },
    ]);
    expect(settled.map(({ paid }) => paid)).toEqual([[0], [60_000], [80_000], [70_000], [100_000]]);
    // A count of stays, not an amount.
    expect(settled[4]?.accounts).toMatchObject({ 'line.stays': 5, 'line.paid': 310_000 });
  });

  it('only where it is one of every stay, and nobody else keeps the count', () => {
    const part: Part = {
      base: 'in-scope-rest',
      deductible: { period: { value: 'year' }, amount: { value: 1 }, laterStays: [{ value: 0 }] },
      rate: { value: 1 },
    };
    expect(() => packOf([partOf(part)])).toThrow(
      'lines[0].rules[0].parts[0].deductible.laterStays: only a deductible of every stay falls',
    );
    expect(() => packOf([{ ...falling(), account: 'line.stays' }])).toThrow('line.stays is kept by the system itself');
  });
});

describe('a band whose edge changes on a day', () => {
  const banded = (upTo: readonly { readonly value: number; readonly from?: string; readonly to?: string }[]): Line =>
    partOf({
      base: 'in-scope-rest',
      bands: {
        measuredFrom: { value: 'zero' },
        steps: [
          { upTo: { value: 10_000 }, rate: { value: 1_000 } },
          { upTo, rate: { value: 5_000 } },
          { rate: { value: 9_000 } },
        ],
      },
    });
  const dated = banded([
    { value: 50_000, to: '2018-06-30' },
    { value: 80_000, from: '2018-07-01' },
  ]);

  it('holds from that day on', () => {
    const paid = ['2018-06-30', '2018-07-01'].map((date) => settleAll(packOf([dated]), [{ totalFen: 100_000, date }])[0]?.paid);
    // 10 + 400 × 50 % + 500 × 90 %; 10 + 700 × 50 % + 200 × 90 %.
    expect(paid).toEqual([[66_000], [54_000]]);
  });

  it('must rise on every day, and leave none without an edge', () => {
    const problemsOf = (line: Line): string[] => {
      try {
        checkedPack({ ...packOf([dated]).content, lines: [line] }, 'test');
      } catch (error) {
        if (error instanceof PackInvalid) return error.problems.map(({ path, message }) => `${path}: ${message}`);
        throw error;
      }
      return [];
    };
    const falls = banded([
      { value: 50_000, to: '2018-06-30' },
      { value: 10_000, from: '2018-07-01' },
    ]);
    expect(problemsOf(falls)).toEqual(['lines[0].rules[0].parts[0].bands.steps[1].upTo: steps must rise']);
    const gap = banded([
      { value: 50_000, to: '2018-06-29' },
      { value: 80_000, from: '2018-07-01' },
    ]);
    expect(problemsOf(gap)[0]).toContain('lines/line/rules/0/parts/0/bands/1/upTo/0: values in force leave a gap or overlap');
  });
});
