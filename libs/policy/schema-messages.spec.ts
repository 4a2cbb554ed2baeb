/** What an author reads of a pack that the schema or YAML itself refuses: the deepest place, what stands there, the cure. */
import Ajv from 'ajv';
import schema from './pack.schema.json';
import { PackInvalid } from './problem';
import { checkedPack, readPack } from './read-pack';
import { type Authored, problemsAfter, value } from './testing';

const ADD = 'add it; libs/policy/README.md shows each element with an example';
const WHOLE = 'write whole fen or whole basis points (80 % = 8000), without quotes';
const SPELLING = 'remove it, or mend its spelling';
const SEE = 'see libs/policy/README.md';
const CATEGORIES = 'destitute, low-income, registered-poor, orphan, disabled, marginal, expenditure-poor';
const DAY = '^\\d{4}-\\d{2}-\\d{2}$';
const ID = '^\\d{6}/\\d{4}-\\d{2}-\\d{2}([./-][A-Za-z0-9.-]+)?$';

it.each<[string, (c: Authored) => void, string[]]>([
  ['a number where a code belongs', (c) => (c.region = 360222), ['region: must be string, got 360222. Cure: put it in quotes']],
  [
    'a fraction of a fen, a word for an amount, one below nothing',
    (c) => {
      c.lines[0].rules[0].capPerYear = value(0.5);
      c.lines[0].rules[0].capPerStay = value('80 %');
      c.scope.classBFirstSelfPay = value(-1);
    },
    [
      `scope.classBFirstSelfPay.value: must be >= 0, got -1. Cure: ${SEE}`,
      `lines[0].rules[0].capPerYear.value: must be integer, got 0.5. Cure: ${WHOLE}`,
      `lines[0].rules[0].capPerStay.value: must be integer, got "80 %". Cure: ${WHOLE}`,
    ],
  ],
  [
    'a word nobody knows and an element that is missing',
    (c) => {
      c.lines[0].colour = 'red';
      delete c.lines[0].label;
    },
    [`lines[0].label: is missing. Cure: ${ADD}`, `lines[0].colour: is not known here. Cure: ${SPELLING}`],
  ],
  ['an element of the whole that is missing', (c) => delete c.localArea, [`localArea: is missing. Cure: ${ADD}`]],
  [
    'a payer nobody knows',
    (c) => (c.lines[0].payer = 'charity'),
    [
      'lines[0].payer: must be equal to one of the allowed values, got "charity". Cure: use one of: ' +
        'basic-insurance, critical-illness, supplementary-insurance, medical-assistance, fifth-line, hospital',
    ],
  ],
  [
    'an id in another form',
    (c) => (c.id = 'Fuliang 2018'),
    [`id: must match pattern "${ID}", got "Fuliang 2018". Cure: write it in the form ${ID}`],
  ],
  [
    'a base that is none: either of what it may be',
    (c) => (c.lines[0].rules[0].parts[0].base = 'everything'),
    [
      'lines[0].rules[0].parts[0].base: must be equal to one of the allowed values, got "everything". Cure: use one of: ' +
        'total, rest, in-scope, in-scope-rest, out-of-scope, out-of-scope-rest, out-of-catalogue',
      `lines[0].rules[0].parts[0].base: must be object, got "everything". Cure: ${SEE}`,
    ],
  ],
  [
    'amounts of two levels',
    (c) => (c.lines[0].rules[0].capPerYear = { byLevel: { 1: value(1), 2: value(2) } }),
    [`lines[0].rules[0].capPerYear.byLevel.3: is missing. Cure: ${ADD}`],
  ],
  [
    'an element of the whole that is missing, and something wrong deep inside: both, for neither explains the other',
    (c) => {
      delete c.localArea;
      delete c.lines[0].label;
      c.lines[0].rules[0].capPerYear = value(-1);
    },
    [
      `localArea: is missing. Cure: ${ADD}`,
      `lines[0].label: is missing. Cure: ${ADD}`,
      `lines[0].rules[0].capPerYear.value: must be >= 0, got -1. Cure: ${SEE}`,
    ],
  ],
  [
    'amounts of two levels, one of them wrong, and a word beside them: what the form that was written lacks, not the other forms',
    (c) => (c.lines[0].rules[0].capPerYear = { byLevel: { 1: value(1), 2: value(-2) }, colour: 'red' }),
    [
      `lines[0].rules[0].capPerYear.colour: is not known here. Cure: ${SPELLING}`,
      `lines[0].rules[0].capPerYear.byLevel.3: is missing. Cure: ${ADD}`,
      `lines[0].rules[0].capPerYear.byLevel[2].value: must be >= 0, got -2. Cure: ${SEE}`,
    ],
  ],
  [
    'a value with a wrong day and no value',
    (c) => (c.lines[0].rules[0].capPerYear = { from: 'spring' }),
    [
      `lines[0].rules[0].capPerYear.value: is missing. Cure: ${ADD}`,
      `lines[0].rules[0].capPerYear.from: must match pattern "${DAY}", got "spring". Cure: write it in the form ${DAY}`,
    ],
  ],
  [
    'the eleventh of a list',
    (c) =>
      (c.admittedItems = [
        {
          id: 'a',
          label: '甲',
          for: { oneOf: ['destitute'] },
          items: Array.from({ length: 11 }, (_, at) => ({ name: at < 10 ? `${at}` : 10 })),
        },
      ]),
    ['admittedItems[0].items[10].name: must be string, got 10. Cure: put it in quotes'],
  ],
  [
    'a category nobody knows',
    (c) => (c.categories = ['poor']),
    [`categories[0]: must be equal to one of the allowed values, got "poor". Cure: use one of: ${CATEGORIES}`],
  ],
  [
    'a long text, of which the beginning is shown',
    (c) => (c.lines = 'x'.repeat(100)),
    [`lines: must be array, got "${'x'.repeat(79)}. Cure: ${SEE}`],
  ],
  [
    'a line twice in a chain',
    (c) => c.care.inpatient.chain.push('basic'),
    [`care.inpatient.chain: must NOT have duplicate items (items ## 1 and 0 are identical), got ["basic","basic"]. Cure: ${SEE}`],
  ],
])('%s', (_, change, problems) => {
  expect(problemsAfter(change)).toEqual(problems);
});

