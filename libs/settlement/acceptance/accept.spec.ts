/** Acceptance: the fact, whole, when nothing refuses it; else every refusal with its fields, its values, and in order. */
import type { Pack } from '@oss/policy';
import { type AloneInput, refusalsOf, settleAlone } from '../settle-alone';
import { type Case, inputOf, packOf } from '../testing';
import { settlementIdOf } from '../year/ids';
import { acceptedDischarge, completedMonths, normaliseBill, type RegisteredPerson } from './accept';

const basic = {
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
} as const;
const both = { inpatient: { chain: ['basic'] }, 'outpatient-chronic': { chain: ['basic'] } };
const pack = packOf([basic], { localArea: { value: ['9999', '9998'] } });
const listing = packOf([basic], {
  care: both,
  programmes: [
    {
      id: 'visits',
      label: '门诊',
      kind: 'named',
      careTypes: ['outpatient-chronic'],
      categories: ['destitute'],
      diseases: [{ label: '高血压', icd10: ['I10'], ageMonths: { from: 720 } }],
    },
  ],
});

function input(change: Partial<AloneInput> = {}, given: Case = {}, of: Pack = pack): AloneInput {
  return { ...inputOf(of, given), ...change };
}
/** As registered, with changes; null stands. */
function person(change: Partial<RegisteredPerson>, given: Case = {}, of: Pack = pack): AloneInput {
  const plain = inputOf(of, given);
  return { ...plain, person: plain.person === null ? null : { ...plain.person, ...change } };
}
const lines = [
  { code: 'a', name: '床位费', class: 'A', amountFen: 100, firstSelfPayBp: 500 },
  { code: 'b', class: 'B', amountFen: 200, overLimitFen: 50 },
  { code: 'c', class: 'B', amountFen: 300, firstSelfPayBp: 0 },
] as const;

describe('the fact of an acceptance', () => {
  it('holds the normalised bill and what the registries said on the day of discharge', () => {
    const given = input({}, { lines, categories: [] });
    const posted = { ...given.discharge, corrects: { attempt: 2, settlementId: 'old', more: 1 } };
    const span = { from: '2018-03-19', to: '2018-03-19' };
    const registered: RegisteredPerson = {
      personKey: 'a'.repeat(32),
      region: '999999',
      cover: { ...span, premiumPaidBy: 'subsidy' },
      categories: [
        { category: 'marginal', ...span },
        { category: 'destitute', from: '2018-01-01' },
        { category: 'destitute', from: '2018-02-01' },
        { category: 'low-income', from: '2018-03-20' },
        { category: 'registered-poor', from: '2018-01-01', to: '2018-03-18' },
      ],
      approvedDiseases: [
        { icd10: 'I10', from: '2018-01-01' },
        { icd10: 'E11', from: '2018-03-20' },
      ],
      birthDate: '1955-03-20',
    };
    expect(acceptedDischarge({ ...given, discharge: posted, person: registered, attempt: 3 })).toEqual({
      attempt: 3,
      bill: {
        lines: [
          { amountFen: 100, class: 'A', code: 'a', name: '床位费', overLimitFen: 0 },
          { amountFen: 200, class: 'B', code: 'b', firstSelfPayBp: 1_000, overLimitFen: 50 },
          { amountFen: 300, class: 'B', code: 'c', firstSelfPayBp: 0, overLimitFen: 0 },
        ],
        totalFen: 600,
      },
      care: {
        admittedOn: '2018-03-19',
        diagnoses: ['C16.9'],
        dischargedOn: '2018-03-19',
        transfer: 'none',
        type: 'inpatient',
      },
      corrects: { attempt: 2, settlementId: 'old' },
      encounterNo: posted.encounterNo,
      hospitalCode: 'H1',
      personKey: 'a'.repeat(32),
      region: '999999',
      settlementId: settlementIdOf('H1', posted.encounterNo),
      snapshot: {
        // 63 years and a day less.
        ageMonths: 755,
        approvedDiseases: ['I10'],
        categories: ['destitute', 'marginal'],
        chain: [{ line: 'basic', payer: 'basic-insurance' }],
        cover: { from: '2018-03-19', premiumPaidBy: 'subsidy', to: '2018-03-19' },
        hospital: { designated: true, level: 2, region: '999900' },
        pack: { digest: 'sha256:test', id: '999999/2018-01-01' },
      },
    });
  });

  it('is never made of what should have been refused', () => {
    const given = { ...input(), attempt: 1 };
    const uncovered = { ...person({ cover: null }), attempt: 1 };
    for (const refused of [{ ...given, hospital: null }, { ...given, person: null }, { ...given, pack: null }, uncovered]) {
      expect(() => acceptedDischarge(refused)).toThrow('a discharge was accepted that should have been refused');
    }
  });

  it('without a pack a class B line has no default', () => {
    const bill = { totalFen: 600, lines };
    expect(normaliseBill(bill, null, '2018-03-19').lines?.map(({ firstSelfPayBp }) => firstSelfPayBp)).toEqual([undefined, 0, 0]);
  });

  it('ages count completed months', () => {
    const ages = ['2018-03-18', '2018-03-19', '2018-04-18', '2019-02-19', '2023-01-31'].map((day) =>
      completedMonths('2018-03-19', day),
    );
    expect(ages).toEqual([-1, 0, 0, 11, 58]);
    expect(completedMonths(null, '2018-03-19')).toBeNull();
  });
});

