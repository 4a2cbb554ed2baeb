/** 400: bodies that do not fit the contract, one row per case, each with the fields that the answer must name. */
import { ABSENT, changed } from '../../support/changed';
import { GOOD, GOOD_SUMMARY } from './people';

export interface ShapeRow {
  readonly name: string;
  readonly body: unknown;
  readonly paths: readonly string[];
}

const NOT_WHOLE_FEN: readonly [string, unknown][] = [
  ['missing', ABSENT],
  ['null', null],
  ['a number as a string', '3000000'],
  ['empty text', ''],
  ['true', true],
  ['an array', [1]],
  ['an object', {}],
  ['negative', -1],
  ['a fraction of a fen', 1.5],
  ['2^53', 2 ** 53],
  ['1e300', 1e300],
];
const NOT_TEXT: readonly [string, unknown][] = [
  ['missing', ABSENT],
  ['null', null],
  ['a number', 360222],
  ['empty', ''],
  ['an array', ['H2']],
  ['an object', { value: 'H2' }],
];
const NOT_A_CODE: readonly [string, unknown][] = [
  ['with a line break', 'ZY\n1'],
  ['with NUL', 'ZY\u00001'],
  ['with a right-to-left mark', 'ZY\u202e1'],
  ['a lone surrogate', 'ZY\ud8001'],
  ['blanks alone', '   '],
  ['a blank before', ' ZY1'],
  ['a blank after', 'ZY1 '],
  ['65 characters', 'Z'.repeat(65)],
];
const NOT_AN_OBJECT: readonly [string, unknown][] = [
  ['missing', ABSENT],
  ['null', null],
  ['text', 'x'],
  ['a number', 1],
  ['an array', []],
];

function rows(path: string, values: readonly [string, unknown][], body: object = GOOD): ShapeRow[] {
  return values.map(([name, value]) => ({ name: `${path}: ${name}`, body: changed(body, path, value), paths: [path] }));
}

/** Optional fields may be null or absent; everything else is as bad as in a required one. */
const given = (values: readonly [string, unknown][]): [string, unknown][] =>
  values.filter(([, value]) => value !== ABSENT && value !== null);

const amounts: readonly ShapeRow[] = [
  ...rows('bill.totalFen', NOT_WHOLE_FEN),
  ...rows('bill.lines[1].amountFen', NOT_WHOLE_FEN),
  ...rows('bill.lines[0].overLimitFen', given(NOT_WHOLE_FEN)),
  ...rows('bill.summary.outOfCatalogueFen', NOT_WHOLE_FEN, GOOD_SUMMARY),
  ...rows('bill.summary.overLimitFen', NOT_WHOLE_FEN, GOOD_SUMMARY),
  ...rows('bill.summary.firstSelfPayFen', NOT_WHOLE_FEN, GOOD_SUMMARY),
];

const texts: readonly ShapeRow[] = [
  ...rows('hospitalCode', [...NOT_TEXT, ...NOT_A_CODE]),
  ...rows('encounterNo', [...NOT_TEXT, ...NOT_A_CODE]),
  ...rows('region', [...NOT_TEXT, ['5 digits', '36022'], ['letters', '36022X'], ['12 digits', '360222000000']]),
  ...rows('patient.idNumber', NOT_TEXT),
  ...rows('patient.name', [...NOT_TEXT, ['101 characters', '长'.repeat(101)]]),
  ...rows('bill.lines[2].code', [...NOT_TEXT, ['65 characters', 'x'.repeat(65)]]),
  ...rows('bill.lines[2].name', [
    ['a number', 1],
    ['201 characters', '长'.repeat(201)],
  ]),
  ...rows('bill.invoiceNo', [
    ['a number', 1],
    ['empty', ''],
    ['65 characters', '1'.repeat(65)],
  ]),
];

