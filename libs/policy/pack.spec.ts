/** Which rule, which value, which items: every condition on both of its sides, days and ages at their edges. */
import { admissionsFor, admittedBy } from './admitted-items';
import { agesMatch } from './ages';
import { dayAfter, isRealDate } from './calendar';
import { compilePack } from './compile';
import { accumulatesHere, chainFor, matchingRules, type RuleContext, ruleFor, yearEndAccounts } from './pack';
import { packInForce } from './policy-book';
import { PackInvalid } from './problem';
import { codesOfRange, programmesFor } from './programmes';
import { packContent, programme, rateLine } from './testing';
import { type Resolved, valueAt } from './values';

const context: RuleContext = {
  careType: 'inpatient',
  level: 2,
  transfer: 'none',
  designated: true,
  programme: 'named',
  amountSet: false,
  ageMonths: 72,
  category: 'destitute',
  hospitalRegion: '999901',
};

function lineWith(...whens: object[]) {
  const content = { ...packContent(), lines: [rateLine({ rules: whens.map((when) => ({ when, nothing: '无' })) })] };
  const [line] = compilePack(content).lines;
  if (line === undefined) throw new Error('no line');
  return line;
}

describe('a condition', () => {
  it.each<[object, object]>([
    [{ categories: ['low-income', 'destitute'] }, { category: 'ordinary' }],
    [{ careTypes: ['inpatient'] }, { careType: 'outpatient-chronic' }],
    [{ levels: [1, 2] }, { level: 3 }],
    [{ transfers: ['none'] }, { transfer: 'referred' }],
    [{ designated: true }, { designated: false }],
    [{ hospitalRegions: ['31', '9999'] }, { hospitalRegion: '999801' }],
    [{ hospitalRegions: ['9999'] }, { hospitalRegion: undefined }],
    [{ hospitalRegions: ['9999'] }, { hospitalRegion: '009999' }],
    [{ programmes: ['other', 'named'] }, { programme: 'third' }],
    [{ programmes: ['named'] }, { programme: null }],
    [{ amountSet: false }, { amountSet: true }],
    [{ ageMonths: { from: 72 } }, { ageMonths: 71 }],
    [{ ageMonths: { below: 73 } }, { ageMonths: 73 }],
    [{ ageMonths: { below: 73 } }, { ageMonths: null }],
  ])('%j holds, and does not for %j', (when, other) => {
    const found = [context, { ...context, ...other }].map((each) =>
      matchingRules(lineWith(when, {}), each).map(({ ref }) => ref),
    );
    expect(found).toEqual([['lines/basic/rules/0'], ['lines/basic/rules/1']]);
  });

  it('of a programme wins over one of a category, that over any other, that over none', () => {
    const whens = [{}, { levels: [2] }, { categories: ['destitute'] }, { programmes: ['named'] }];
    const winner = (count: number) => matchingRules(lineWith(...whens.slice(0, count)), context).map(({ ref }) => ref);
    expect([1, 2, 3, 4].map(winner)).toEqual([0, 1, 2, 3].map((rule) => [`lines/basic/rules/${rule}`]));
    const both = lineWith({ programmes: ['named'] }, { programmes: ['named'], levels: [2] });
    expect(matchingRules(both, context).map(({ ref }) => ref)).toEqual(['lines/basic/rules/1']);
    const categories = lineWith({ categories: ['destitute'] }, { categories: ['destitute'], levels: [2] });
    expect(matchingRules(categories, context).map(({ ref }) => ref)).toEqual(['lines/basic/rules/1']);
  });

  it('that leaves no rule or two is thrown, with the case', () => {
    expect(() => ruleFor(lineWith({ levels: [1] }), context)).toThrow(
      `line basic has no rule for ${JSON.stringify(context)}: check the pack`,
    );
    expect(() => ruleFor(lineWith({}, {}), context)).toThrow('line basic has several rules for {');
    expect(ruleFor(lineWith({}), context).ref).toBe('lines/basic/rules/0');
  });
});