const notCovered = (said: string) => ({
  code: 'not-covered',
  fields: ['care.dischargedOn'],
  detail: `the person has no cover on 2018-03-19 (cover: ${said})`,
});
const contradicts = (place: string, transfer: string) => ({
  code: 'transfer-contradicts-hospital',
  fields: ['care.transfer', 'hospitalCode'],
  detail: `the hospital is ${place}, the transfer says ${transfer}`,
});
const spanned = (from: string, to?: string) => person({ cover: { from, to, premiumPaidBy: 'person' } });
const visit: Case = { chronicDisease: 'I10', categories: ['destitute'], birthDate: '1955-03-07' };

describe('is refused', () => {
  it.each<[string, AloneInput, object[]]>([
    [
      'an unknown hospital',
      input({ hospital: null }),
      [{ code: 'unknown-hospital', fields: ['hospitalCode'], detail: 'hospital H1 is not in the registry' }],
    ],
    [
      'an unknown person',
      input({ person: null }),
      [{ code: 'unknown-person', fields: ['patient.idNumber'], detail: 'the person is not in the registry' }],
    ],
    [
      'a person insured elsewhere',
      person({ region: '360222', cover: null }),
      [{ code: 'region-differs', fields: ['region'], detail: 'the person is insured in 360222, not in 999999' }],
    ],
    ['a person never covered', person({ cover: null }), [notCovered('none')]],
    ['cover that begins tomorrow', spanned('2018-03-20'), [notCovered('2018-03-20 to today')]],
    ['cover that ended yesterday', spanned('2018-01-01', '2018-03-18'), [notCovered('2018-01-01 to 2018-03-18')]],
    [
      'a day without law',
      input({ pack: null }),
      [
        {
          code: 'no-pack',
          fields: ['region', 'care.dischargedOn'],
          detail: 'no policy pack is in force for region 999999 on 2018-03-19',
        },
      ],
    ],
    [
      'care that the pack does not know, of a disease that is not approved',
      person(
        {
          approvedDiseases: [
            { icd10: 'E11', from: '2018-01-01' },
            { icd10: 'I10', from: '2018-03-20' },
          ],
        },
        visit,
      ),
      [
        {
          code: 'care-type-not-in-pack',
          fields: ['care.type'],
          detail: 'pack 999999/2018-01-01 has no rules for outpatient-chronic',
        },
        {
          code: 'chronic-disease-not-approved',
          fields: ['care.chronicDisease'],
          detail: 'I10 is not approved for the person on 2018-03-19',
        },
      ],
    ],
    [
      'a listed disease at another age',
      input({}, { ...visit, birthDate: '1958-03-20' }, listing),
      [
        {
          code: 'chronic-disease-not-in-pack',
          fields: ['care.chronicDisease'],
          detail: 'pack 999999/2018-01-01 does not list I10 for outpatient-chronic care of this person',
        },
      ],
    ],
    [
      'a listed disease of another category',
      input({}, { ...visit, categories: ['low-income'] }, listing),
      [{ code: 'chronic-disease-not-in-pack', fields: ['care.chronicDisease'], detail: expect.any(String) }],
    ],
    [
      'a hospital without an agreement',
      input({}, { designated: false }),
      [
        {
          code: 'undesignated-hospital',
          fields: ['hospitalCode'],
          detail: 'hospital H1 is not designated and pack 999999/2018-01-01 has no rule for such',
        },
      ],
    ],
    [
      'a transfer that the pack has no rule for',
      input({}, { transfer: 'living-elsewhere' }),
      [
        {
          code: 'transfer-not-in-pack',
          fields: ['care.transfer'],
          detail: 'pack 999999/2018-01-01 has no rule for living-elsewhere',
        },
      ],
    ],
    [
      'a local hospital on a transfer',
      input({}, { transfer: 'referred', hospitalRegion: '999801' }),
      [contradicts('inside the local area (999801)', 'referred')],
    ],
    [
      'a distant one without',
      input({}, { hospitalRegion: '990103' }),
      [contradicts('outside the local area, in the province (990103)', 'none')],
    ],
    [
      'a place outside the province on a transfer within it',
      input({}, { transfer: 'unreferred-in-province', hospitalRegion: '310104' }),
      [contradicts('outside the province (310104)', 'unreferred-in-province')],
    ],
    [
      'a place in the province on a transfer out of it',
      input({}, { transfer: 'unreferred-out-of-province', hospitalRegion: '990103' }),
      [contradicts('outside the local area, in the province (990103)', 'unreferred-out-of-province')],
    ],
  ])('%s', (_, given, refusals) => {
    expect(refusalsOf(given)).toEqual(refusals);
    expect(settleAlone(given)).toEqual({ refused: refusals });
  });

  it('for everything at once, the bill’s own contradictions first; of a day that does not exist nothing else is asked', () => {
    const given = input({ hospital: null, person: null, pack: null, today: '2018-03-18' });
    const discharge = { ...given.discharge, bill: { totalFen: 1, lines: [] } };
    const codes = (more: Partial<AloneInput>) => refusalsOf({ ...given, ...more }).map(({ code }) => code);
    expect(codes({ discharge })).toEqual([
      'lines-do-not-add-up',
      'discharge-in-future',
      'unknown-hospital',
      'unknown-person',
      'no-pack',
    ]);
    const care = { ...discharge.care, dischargedOn: '2018-02-30' };
    expect(codes({ discharge: { ...discharge, care } })).toEqual(['lines-do-not-add-up', 'no-such-day']);
    const visiting = input({ person: null, hospital: null }, visit, listing);
    expect(refusalsOf(visiting).map(({ code }) => code)).toEqual(['unknown-hospital', 'unknown-person']);
  });
});

