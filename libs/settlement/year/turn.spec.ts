/** Turns: what a payer says when it is due, what it refuses to say, and what a year refuses to believe of it. */
import type { Line, Pack } from '@oss/policy';
import { acceptedDischarge } from '../acceptance/accept';
import { type Case, inputOf, packOf } from '../testing';
import { type BenefitYear, EMPTY_YEAR, evolveYear, resumeYear } from './benefit-year';
import { DISCHARGE_ACCEPTED, SHARE_EVENT_TYPES, type ShareSettled } from './events';
import { encounterStream, eventIdOf, benefitYearStream, parseBenefitYearStream, settlementIdOf, yearEventIdOf } from './ids';
import { recordDischarge, type RecordedFact, sayOpenCases, settleOpenCases } from './record';
import { RecordedCases } from './recorded-cases';
import { decideTurn, PackMissing, whoseTurn } from './turn';
import { BENEFIT_YEAR_TURNS, policyStream } from './turn-domain';

const half = (id: string, payer: Line['payer']): Line => ({
  id,
  label: id,
  payer,
  shape: 'proportional',
  rules: [{ parts: [{ base: 'rest', rate: { value: 5_000 } }] }],
});
const pack = packOf([half('basic', 'basic-insurance'), half('assistance', 'medical-assistance')]);
const atHand = (): Pack => pack;

function recorded(given: Case, of = pack): RecordedFact {
  return recordDischarge(acceptedDischarge({ ...inputOf(of, given), attempt: 1 }), '', of);
}
function given(...events: { readonly type: string; readonly data: unknown }[]): BenefitYear {
  return events.reduce<BenefitYear>((year, event) => evolveYear(year, event), EMPTY_YEAR);
}

