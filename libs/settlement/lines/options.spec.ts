/** Found rules are kept; what is kept must never answer for another person, pack, age or place. */
import type { CareType, Category, CompiledLine, Line, Pack } from '@oss/policy';
import { packOf } from '../testing';
import type { LineContext } from './line-input';
import { optionsOf } from './options';

function line(rules: readonly (Line['rules'] & object)[number][]): Line {
  return { id: 'assistance', label: '医疗救助', payer: 'medical-assistance', shape: 'proportional', rules };
}

const rate = (value: number) => ({ parts: [{ base: 'in-scope-rest' as const, rate: { value } }] });
const nothing = { nothing: '不支付' };

const context: LineContext = {
  careType: 'inpatient' satisfies CareType,
  level: 2,
  transfer: 'none',
  designated: true,
  programme: null,
  amountSet: false,
  ageMonths: 700,
  hospitalRegion: '999901',
};

/** Category and first rate of each option. */
function found(pack: Pack, categories: readonly Category[], of: LineContext = context): unknown[] {
  return optionsOf(pack.lines[0] as CompiledLine, pack, categories, of).map(({ category, rule }) => [
    category,
    rule.parts[0]?.rate?.[2][0]?.value ?? null,
  ]);
}

describe('options', () => {
  const pack = packOf([
    line([
      { when: { categories: ['destitute'] }, ...rate(10_000) },
      { when: { categories: ['low-income'] }, ...rate(7_000) },
      nothing,
    ]),
  ]);

  it('are those of the categories that the pack knows, in its order, else the ordinary one', () => {
    expect(found(pack, ['low-income', 'disabled', 'destitute'])).toEqual([
      ['destitute', 10_000],
      ['low-income', 7_000],
    ]);
    expect(found(pack, ['disabled'])).toEqual([['ordinary', null]]);
    expect(found(pack, ['registered-poor', 'marginal'])).toEqual([['registered-poor', null]]);
  });

  it('of one context, asked for other categories or under another pack, are found anew', () => {
    const other = packOf([line([{ when: { categories: ['destitute'] }, ...rate(5_000) }, nothing])]);
    expect(found(pack, ['destitute'])).toEqual([['destitute', 10_000]]);
    expect(found(other, ['destitute'])).toEqual([['destitute', 5_000]]);
    expect(found(pack, ['low-income'])).toEqual([['low-income', 7_000]]);
    expect(found(other, ['low-income'])).toEqual([['low-income', null]]);
    expect(found(pack, ['destitute'])).toEqual([['destitute', 10_000]]);
  });

  it('follow level, age and place where a rule asks for them', () => {
    const asking = packOf([
      line([
        { when: { ageMonths: { below: 12 } }, ...rate(1_000) },
        { when: { hospitalRegions: ['9999'], ageMonths: { from: 12 } }, ...rate(2_000) },
        { when: { levels: [1], ageMonths: { from: 1_200 }, hospitalRegions: ['8888'] }, ...rate(3_000) },
        nothing,
      ]),
    ]);
    const kinds: readonly Partial<LineContext>[] = [
      {},
      { ageMonths: 11 },
      { ageMonths: 12 },
      { hospitalRegion: '360100' },
      { ageMonths: 1_200, hospitalRegion: '888801', level: 1 },
      { ageMonths: 1_200, hospitalRegion: '888801', level: 2 },
      { ageMonths: null },
      {},
    ];
    expect(kinds.map((kind) => found(asking, [], { ...context, ...kind })).flat()).toEqual([
      ['ordinary', 2_000],
      ['ordinary', 1_000],
      ['ordinary', 2_000],
      ['ordinary', null],
      ['ordinary', 3_000],
      ['ordinary', null],
      ['ordinary', null],
      ['ordinary', 2_000],
    ]);
  });
});
