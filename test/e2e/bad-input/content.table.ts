/** 422: bodies that fit the contract and say what cannot be settled, one row per case, with code, fields and what the detail names. */
import type { ProblemCode } from '@oss/host';
import { dischargeOf, inScopeBill, madeUpIdNumber } from '../../support/county';
import { changed } from '../../support/changed';
import {
  ABROAD,
  GOOD,
  GOOD_SUMMARY,
  GOOD_VISIT,
  LEFT,
  NEVER_COVERED,
  NO_VISITS,
  NOT_YET,
  POOR,
  PROVINCE,
  UNKNOWN,
} from './people';

export interface ContentRow {
  readonly name: string;
  readonly body: object;
  readonly code: ProblemCode;
  readonly paths: readonly string[];
  /** Texts that the detail must hold: the values that show what is wrong. */
  readonly says?: readonly string[];
}

const row = (name: string, body: object, code: ProblemCode, paths: readonly string[], ...says: string[]): ContentRow => ({
  name,
  body,
  code,
  paths,
  says,
});
const days = (admittedOn: string, dischargedOn: string): object => ({
  ...GOOD,
  care: { ...GOOD.care, admittedOn, dischargedOn },
});
const of = (person: typeof POOR): object => ({
  ...GOOD,
  region: person.region,
  patient: { idNumber: person.idNumber, name: person.name },
});
const at = (hospital: 'HPLAIN' | 'HPROVINCE' | 'HFAR' | 'H2', transfer: string): object =>
  changed(changed(GOOD, 'hospitalCode', hospital), 'care.transfer', transfer);

const bills: readonly ContentRow[] = [
  row(
    'lines one fen short of the total',
    changed(GOOD, 'bill.totalFen', 5_200_001),
    'lines-do-not-add-up',
    ['bill.totalFen', 'bill.lines'],
    '5200000',
    '5200001',
  ),
  row(
    'lines above the total',
    changed(GOOD, 'bill.totalFen', 1),
    'lines-do-not-add-up',
    ['bill.totalFen', 'bill.lines'],
    '5200000',
    ' 1 fen',
  ),
  row(
    'no lines at all',
    changed(GOOD, 'bill.lines', []),
    'lines-do-not-add-up',
    ['bill.totalFen', 'bill.lines'],
    ' 0 fen',
    '5200000',
  ),
  row('lines whose sum is above 2^53', { ...GOOD, bill: { totalFen: Number.MAX_SAFE_INTEGER, lines: [1, 2].map((code) => ({ code: `${code}`, class: 'A', amountFen: Number.MAX_SAFE_INTEGER })) } }, 'lines-do-not-add-up', ['bill.totalFen', 'bill.lines'], '18014398509481982', '9007199254740991'), // prettier-ignore
  row(
    'over limit above the amount',
    changed(GOOD, 'bill.lines[2].overLimitFen', 200_001),
    'over-limit-above-amount',
    ['bill.lines[2].overLimitFen'],
    '200001',
    '200000',
  ),
  row(
    'summary one fen above the total',
    changed(GOOD_SUMMARY, 'bill.totalFen', 169_999),
    'summary-above-total',
    ['bill.summary', 'bill.totalFen'],
    '170000',
    '169999',
  ),
  row(
    'summary sums above 2^53',
    changed(GOOD_SUMMARY, 'bill.summary.overLimitFen', Number.MAX_SAFE_INTEGER),
    'summary-above-total',
    ['bill.summary', 'bill.totalFen'],
    '9007199254860991',
  ),
];