describe('a decision', () => {
  it('is of the payer that is due alone; every payer has its own kind of fact', () => {
    const year = given(recorded({ totalFen: 100 }));
    expect(decideTurn(year, 'medical-assistance', atHand)).toBeNull();
    expect(decideTurn(year, 'settlement', atHand)).toBeNull();
    expect(decideTurn(year, 'basic-insurance', atHand)).toMatchObject({ type: 'BasicInsuranceSettled', data: { paidFen: 50 } });
    expect(SHARE_EVENT_TYPES).toEqual({
      'basic-insurance': 'BasicInsuranceSettled',
      'critical-illness': 'CriticalIllnessSettled',
      'supplementary-insurance': 'SupplementaryInsuranceSettled',
      'medical-assistance': 'MedicalAssistanceSettled',
      'fifth-line': 'FifthLineSettled',
      hospital: 'HospitalShareSettled',
    });
  });

  it('asks for the pack that the case names, by region and digest', () => {
    const year = given(recorded({}));
    const missing = new PackMissing('999999', 'sha256:test');
    expect(() => decideTurn(year, 'basic-insurance', () => null)).toThrow(missing);
    expect(missing).toMatchObject({ name: 'PackMissing', message: 'pack sha256:test of region 999999 is not loaded' });
    const asked: string[] = [];
    decideTurn(year, 'basic-insurance', (digest) => (asked.push(digest), pack));
    expect(asked).toEqual(['sha256:test']);
  });

  it('is thrown where the pack is not the one that the case was recorded under', () => {
    const year = given(recorded({}));
    const other = packOf([half('other', 'basic-insurance')]);
    const no = (line: string) => `pack 999999/2018-01-01 has no line ${line} at its place for inpatient`;
    expect(() => decideTurn(year, 'basic-insurance', () => other)).toThrow(no('basic'));
    const shorter = packOf([half('basic', 'basic-insurance')]);
    const second = evolveYear(year, decideTurn(year, 'basic-insurance', atHand) ?? { type: '', data: null });
    expect(() => decideTurn(second, 'medical-assistance', () => shorter)).toThrow(no('assistance'));
    const visits = packOf([half('basic', 'basic-insurance')], { care: { 'outpatient-chronic': { chain: ['basic'] } } });
    expect(() => decideTurn(year, 'basic-insurance', () => visits)).toThrow(no('basic'));
  });

  it('is the same when it is said without its id', () => {
    const year = given(recorded({ totalFen: 100 }));
    const { events, year: after } = settleOpenCases(year, atHand);
    expect(events).toHaveLength(3);
    const said = sayOpenCases(year, atHand);
    expect(said.events).toEqual(events.map(({ type, data }) => ({ type, data })));
    expect(said.year).toEqual(after);
  });

  it('is thrown where what was taken does not add up to the total', () => {
    const { events } = settleOpenCases(given(recorded({ totalFen: 100 })), atHand);
    const [basic, assistance] = events as unknown as [{ type: string; data: ShareSettled }, { type: string; data: ShareSettled }];
    const year = given(recorded({ totalFen: 100 }));
    const { settlementId = '' } = year.open[0] ?? {};
    const more = { ...basic.data, settlementId, paidFen: 51 };
    const taken = [
      { ...basic, data: more },
      { ...assistance, data: { ...assistance.data, settlementId } },
    ].reduce(evolveYear, year);
    expect(() => decideTurn(taken, 'settlement', atHand)).toThrow(
      `${settlementId}: 76 paid + 25 self-pay is not the total of 100 fen`,
    );
  });

  it('of several payers of one line counts what the earlier took, in scope and outside', () => {
    const shared = {
      id: 'shared',
      label: '共担',
      shape: 'proportional' as const,
      rules: [{ parts: [{ base: 'rest' as const, rate: { value: 10_000 } }], capPerYear: { value: 900 } }],
      split: [
        { payer: 'medical-assistance' as const, weight: { value: 3_333 } },
        { payer: 'critical-illness' as const, weight: { value: 3_333 } },
        { payer: 'fifth-line' as const },
      ],
    };
    const splitting = packOf([shared]);
    const [first, second] = [{ totalFen: 1_000, outOfCatalogueFen: 700 }, { totalFen: 500 }].map((each) =>
      recorded(each, splitting),
    );
    if (first === undefined || second === undefined) throw new Error('two cases');
    const { events } = settleOpenCases(given(first, second), () => splitting);
    // 9.00 of 3.00 + 7.00: in scope first. 2.9997 → 3.00, 3.00, 3.00. Nothing is left for the second.
    const shares = events.filter(({ type }) => type !== 'SettlementCompleted').map(({ data }) => data as ShareSettled);
    expect(shares.map(({ line, inScopeFen, outOfScopeFen, accounts }) => [line, inScopeFen, outOfScopeFen, accounts])).toEqual([
      ['shared.medical-assistance', 300, 0, [{ afterFen: 300, beforeFen: 0, name: 'shared.paid' }]],
      ['shared.critical-illness', 0, 300, [{ afterFen: 600, beforeFen: 300, name: 'shared.paid' }]],
      ['shared.fifth-line', 0, 300, [{ afterFen: 900, beforeFen: 600, name: 'shared.paid' }]],
      ['shared.medical-assistance', 0, 0, []],
      ['shared.critical-illness', 0, 0, []],
      ['shared.fifth-line', 0, 0, []],
    ]);
    expect(shares[1]?.workings).toEqual([
      { fen: 1_000, ref: 'rest', step: 'base' },
      { bp: 10_000, fen: 1_000, ofFen: 1_000, ref: 'lines/shared/rules/0/parts/0/rate', step: 'rate' },
      { fen: 900, ofFen: 900, ref: 'lines/shared/rules/0/capPerYear', step: 'cap' },
      { bp: 3_333, fen: 300, ofFen: 900, ref: 'lines/shared/split/1', step: 'split' },
    ]);
  });
});

