/** A late entitlement: bill, hospital and age of the acceptance, everything else as registered now; or why not. */
import type { Pack } from '@oss/policy';
import { inputOf, packOf } from '../testing';
import { acceptedDischarge } from './accept';
import { type AgainInput, basisAgain } from './accept-again';

const pack = packOf([
  {
    id: 'basic',
    label: '基本',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
  },
]);

function again(change: Partial<AgainInput> = {}, more: { readonly region?: string; readonly ended?: string } = {}) {
  const { person, ...rest } = inputOf(pack, { totalFen: 1_000, outOfCatalogueFen: 100 });
  const accepted = acceptedDischarge({ ...rest, person, attempt: 1 });
  const now = {
    personKey: '0'.repeat(32),
    region: more.region ?? '999999',
    cover: { from: '2018-01-01', to: more.ended, premiumPaidBy: 'subsidy' as const },
    categories: [{ category: 'destitute' as const, from: '2018-03-19' }],
    approvedDiseases: [],
  };
  const before = { ...accepted.snapshot, ageMonths: 5 };
  return { accepted, result: basisAgain({ accepted, before, person: now, pack: { pack, digest: 'sha256:new' }, ...change }) };
}

it('takes the categories and the pack of now, the age of then, and the bill’s scope again; a move since changes nothing', () => {
  for (const region of ['999999', '360222']) {
    const { accepted, result } = again({}, { region });
    expect(result).toEqual({
      scope: {
        areaSelfPayFen: 0,
        classBSelfPayFen: 0,
        hospitalExcessFen: 0,
        inScopeFen: 900,
        outOfCatalogueFen: 100,
        overLimitFen: 0,
        totalFen: 1_000,
      },
      snapshot: {
        ...accepted.snapshot,
        ageMonths: 5,
        categories: ['destitute'],
        pack: { digest: 'sha256:new', id: '999999/2018-01-01' },
      },
    });
  }
});

it('is refused for what refuses a discharge', () => {
  const codes = (result: ReturnType<typeof basisAgain>) => ('refused' in result ? result.refused.map(({ code }) => code) : []);
  const other: Pack = packOf([{ ...pack.content.lines[0]! }], { care: { 'outpatient-chronic': { chain: ['basic'] } } });
  expect(codes(again({ person: null }).result)).toEqual(['unknown-person']);
  expect(codes(again({ pack: null }).result)).toEqual(['no-pack']);
  expect(codes(again({}, { ended: '2018-03-18' }).result)).toEqual(['not-covered']);
  expect(codes(again({ pack: { pack: other, digest: 'sha256:new' } }).result)).toEqual(['care-type-not-in-pack']);
});
