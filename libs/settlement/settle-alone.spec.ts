/** A bill on top of a year, in memory: the cases before it are decided first, and what cannot be decided has a name. */
import { type Line, type Pack } from '@oss/policy';
import { acceptedDischarge } from './acceptance/accept';
import { EarlierCaseStuck, refusalsOf, settleAlone, settleOnTop } from './settle-alone';
import { inputOf, packOf } from './testing';
import { type BenefitYear, EMPTY_YEAR, evolveYear } from './year/benefit-year';
import { recordDischarge } from './year/record';
import { PackMissing } from './year/turn';

const half: Line = {
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [{ parts: [{ base: 'in-scope', rate: { value: 5_000 } }], capPerYear: { value: 60_00 } }],
};
const pack = packOf([half]);
const atHand = (digest: string): Pack | null => (digest === 'sha256:test' ? pack : null);

const accepted = (totalFen: number, digest = 'sha256:test') =>
  acceptedDischarge({ ...inputOf(pack, { totalFen }), attempt: 1, pack: { pack, digest } });
/** A year in which these cases are recorded and wait for their payers. */
const waiting = (...cases: ReturnType<typeof accepted>[]): BenefitYear =>
  cases.reduce((year, each) => evolveYear(year, recordDischarge(each, '', pack)), EMPTY_YEAR);

describe('on top of a year', () => {
  it('the cases that are open take what they are owed first', () => {
    const { facts, year } = settleOnTop(accepted(100_00), pack, waiting(accepted(50_00), accepted(40_00)), atHand);
    expect(facts.shares.map(({ paidFen }) => paidFen)).toEqual([60_00 - 25_00 - 20_00]);
    expect(facts.completed).toMatchObject({ totalFen: 100_00, selfPayFen: 85_00, openCases: 0 });
    expect(facts.completedAt).toBeNull();
    expect(year.open).toEqual([]);
    expect(year.accounts).toMatchObject({ 'basic.paid': 60_00, 'year.total': 190_00 });
  });

  it('an open case that cannot be decided is named with its reason, the ones before it being decided', () => {
    const stuck = accepted(40_00, 'sha256:lost');
    const ask = (): unknown => settleOnTop(accepted(100_00), pack, waiting(accepted(50_00), stuck, accepted(1_00)), atHand);
    const { settlementId } = stuck;
    const message = `settlement ${settlementId} comes first in this person's year and cannot be decided`;
    const cause = new PackMissing('999999', 'sha256:lost');
    expect(ask).toThrow(EarlierCaseStuck);
    expect(ask).toThrow(expect.objectContaining({ name: 'EarlierCaseStuck', message, settlementId, cause }) as Error);
  });

  it('that the case itself cannot be decided is no fault of an earlier one', () => {
    expect(() => settleOnTop(accepted(100_00, 'sha256:lost'), pack, waiting(accepted(50_00)), atHand)).toThrow(PackMissing);
  });
});

describe('alone', () => {
  it('a bill is settled on an empty year, by the pack that it was given and no other', () => {
    const result = settleAlone(inputOf(pack, { totalFen: 100_00 }));
    expect(result).toMatchObject({ settled: { status: 'completed', selfPayFen: 50_00, attempt: 1 }, year: { open: [] } });
    expect(() => settleAlone(inputOf(pack, {}), waiting(accepted(1, 'sha256:other')))).toThrow(EarlierCaseStuck);
  });

  it('what refuses it: the bill first, then the days, then who is entitled', () => {
    const input = inputOf(pack, { totalFen: 100_00, outOfCatalogueFen: 100_01, diagnosis: 'nonsense' });
    const codes = (given: typeof input): string[] => refusalsOf(given).map(({ code }) => code);
    expect(codes({ ...input, person: null })).toEqual(['summary-above-total', 'malformed-icd10', 'unknown-person']);
    expect(settleAlone({ ...input, person: null })).toEqual({ refused: refusalsOf({ ...input, person: null }) });
  });

  it('without a real day of discharge nothing more is said of who is entitled', () => {
    const input = inputOf(pack, { date: '2018-02-30' });
    expect(refusalsOf({ ...input, person: null }).map(({ code }) => code)).toEqual(['no-such-day']);
  });

  it('without a pack it is refused for that', () => {
    const result = settleAlone({ ...inputOf(pack, {}), pack: null });
    expect('refused' in result && result.refused.map(({ code }) => code)).toEqual(['no-pack']);
  });
});