it('an accumulation counts every case that is of none of its exceptions', () => {
  const counts = (except: object | undefined, programmeId: string | null = 'named') =>
    accumulatesHere({ account: 'a', label: '累', except }, { careType: 'inpatient', programme: programmeId });
  expect(counts(undefined)).toBe(true);
  expect(counts({})).toBe(true);
  expect([counts({ careTypes: ['inpatient'] }), counts({ careTypes: ['outpatient-chronic'] })]).toEqual([false, true]);
  expect([counts({ programmes: ['named'] }), counts({ programmes: ['other'] })]).toEqual([false, true]);
  expect(counts({ programmes: ['named'] }, null)).toBe(true);
  expect(counts({ careTypes: ['outpatient-chronic'], programmes: ['named'] })).toBe(false);
});

it('a pack has a chain for its care types alone; the accounts of a year-end line bear its name', () => {
  const pack = compilePack(packContent());
  expect(chainFor(pack, 'inpatient')?.map(({ line }) => line)).toEqual(['basic']);
  expect(chainFor(pack, 'outpatient-chronic')).toBeNull();
  expect(yearEndAccounts('top')).toEqual(['top.total', 'top.in-scope', 'top.self-pay', 'top.in-scope-self-pay']);
});

describe('items that a list lets in', () => {
  const list = (id: string, persons: object, ...items: object[]) => ({ id, label: id, for: persons, items });
  const admittedItems = [
    list('every', { every: ['destitute', 'disabled'] }, { name: '甲', codes: { value: ['1', '2'] } }),
    list('one', { oneOf: ['low-income', 'destitute'] }, { name: '乙' }, { name: '丙', codes: { value: ['2'] } }),
    list('both', { every: ['disabled'], oneOf: ['destitute', 'low-income'] }, { name: '甲' }),
  ];
  const pack = () => compilePack({ ...packContent(), admittedItems });
  const holding = (...categories: ('destitute' | 'low-income' | 'disabled')[]) =>
    admissionsFor(pack(), categories).map(({ id }) => id);

  it('are those of every list whose categories the person has', () => {
    expect(holding()).toEqual([]);
    expect(holding('disabled')).toEqual([]);
    expect(holding('destitute')).toEqual(['one']);
    expect(holding('low-income', 'disabled')).toEqual(['one', 'both']);
    expect(holding('disabled', 'destitute')).toEqual(['every', 'one', 'both']);
    expect(admissionsFor(compilePack(packContent()), ['destitute'])).toEqual([]);
  });

  it('are found by code or exact name, in the first list', () => {
    const lists = admissionsFor(pack(), ['destitute', 'disabled']);
    const found = (code: string, name?: string) => admittedBy(lists, { code, name })?.id ?? null;
    expect([found('1'), found('2'), found('x', '乙'), found('x', '甲'), found('x', '乙甲'), found('x'), found('乙')]).toEqual([
      'every',
      'every',
      'one',
      'every',
      null,
      null,
      null,
    ]);
  });
});

