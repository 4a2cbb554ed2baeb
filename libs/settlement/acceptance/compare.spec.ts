/** The same discharge again, or another one under its key: every field that differs is named, and no other. */
import { packOf, inputOf } from '../testing';
import type { DischargeAccepted } from '../year/events';
import { acceptedDischarge } from './accept';
import { type ComparableDischarge, differingFields } from './compare';

const pack = packOf([
  {
    id: 'basic',
    label: '基本',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
  },
]);
const lines = [
  { code: 'a', name: '床位费', class: 'A', amountFen: 100 },
  { code: 'b', class: 'B', amountFen: 200 },
] as const;
const accepted = acceptedDischarge({ ...inputOf(pack, { lines, diagnoses: ['C16.9', 'I10'] }), attempt: 1 });

function differing(change: Partial<DischargeAccepted>): string[] {
  const again: ComparableDischarge = { ...accepted, ...change };
  return differingFields(accepted, again);
}
const lineWith = (change: object) => ({
  bill: { ...accepted.bill, lines: accepted.bill.lines?.map((line, index) => (index === 1 ? { ...line, ...change } : line)) },
});

it('a true repeat differs in nothing; names of items and an erased person are not compared', () => {
  expect(differing({})).toEqual([]);
  expect(differing(lineWith({ name: '药品' }))).toEqual([]);
  expect(differingFields(accepted, { ...accepted, personKey: null })).toEqual([]);
  expect(differing({ attempt: 2, encounterNo: 'other' })).toEqual([]);
});

it.each<[string, Partial<DischargeAccepted>, string[]]>([
  ['region and person', { region: '360222', personKey: 'f'.repeat(32) }, ['region', 'patient.idNumber']],
  ['a day', { care: { ...accepted.care, dischargedOn: '2018-03-20' } }, ['care.dischargedOn']],
  ['a field that the first did not have', { care: { ...accepted.care, chronicDisease: 'I10' } }, ['care.chronicDisease']],
  ['a diagnosis', { care: { ...accepted.care, diagnoses: ['C16.9', 'I11'] } }, ['care.diagnoses[1]']],
  ['the number of diagnoses', { care: { ...accepted.care, diagnoses: ['C16.9'] } }, ['care.diagnoses']],
  ['an amount', lineWith({ amountFen: 201 }), ['bill.lines[1].amountFen']],
  ['class and code', lineWith({ class: 'A', code: 'c' }), ['bill.lines[1].class', 'bill.lines[1].code']],
  [
    'lines that are a summary now',
    { bill: { totalFen: 300, summary: { firstSelfPayFen: 0, outOfCatalogueFen: 0, overLimitFen: 0 } } },
    ['bill.lines', 'bill.summary'],
  ],
  ['the total', { bill: { ...accepted.bill, totalFen: 301 } }, ['bill.totalFen']],
])('%s', (_, change, fields) => {
  expect(differing(change)).toEqual(fields);
});

it('a summary is compared part by part', () => {
  const summed = acceptedDischarge({ ...inputOf(pack, {}), attempt: 1 });
  const summary = { firstSelfPayFen: 0, outOfCatalogueFen: 1, overLimitFen: 0 };
  expect(differingFields(summed, { ...summed, bill: { ...summed.bill, summary } })).toEqual(['bill.summary.outOfCatalogueFen']);
});