/** The clock of these tests stands at 2020-03-01 01:30 in China, when it is still February in UTC. */
const calendar: readonly ContentRow[] = [
  row(
    'discharge before admission',
    days('2018-03-20', '2018-03-19'),
    'discharge-before-admission',
    ['care.admittedOn', 'care.dischargedOn'],
    '2018-03-20',
    '2018-03-19',
  ),
  row(
    'discharge tomorrow in China',
    days('2020-03-01', '2020-03-02'),
    'discharge-in-future',
    ['care.dischargedOn'],
    '2020-03-02',
    '2020-03-01',
  ),
  row('discharge in 9999', days('2018-03-07', '9999-12-31'), 'discharge-in-future', ['care.dischargedOn']),
  row('30 February', days('2018-02-01', '2018-02-30'), 'no-such-day', ['care.dischargedOn'], '2018-02-30'),
  row('29 February of a common year', days('2018-02-29', '2018-03-19'), 'no-such-day', ['care.admittedOn'], '2018-02-29'),
  row('29 February 1900', days('1900-02-29', '2018-03-19'), 'no-such-day', ['care.admittedOn']),
  row(
    '31 April and month 13',
    days('2018-04-31', '2018-13-01'),
    'no-such-day',
    ['care.admittedOn', 'care.dischargedOn'],
    '2018-04-31',
    '2018-13-01',
  ),
  row('month 0 and day 0', days('2018-00-10', '2018-03-00'), 'no-such-day', ['care.admittedOn', 'care.dischargedOn']),
  ...['C16.', 'c16.9', 'C1', '16.9', 'C16.99999', 'C16 9', ' C16.9', '胃癌'].map((code) =>
    row(`diagnosis ${code}`, changed(GOOD, 'care.diagnoses[0]', code), 'malformed-icd10', ['care.diagnoses[0]']),
  ),
  row('the second diagnosis of two', changed(GOOD, 'care.diagnoses', ['C16.9', 'C16,9']), 'malformed-icd10', [
    'care.diagnoses[1]',
  ]),
];

const right = madeUpIdNumber(11);
const wrongDigit = right.slice(0, 17) + (right.endsWith('1') ? '2' : '1');
const patients: readonly ContentRow[] = [
  ...[
    wrongDigit,
    '11010519491231002x',
    right.slice(0, 17),
    `${right}0`,
    '110105194913310021',
    '360222950317001',
    ` ${right}`,
  ].map((idNumber) =>
    row(
      `id number of ${idNumber.length} characters ending in ${idNumber.slice(-1)}`,
      changed(GOOD, 'patient.idNumber', idNumber),
      'id-number-check-digit',
      ['patient.idNumber'],
    ),
  ),
  row('a person who is not registered', of(UNKNOWN), 'unknown-person', ['patient.idNumber']),
  row('another name', changed(GOOD, 'patient.name', '某某'), 'name-differs', ['patient.name']),
  row(
    'another region than the registry’s',
    changed(GOOD, 'region', '360281'),
    'region-differs',
    ['region', 'care.dischargedOn'],
    '360222',
    '360281',
  ),
  row('never covered', of(NEVER_COVERED), 'not-covered', ['care.dischargedOn'], '2018-03-19'),
  row('cover ended the day before', of(LEFT), 'not-covered', ['care.dischargedOn'], '2018-03-18'),
  row('cover begins the day after', of(NOT_YET), 'not-covered', ['care.dischargedOn'], '2018-03-20'),
];

const places: readonly ContentRow[] = [
  row('an unknown hospital', changed(GOOD, 'hospitalCode', 'H-NONE'), 'unknown-hospital', ['hospitalCode'], 'H-NONE'),
  row('a hospital code like a stream of ours', changed(GOOD, 'hospitalCode', '../H2'), 'unknown-hospital', ['hospitalCode']),
  row('an undesignated hospital', at('HPLAIN', 'none'), 'undesignated-hospital', ['hospitalCode'], 'HPLAIN'),
  ...(['referred', 'unreferred-in-province', 'unreferred-out-of-province', 'living-elsewhere'] as const).map((transfer) =>
    row(
      `${transfer} to a local hospital`,
      at('H2', transfer),
      'transfer-contradicts-hospital',
      ['care.transfer', 'hospitalCode'],
      transfer,
    ),
  ),
  row(
    'no transfer, and the hospital is elsewhere in the province',
    at('HPROVINCE', 'none'),
    'transfer-contradicts-hospital',
    ['care.transfer', 'hospitalCode'],
    '360103',
  ),
  row(
    'no transfer, and the hospital is in another province',
    at('HFAR', 'none'),
    'transfer-contradicts-hospital',
    ['care.transfer', 'hospitalCode'],
    '310104',
  ),
  row(
    'out of province, and it is in the province',
    at('HPROVINCE', 'unreferred-out-of-province'),
    'transfer-contradicts-hospital',
    ['care.transfer', 'hospitalCode'],
  ),
  row('in province, and it is out of it', at('HFAR', 'unreferred-in-province'), 'transfer-contradicts-hospital', [
    'care.transfer',
    'hospitalCode',
  ]),
];