describe('out of turn', () => {
  const first = recorded({ totalFen: 100 });
  const second = recorded({ totalFen: 60 });
  const year = given(first, second);
  const events = settleOpenCases(year, atHand).events as unknown as { type: string; data: ShareSettled }[];
  const [basic, assistance, completed, later] = events as [any, any, any, any];
  const saying = (change: object) => () => evolveYear(year, { ...basic, data: { ...basic.data, ...change } });

  it('a share is of the first open case, its next line and that line’s payer', () => {
    const { settlementId } = basic.data;
    expect(() => evolveYear(EMPTY_YEAR, basic)).toThrow(`basic-insurance spoke on ${settlementId} line basic out of turn`);
    expect(() => evolveYear(year, later)).toThrow(`basic-insurance spoke on ${later.data.settlementId} line basic out of turn`);
    expect(() => evolveYear(year, assistance)).toThrow(`medical-assistance spoke on ${settlementId} line assistance out of turn`);
    expect(saying({ line: 'assistance' })).toThrow('out of turn');
    expect(saying({ payer: 'medical-assistance' })).toThrow('out of turn');
    const done = [basic, assistance].reduce(evolveYear, year);
    expect(() => evolveYear(done, basic)).toThrow('out of turn');
    expect(saying({})().open.map(({ shares }) => shares.length)).toEqual([1, 0]);
  });

  it('a completion is of the first open case and its attempt', () => {
    const done: BenefitYear = [basic, assistance].reduce(evolveYear, year);
    const completing = (change: object) => () => evolveYear(done, { ...completed, data: { ...completed.data, ...change } });
    const { settlementId } = second.data;
    expect(completing({ settlementId })).toThrow(`${settlementId} was completed out of turn`);
    expect(completing({ attempt: 2 })).toThrow('was completed out of turn');
    expect(completing({})().open.map((open) => open.settlementId)).toEqual([settlementId]);
  });

  it('a reversal is of the last open case, or of a completed one when none is open; it says how many stay open', () => {
    const reversed = ({ data }: RecordedFact, change: object) => ({
      type: 'SettlementReversed',
      data: { settlementId: data.settlementId, attempt: 1, accounts: {}, openCases: 1, wasOpen: true, ...change },
    });
    const refused =
      (fact: ReturnType<typeof reversed>, of = year) =>
      () =>
        evolveYear(of, fact);
    const { settlementId } = second.data;
    expect(refused(reversed(second, { attempt: 2 }))).toThrow(`${settlementId} attempt 2 was reversed out of order`);
    for (const change of [{ openCases: 2 }, { openCases: 0 }, { wasOpen: false }]) {
      expect(refused(reversed(second, change))).toThrow(`${settlementId} attempt 1 was reversed out of order`);
    }
    expect(refused(reversed(first, {}))).toThrow('was reversed out of order');
    expect(refused(reversed(first, { openCases: 2, wasOpen: false }))).toThrow('was reversed out of order');
    expect(refused(reversed(second, {}))().open.map((open) => open.settlementId)).toEqual([first.data.settlementId]);
    const over = events.reduce<BenefitYear>((so, event) => evolveYear(so, event), year);
    expect(refused(reversed(second, { openCases: 0, wasOpen: false }), over)().accounts).toEqual({});
  });

  it('a reversal after which nothing is open carries the whole state', () => {
    const data = { settlementId: 's', attempt: 3, accounts: { 'year.total': 5 }, openCases: 0 };
    const resumed = { accounts: data.accounts, open: [], recorded: RecordedCases.of('s/3'), yearEnd: null, knownAfter: 4n };
    expect(resumeYear({ type: 'SettlementReversed', data, position: 4n })).toEqual(resumed);
    expect(resumeYear({ type: 'SettlementReversed', data: { ...data, openCases: 1 }, position: 4n })).toBeNull();
    expect(resumeYear({ type: 'BasicInsuranceSettled', data, position: 4n })).toBeNull();
  });
});