it('one approval among several is enough, whichever stands first', () => {
  const approvals = ['E11', 'I10', 'I20'].map((icd10) => ({ icd10, from: '2018-01-01' }));
  for (const approvedDiseases of [approvals, approvals.toReversed()]) {
    expect(refusalsOf(person({ approvedDiseases }, visit, listing))).toEqual([]);
  }
});

it.each<[string, AloneInput]>([
  ['cover of that one day', spanned('2018-03-19', '2018-03-19')],
  ['a hospital of the second local region', input({}, { hospitalRegion: '999801' })],
  ['referred in the province', input({}, { transfer: 'referred' })],
  ['referred outside it', input({}, { transfer: 'referred', hospitalRegion: '310104' })],
  ['a listed disease', input({}, visit, listing)],
  ['any approved disease where the pack lists none', input({}, visit, packOf([basic], { care: both }))],
  ['a stay whatever the pack lists for visits', input({}, {}, listing)],
])('nothing refuses %s', (_, given) => {
  expect(refusalsOf(given)).toEqual([]);
});

it.each(['unreferred-in-province', 'unreferred-out-of-province'] as const)(
  'nothing refuses %s where the pack has a rule',
  (transfer) => {
    const wide = packOf([basic], { scope: { classBFirstSelfPay: { value: 0 }, outOfArea: { [transfer]: { value: 1_500 } } } });
    expect(refusalsOf(input({}, { transfer }, wide))).toEqual([]);
  },
);

it('a hospital without an agreement is taken where the pack says so', () => {
  const wide = packOf([basic], { acceptsUndesignated: { value: true } });
  expect(refusalsOf(input({}, { designated: false }, wide))).toEqual([]);
});