it('what is no pack at all', () => {
  expect(() => checkedPack(null, 'county.yaml')).toThrow(
    `policy pack county.yaml cannot be used:\n  (whole file): must be object, got null. Cure: ${SEE}`,
  );
});

describe('YAML', () => {
  const said = (text: string): readonly { path: string; message: string; cure: string }[] => {
    try {
      readPack(text, 'county.yaml');
    } catch (error) {
      if (error instanceof PackInvalid) return error.problems;
      throw error;
    }
    return [];
  };
  const mend = 'mend the YAML at that line; indentation, quotes and brackets are the usual causes';
  const aliases = 'mend the aliases (*name), or write their content out';

  it.each([
    ['a: 1\na: 2\n', 'line 2', 'Map keys must be unique at line 2, column 1:', mend],
    ['a: "x\nb: 1\n', 'line 3', 'Missing closing "quote at line 3, column 1:', mend],
    ['{', 'line 1', 'Flow map must end with a } at line 1, column 2:', mend],
    ['a: *b\n', '', 'Unresolved alias (the anchor must be set before the alias): b', aliases],
    [
      `a: &a [1]\nb: &b [${'*a, '.repeat(50)}]\nc: [${'*b, '.repeat(50)}]\n`,
      '',
      'Excessive alias count indicates a resource exhaustion attack',
      aliases,
    ],
  ])('%j', (text, path, message, cure) => {
    expect(said(text)).toEqual([{ path, message, cure }]);
  });

  it('a value written once and meant in three hundred places is none of these', () => {
    const text = `schema: &a 1\nmore: [${'*a, '.repeat(300)}]\n`;
    expect(said(text).map(({ path }) => path)).toContain('more');
  });
});

it('is read by a schema that is itself one, of the draft that it names', () => {
  const ajv = new Ajv();
  expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
});
