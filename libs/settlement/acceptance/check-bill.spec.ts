/** What a bill and its care are refused for by themselves: one fen and one day on either side of each line. */
import type { Care } from '../bill/discharge';
import type { PostedDischarge } from './accept';
import { checkBill, checkCare, fitsYear } from './check-bill';
import { isIcd10 } from './icd10';

const line = (amountFen: number, overLimitFen = 0) => ({ amountFen, class: 'A', code: 'x', overLimitFen }) as const;
const summary = (outOfCatalogueFen: number, overLimitFen: number, firstSelfPayFen: number) => ({
  firstSelfPayFen,
  outOfCatalogueFen,
  overLimitFen,
});

describe('a bill', () => {
  it.each<[string, PostedDischarge['bill']]>([
    ['whose lines add up', { totalFen: 300, lines: [line(100, 100), line(200)] }],
    ['whose lines leave out what is 0 by default', { totalFen: 300, lines: [{ amountFen: 300, class: 'A', code: 'x' }] }],
    ['without lines or summary', { totalFen: 300 }],
    ['whose summary takes all of it', { totalFen: 600, summary: summary(100, 200, 300) }],
    ['of nothing', { totalFen: 0, lines: [] }],
  ])('%s is sound', (_, bill) => {
    expect(checkBill(bill)).toEqual([]);
  });

  it('whose lines come to a fen more or less, or are above their limit price', () => {
    const add = (totalFen: number) => ({
      code: 'lines-do-not-add-up',
      fields: ['bill.totalFen', 'bill.lines'],
      detail: `the lines add up to 300 fen, the total says ${totalFen} fen`,
    });
    expect(checkBill({ totalFen: 299, lines: [line(100), line(200)] })).toEqual([add(299)]);
    expect(checkBill({ totalFen: 301, lines: [line(100), line(200, 201)] })).toEqual([
      {
        code: 'over-limit-above-amount',
        fields: ['bill.lines[1].overLimitFen'],
        detail: 'line 1 has 201 fen above the limit price of an amount of 200 fen',
      },
      add(301),
    ]);
  });

  it('whose sums leave the safe numbers is added up exactly', () => {
    const huge = Number.MAX_SAFE_INTEGER;
    expect(checkBill({ totalFen: huge, lines: [line(huge), line(1)] })).toMatchObject([
      { detail: `the lines add up to 9007199254740992 fen, the total says ${huge} fen` },
    ]);
    expect(checkBill({ totalFen: huge, summary: summary(huge, 1, 1) })).toMatchObject([
      { detail: `the summary's parts add up to 9007199254740993 fen, above the total of ${huge} fen` },
    ]);
  });

  it('whose summary takes a fen more than the bill', () => {
    expect(checkBill({ totalFen: 599, summary: summary(100, 200, 300) })).toEqual([
      {
        code: 'summary-above-total',
        fields: ['bill.summary', 'bill.totalFen'],
        detail: "the summary's parts add up to 600 fen, above the total of 599 fen",
      },
    ]);
  });

  it('fits its year below 2^53', () => {
    expect([fitsYear(Number.MAX_SAFE_INTEGER - 1, 1), fitsYear(Number.MAX_SAFE_INTEGER, 1)]).toEqual([true, false]);
  });
});

const TODAY = '2018-04-04';
const stay: Care = {
  admittedOn: '2018-03-07',
  diagnoses: ['C16.9'],
  dischargedOn: '2018-03-19',
  transfer: 'none',
  type: 'inpatient',
};
const visit: Care = { ...stay, admittedOn: '2018-03-19', chronicDisease: 'I10', type: 'outpatient-chronic' };

describe('care', () => {
  it.each<[string, Care]>([
    ['a stay', stay],
    ['a stay of a day that ends today', { ...stay, admittedOn: TODAY, dischargedOn: TODAY }],
    ['a visit', visit],
  ])('%s is sound', (_, care) => {
    expect(checkCare(care, TODAY)).toEqual([]);
  });

  it.each<[string, Care, string, readonly string[], string]>([
    [
      'a day that does not exist',
      { ...stay, admittedOn: '2018-02-29' },
      'no-such-day',
      ['care.admittedOn'],
      '2018-02-29 is no day of the calendar',
    ],
    [
      'two such days',
      { ...stay, admittedOn: '2018-02-30', dischargedOn: '2018-13-01' },
      'no-such-day',
      ['care.admittedOn', 'care.dischargedOn'],
      '2018-02-30 and 2018-13-01 is no day of the calendar',
    ],
    [
      'a discharge on the day before admission',
      { ...stay, dischargedOn: '2018-03-06' },
      'discharge-before-admission',
      ['care.admittedOn', 'care.dischargedOn'],
      'discharged on 2018-03-06, before admission on 2018-03-07',
    ],
    [
      'a discharge tomorrow',
      { ...stay, dischargedOn: '2018-04-05' },
      'discharge-in-future',
      ['care.dischargedOn'],
      'discharged on 2018-04-05, today is 2018-04-04 in China',
    ],
    [
      'codes that are none',
      { ...stay, diagnoses: ['C16.9', 'gastric', ''] },
      'malformed-icd10',
      ['care.diagnoses[1]', 'care.diagnoses[2]'],
      'an ICD-10 code looks like C16.9 or I10',
    ],
    [
      'an approved disease that is no code',
      { ...visit, chronicDisease: 'hypertension' },
      'malformed-icd10',
      ['care.chronicDisease'],
      'an ICD-10 code looks like C16.9 or I10',
    ],
    [
      'a stay with a chronic disease',
      { ...stay, chronicDisease: 'I10' },
      'chronic-disease-not-expected',
      ['care.chronicDisease'],
      'only an outpatient-chronic visit names a chronic disease',
    ],
    [
      'a visit without one',
      { ...visit, chronicDisease: undefined },
      'chronic-disease-missing',
      ['care.chronicDisease'],
      'an outpatient-chronic visit names the approved disease',
    ],
    [
      'a visit of two days',
      { ...visit, admittedOn: '2018-03-18' },
      'visit-longer-than-a-day',
      ['care.admittedOn', 'care.dischargedOn'],
      'a visit begins and ends on one day',
    ],
  ])('is refused: %s', (_, care, code, fields, detail) => {
    expect(checkCare(care, TODAY)).toEqual([{ code, fields, detail }]);
  });

  it('says everything that is wrong at once', () => {
    const wrong = { ...visit, admittedOn: '2018-03-20', chronicDisease: undefined, diagnoses: ['x'] };
    expect(checkCare(wrong, TODAY).map(({ code }) => code)).toEqual([
      'discharge-before-admission',
      'malformed-icd10',
      'chronic-disease-missing',
      'visit-longer-than-a-day',
    ]);
  });
});

it('the form of a code: letter, two places, up to four after the point, the national extension, a mark of the edition', () => {
  const codes = ['I10', 'C16.9', 'U07.1', 'C7A', 'M90.5100', 'C16.900x001', 'C16.9x1', 'A17.0†', 'G01*', 'B95.0+'];
  expect(codes.filter((code) => !isIcd10(code))).toEqual([]);
  const others = [
    '10',
    'c16.9',
    'XI10',
    'C1',
    'C1-',
    'C16.',
    'C16.90000',
    'C16.9x',
    'C16.9x0001',
    'C16.9xa',
    'I10 ',
    'I10a',
    'I10*†',
    'C169',
  ];
  expect(others.filter(isIcd10)).toEqual([]);
});