const words: readonly ShapeRow[] = [
  ...rows('care.type', [...NOT_TEXT, ['unknown', 'outpatient'], ['of Object.prototype', 'toString']]),
  ...rows('care.transfer', [...NOT_TEXT, ['unknown', 'unreferred'], ['in capitals', 'NONE']]),
  ...rows('care.admittedOn', [
    ...NOT_TEXT,
    ['slashes', '2018/03/07'],
    ['with a time', '2018-03-07T00:00:00Z'],
    ['short', '2018-3-7'],
  ]),
  ...rows('care.dischargedOn', [...NOT_TEXT, ['Chinese', '2018年3月19日'], ['a line break after', '2018-03-19\n']]),
  ...rows('care.diagnoses', [
    ['missing', ABSENT],
    ['null', null],
    ['text', 'C16.9'],
    ['empty', []],
    ['101 codes', Array<string>(101).fill('C16.9')],
  ]),
  ...rows('care.diagnoses', [
    ['a number among them', ['C16.9', 1]],
    ['null among them', [null]],
  ]),
  ...rows('care.chronicDisease', [
    ['a number', 1],
    ['empty', ''],
  ]),
  ...rows('bill.lines[0].class', [...NOT_TEXT, ['lower case', 'a'], ['D', 'D'], ['甲', '甲']]),
];

const basisPoints: readonly ShapeRow[] = [
  ...rows('bill.lines[1].firstSelfPayBp', [...given(NOT_WHOLE_FEN), ['above 10 000', 10_001]]),
  ...rows('bill.lines[0].firstSelfPayBp', [
    ['on class A', 1_000],
    ['0 on class A', 0],
  ]),
  ...rows('bill.lines[2].firstSelfPayBp', [['on class C', 1_000]]),
];

const SETTLEMENT = '5a0d4b0e-7c0b-5f0a-9a6e-360222018404';
const corrections: readonly ShapeRow[] = [
  { name: 'corrects: nothing in it', body: { ...GOOD, corrects: {} }, paths: ['corrects.settlementId', 'corrects.attempt'] },
  ...([0, -1, 1.5, '1', null, 1_000_000] as const).map((attempt) => ({
    name: `corrects.attempt: ${JSON.stringify(attempt)}`,
    body: { ...GOOD, corrects: { settlementId: SETTLEMENT, attempt } },
    paths: ['corrects.attempt'],
  })),
  {
    name: 'corrects.settlementId: no UUID',
    body: { ...GOOD, corrects: { settlementId: 'x', attempt: 1 } },
    paths: ['corrects.settlementId'],
  },
];

const structure: readonly ShapeRow[] = [
  ...rows('patient', NOT_AN_OBJECT),
  ...rows('care', NOT_AN_OBJECT),
  ...rows('bill', NOT_AN_OBJECT),
  ...rows('bill.summary', given(NOT_AN_OBJECT), GOOD_SUMMARY),
  ...rows('bill.lines', [
    ['missing, and no summary', ABSENT],
    ['null, and no summary', null],
    ['text', 'x'],
    ['an object', {}],
  ]),
  ...rows('bill.lines[1]', [
    ['null', null],
    ['text', 'x'],
    ['a number', 7],
    ['an array', []],
  ]),
  ...rows('bill.summary', [['beside lines', GOOD_SUMMARY.bill.summary]]),
  ...['', 'patient.', 'care.', 'bill.', 'bill.lines[1].'].flatMap((where) =>
    ['extra', 'constructor', 'toString'].flatMap((field) => rows(`${where}${field}`, [['an unknown field', 'x']])),
  ),
  ...rows('bill.summary.extra', [['an unknown field', 1]], GOOD_SUMMARY),
  ...rows('corrects', given(NOT_AN_OBJECT)),
];

const whole: readonly ShapeRow[] = [
  ...[null, [], [GOOD], 'text', 7, true].map((body) => ({
    name: `the body is ${JSON.stringify(body).slice(0, 20)}`,
    body,
    paths: [''],
  })),
  { name: 'an empty object', body: {}, paths: ['hospitalCode', 'encounterNo', 'region', 'patient', 'care', 'bill'] },
  {
    name: 'many things at once, each named',
    body: changed(
      changed(changed(changed(GOOD, 'bill.lines[2].amountFen', '1'), 'bill.lines[0].odd', 1), 'patient.name', 5),
      'region',
      'x',
    ),
    paths: ['region', 'patient.name', 'bill.lines[0].odd', 'bill.lines[2].amountFen'],
  },
];

export const SHAPE_ROWS: readonly ShapeRow[] = [
  ...amounts,
  ...texts,
  ...words,
  ...basisPoints,
  ...corrections,
  ...structure,
  ...whole,
];