const visit = (path: string, value: unknown): object => changed(GOOD_VISIT, path, value);
const packs: readonly ContentRow[] = [
  row('a region that has no pack', of(ABROAD), 'no-pack', ['region', 'care.dischargedOn'], '130102', '2018-03-19'),
  row('a day before the first pack', changed(days('2017-12-01', '2017-12-31'), 'patient', { idNumber: POOR.idNumber, name: POOR.name }), 'not-covered', ['care.dischargedOn', 'region'], '360222', '2017-12-31'), // prettier-ignore
  row('care that the pack says nothing of', { ...dischargeOf(NO_VISITS, { encounterNo: 'BAD-1', type: 'outpatient-chronic', chronicDisease: 'N18.0' }), hospitalCode: 'GD2' }, 'care-type-not-in-pack', ['care.type', 'care.chronicDisease']), // prettier-ignore
  row('a chronic disease that the pack does not list', dischargeOf(POOR, { encounterNo: 'BAD-1', type: 'outpatient-chronic', chronicDisease: 'J18.9' }), 'chronic-disease-not-in-pack', ['care.chronicDisease'], 'J18.9'), // prettier-ignore
  row('a transfer that the pack says nothing of', { ...dischargeOf(PROVINCE, { encounterNo: 'BAD-1', dischargedOn: '2019-05-31', transfer: 'living-elsewhere', bill: inScopeBill(1) }), hospitalCode: 'HFAR' }, 'transfer-not-in-pack', ['care.transfer']), // prettier-ignore
  row(
    'a chronic disease that is not approved',
    visit('care.chronicDisease', 'I10'),
    'chronic-disease-not-approved',
    ['care.chronicDisease'],
    'I10',
  ),
  row('a chronic disease whose approval has ended', { ...GOOD_VISIT, care: { ...GOOD_VISIT.care, admittedOn: '2019-06-01', dischargedOn: '2019-06-01' } }, 'chronic-disease-not-approved', ['care.chronicDisease'], '2019-06-01'), // prettier-ignore
  row('a visit without its disease', visit('care.chronicDisease', undefined), 'chronic-disease-missing', ['care.chronicDisease']),
  row('a visit over two days', visit('care.admittedOn', '2019-05-30'), 'visit-longer-than-a-day', [
    'care.admittedOn',
    'care.dischargedOn',
  ]),
  row('a malformed chronic disease', visit('care.chronicDisease', 'N18,0'), 'malformed-icd10', ['care.chronicDisease']),
  row('a stay that names a chronic disease', changed(GOOD, 'care.chronicDisease', 'N18.0'), 'chronic-disease-not-expected', [
    'care.chronicDisease',
  ]),
];

const several: readonly ContentRow[] = [
  row(
    'several things at once: all fields are named, the first gives the code',
    changed(changed(changed(GOOD, 'bill.totalFen', 1), 'care.diagnoses[0]', 'x'), 'hospitalCode', 'H-NONE'),
    'lines-do-not-add-up',
    ['bill.totalFen', 'bill.lines', 'care.diagnoses[0]', 'hospitalCode'],
  ),
];

export const CONTENT_ROWS: readonly ContentRow[] = [...bills, ...calendar, ...patients, ...places, ...packs, ...several];
