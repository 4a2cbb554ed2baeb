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
    const destitute: readonly Category[] = ['destitute'];
    const lowIncome: readonly Category[] = ['low-income'];
    expect(found(pack, destitute)).toEqual([['destitute', 10_000]]);
    expect(found(other, destitute)).toEqual([['destitute', 5_000]]);
    expect(found(other, lowIncome)).toEqual([['low-income', null]]);
    expect(found(pack, lowIncome)).toEqual([['low-income', 7_000]]);
    expect(found(pack, destitute)).toEqual([['destitute', 10_000]]);
  });

  it('of another case follow level, age or place, where a rule asks for one of them', () => {
    const asking = (when: (Line['rules'] & object)[number]['when']) => packOf([line([{ when, ...rate(1_000) }, nothing])]);
    const byLevel = asking({ levels: [2] });
    const byAge = asking({ ageMonths: { below: 12 } });
    const byPlace = asking({ hospitalRegions: ['9999'] });
    const kinds: readonly Partial<LineContext>[] = [
      {},
      { level: 1 },
      { ageMonths: 11 },
      { ageMonths: 12 },
      { ageMonths: null },
      { hospitalRegion: '888801' },
    ];
    const contexts = kinds.map((kind) => ({ ...context, ...kind }));
    const none: readonly Category[] = [];
    const pays = (pack: Pack, of: LineContext): boolean =>
      optionsOf(pack.lines[0] as CompiledLine, pack, none, of)[0]?.rule.nothing === null;
    const paid = (pack: Pack): boolean[] => contexts.map((of) => pays(pack, of));
    expect(paid(byLevel)).toEqual([true, false, true, true, true, true]);
    expect(paid(byAge)).toEqual([false, false, true, false, false, false]);
    expect(paid(byPlace)).toEqual([true, true, true, true, true, false]);
    const otherAge = asking({ ageMonths: { from: 12 } });
    expect(contexts.map((of) => [pays(byAge, of), pays(otherAge, of)]).flat()).toEqual([
      ...[false, true],
      ...[false, true],
      ...[true, false],
      ...[false, true],
      ...[false, false],
      ...[false, true],
    ]);
  });

  it('of another kind of case are found anew, whatever it is that selects: asked in either order, once and again', () => {
    const outside = { classBFirstSelfPay: { value: 0 }, outOfArea: { referred: { value: 0 } } };
    const programmes = ['one', 'two'].map((id, at) => ({
      id,
      label: id,
      kind: 'named',
      careTypes: ['inpatient'],
      diseases: [{ label: id, icd10: [`C1${at}`] }],
    }));
    const more = { scope: outside, programmes, acceptsUndesignated: { value: true } };
    const care = { inpatient: { chain: ['assistance'] }, 'outpatient-chronic': { chain: ['assistance'] } };
    const rows: readonly [(Line['rules'] & object)[number]['when'], Partial<LineContext>, Partial<LineContext>][] = [
      [{ careTypes: ['outpatient-chronic'] }, { careType: 'outpatient-chronic' }, {}],
      [{ transfers: ['referred'] }, { transfer: 'referred' }, {}],
      [{ designated: false }, { designated: false }, {}],
      [{ programmes: ['one'] }, { programme: 'one' }, { programme: 'two' }],
      [{ amountSet: true }, { programme: 'one', amountSet: true }, { programme: 'one' }],
    ];
    for (const [when, selecting, other] of rows) {
      const pack = packOf([line([{ when, ...rate(1_000) }, nothing])], { ...more, care });
      const pays = [selecting, other, selecting, other].map(
        (kind) => optionsOf(pack.lines[0] as CompiledLine, pack, [], { ...context, ...kind })[0]?.rule.nothing === null,
      );
      expect([when, pays]).toEqual([when, [true, false, true, false]]);
    }
  });
});