describe('accounts after a case', () => {
  it('stand in the order of their names, whatever the lines are called', () => {
    const odd = packOf([half('zeta', 'basic-insurance'), half('alpha', 'medical-assistance')]);
    const first = settleOpenCases(given(recorded({ totalFen: 100 }, odd)), () => odd).year;
    const names = ['alpha.paid', 'year.in-scope-self-pay', 'year.self-pay', 'year.total', 'zeta.paid'];
    expect(Object.keys(first.accounts)).toEqual(names);
    const other = packOf([half('middle', 'basic-insurance')]);
    const second = settleOpenCases(evolveYear(first, recorded({ totalFen: 100 }, other)), () => other).year;
    expect(Object.keys(second.accounts)).toEqual(names.toSpliced(1, 0, 'middle.paid'));
    expect(Object.values(second.accounts)).toEqual([25, 50, 75, 75, 200, 50]);
  });
});

describe('as turn-taking asks for it', () => {
  const { fold, due, decide, evolve, missingContent, contentIn, openCase, streamPrefix } = BENEFIT_YEAR_TURNS;
  const fact = recorded({ totalFen: 100 });
  const stored = { ...fact, position: 7n };

  it('folds, says who is due, decides, and names the open case', () => {
    const year = fold.evolve(fold.initial(), stored);
    expect([streamPrefix, due(fold.initial()), openCase(fold.initial())]).toEqual(['benefit-year-', null, null]);
    expect(due(year)).toBe('basic-insurance');
    expect(openCase(year)).toEqual({ caseId: fact.data.settlementId, attempt: 1, line: 'basic' });
    const event = decide(year, 'basic-insurance', atHand);
    expect(event).toMatchObject({ type: 'BasicInsuranceSettled', data: { paidFen: 50 } });
    expect(due(evolve(year, event ?? fact))).toBe('medical-assistance');
    expect(whoseTurn(settleOpenCases(year, atHand).year)).toBeNull();
  });

  it('resumes where a fact carries the state', () => {
    const data = { accounts: { 'year.total': 5 }, settlementId: 's', attempt: 1, openCases: 0 };
    const resumed = fold.resume({ type: 'SettlementCompleted', data, position: 7n });
    expect(resumed).toEqual({ ...EMPTY_YEAR, accounts: data.accounts, recorded: RecordedCases.of('s/1'), knownAfter: 7n });
    expect(fold.resume(stored)).toBeNull();
  });

  it('tells where a missing pack stands, and finds packs among the facts there', () => {
    expect(policyStream('360222')).toBe('policy-360222');
    expect(missingContent(new PackMissing('999999', 'sha256:test'))).toBe('policy-999999');
    expect(missingContent(new Error('another'))).toBeNull();
    expect(contentIn(stored)).toBeNull();
    const found = contentIn({ type: 'PackAdopted', data: { content: pack.content, digest: 'sha256:test' }, position: 1n });
    expect([found?.digest, found?.content.id, found?.content.lines.map(({ id }) => id)]).toEqual([
      'sha256:test',
      '999999/2018-01-01',
      ['basic', 'assistance'],
    ]);
  });
});

describe('names', () => {
  it('of settlements and facts are fixed for ever', () => {
    const settlementId = settlementIdOf('H36022200017', 'ZY2018030700123');
    expect(settlementId).toBe('c649a621-6bee-51e2-82e7-99280e5155b2');
    expect(eventIdOf(settlementId, 1, 'basic', 'BasicInsuranceSettled')).toBe('60053833-6868-58c7-adde-3a41e41c6096');
    expect(yearEventIdOf('benefit-year-x-2018', 1, 'YearEndSettled')).toBe('9d38104e-0874-5a03-90d8-50e9ef250a82');
    expect([DISCHARGE_ACCEPTED, recorded({}).type]).toEqual(['DischargeAccepted', 'DischargeRecorded']);
    expect(encounterStream(settlementId)).toBe('encounter-c649a621-6bee-51e2-82e7-99280e5155b2');
  });

  it('of a year hold the person and the year, nothing before or after', () => {
    const stream = benefitYearStream('0f'.repeat(16), '2018-12-31');
    expect(stream).toBe(`benefit-year-${'0f'.repeat(16)}-2018`);
    for (const other of [`x${stream}`, `${stream}0`])
      expect(() => parseBenefitYearStream(other)).toThrow(`${other} is no benefit year`);
  });
});