describe('days, ages and codes', () => {
  it('a day exists in its month and year, and is written in full', () => {
    const days = ['2018-01-31', '2018-02-28', '2016-02-29', '2000-02-29', '2018-04-30', '2018-12-31', '2016-03-31'];
    expect(days.filter((day) => !isRealDate(day))).toEqual([]);
    const others = [
      '2018-02-29',
      '1900-02-29',
      '2016-02-30',
      '2018-04-31',
      '2016-04-31',
      '2018-01-32',
      '2018-00-10',
      '2018-13-01',
      '2018-01-00',
      '2018-1-01',
      '12018-01-01',
      '2018-01-011',
      '',
    ];
    expect(others.filter(isRealDate)).toEqual([]);
    expect(['2018-02-28', '2016-02-28', '2018-12-31'].map(dayAfter)).toEqual(['2018-03-01', '2016-02-29', '2019-01-01']);
  });

  it('an age is from … below; unknown it fits an open range alone', () => {
    const fits = (range: Parameters<typeof agesMatch>[0]) => [71, 72, 73, null].map((age) => agesMatch(range, age));
    expect(fits(null)).toEqual([true, true, true, true]);
    expect(fits({})).toEqual([true, true, true, true]);
    expect(fits({ from: 72 })).toEqual([false, true, true, false]);
    expect(fits({ below: 72 })).toEqual([true, false, false, false]);
    expect(fits({ from: 72, below: 73 })).toEqual([false, true, false, false]);
  });

  it('a range is of one letter, two digits each, and rises', () => {
    const ranges = ['A15-A15', 'A08-A11', 'A15-B19', 'XA15-A19', 'A15-A19X', 'C16', 'C16.9'];
    expect(ranges.map(codesOfRange)).toEqual([['A15'], ['A08', 'A09', 'A10', 'A11'], [], [], [], ['C16'], ['C16.9']]);
  });

  it('of a programme the first disease that fits, for any of its categories; programmes in the pack’s order', () => {
    const diseases = [
      { label: '甲', icd10: ['C17', 'C16.9'] },
      { label: '乙', icd10: ['C16'] },
    ];
    const programmes = [
      programme({ id: 'first', categories: ['low-income', 'destitute'], diseases }),
      programme({ id: 'second', diseases: [...diseases].reverse() }),
      programme({ id: 'third', diseases: [{ label: '丙', icd10: ['D10'] }] }),
    ];
    const found = (...diagnoses: string[]) =>
      programmesFor(
        compilePack({ ...packContent(), programmes }),
        { type: 'inpatient', diagnoses },
        { categories: ['destitute'], ageMonths: null },
      ).map((match) => `${match.programme.id} ${match.disease.label}`);
    expect(found('C16.9')).toEqual(['first 甲', 'second 乙']);
    expect(found('C16.1')).toEqual(['first 乙', 'second 乙']);
    expect(found('D10', 'C16.1', 'C17')).toEqual(['first 甲', 'second 乙', 'third 丙']);
    expect(found('E10')).toEqual([]);
  });
});

it('the value in force is the one whose days hold it; a single one is not asked; none is thrown', () => {
  const span = (value: number, from: string, to: string | null) => ({ ref: 'x/0', value, from, to }) as Resolved;
  const timeline = [span(1, '2018-01-01', '2018-06-30'), span(2, '2018-07-01', null)];
  const days = ['2018-01-01', '2018-06-30', '2018-07-01', '2030-01-01'];
  expect(days.map((day) => valueAt(timeline, day).value)).toEqual([1, 1, 2, 2]);
  expect(valueAt(timeline.slice(0, 1), '2030-01-01').value).toBe(1);
  expect(() => valueAt(timeline, '2017-12-31')).toThrow('no value of x/0 is in force on 2017-12-31');
  expect(() => valueAt([], '2018-01-01')).toThrow('no value of an empty timeline is in force on 2018-01-01');
});

it('a pack rules on its last day and not the day after; of two of a county the one that began last, whatever their order', () => {
  const county = (name: string, from: string, to: string | null) => ({ region: '360222', from, to, name });
  const heads = [county('later', '2018-07-01', '2018-12-31'), county('earlier', '2018-01-01', null)];
  const named = (date: string) => packInForce(heads, '360222', date)?.name ?? null;
  expect(['2017-12-31', '2018-06-30', '2018-07-01', '2018-12-31', '2019-01-01'].map(named)).toEqual([
    null,
    'earlier',
    'later',
    'later',
    'earlier',
  ]);
});

it('what is wrong with a pack is one text, a line for each problem', () => {
  const error = new PackInvalid('a.yaml', [
    { path: '', message: 'is empty', cure: 'write it' },
    { path: 'id', message: 'is missing', cure: 'add it' },
  ]);
  expect(error.name).toBe('PackInvalid');
  expect(error.message).toBe(
    'policy pack a.yaml cannot be used:\n  (whole file): is empty. Cure: write it\n  id: is missing. Cure: add it',
  );
});
