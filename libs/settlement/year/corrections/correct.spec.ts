/** Corrections: given the facts of a year, when a clerk asks, then exactly these facts in this order, or a clear no. */
import type { Category } from '@oss/policy';
import { acceptedDischarge } from '../../acceptance/accept';
import { type Case, inputOf, packOf } from '../../testing';
import { caseKey, type OpenCase } from '../benefit-year';
import { eventIdOf } from '../ids';
import { recordDischarge, type RecordedFact, settleOpenCases } from '../record';
import { decideTurn } from '../turn';
import { type CorrectionDecision, decideResettlement, decideReversal, type FreshBasis, liveFrom } from './correct';
import { EMPTY_HISTORY, evolveHistory, type YearHistory } from './year-history';

const rateOf = (value: number) => [{ base: 'in-scope-rest' as const, rate: { value } }];
/** Half of what is in scope up to 12.00 a year, then a tenth of the rest; half of it for the destitute. */
const pack = packOf([
  {
    id: 'basic',
    label: '基本',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: rateOf(5_000), capPerYear: { value: 1_200 } }],
  },
  {
    id: 'assistance',
    label: '救助',
    payer: 'medical-assistance',
    shape: 'proportional',
    rules: [{ when: { categories: ['destitute'] }, parts: rateOf(5_000) }, { parts: rateOf(1_000) }],
  },
]);
const atHand = (): typeof pack => pack;

function recorded(given: Case): RecordedFact {
  return recordDischarge(acceptedDischarge({ ...inputOf(pack, given), attempt: 1 }), 'ab'.repeat(32), pack);
}

/** given … */
function given(...facts: { readonly type: string; readonly data: unknown }[]): YearHistory {
  return facts.reduce<YearHistory>((history, fact) => evolveHistory(history, fact), EMPTY_HISTORY);
}

/** All turns of the open cases taken. */
function settled(history: YearHistory): YearHistory {
  return settleOpenCases(history.year, atHand).events.reduce<YearHistory>((so, event) => evolveHistory(so, event), history);
}

/** The next turn alone. */
function oneTurn(history: YearHistory, actor: 'basic-insurance' | 'medical-assistance'): YearHistory {
  const event = decideTurn(history.year, actor, atHand);
  if (event === null) throw new Error(`it is not the turn of ${actor}`);
  return evolveHistory(history, event);
}

const STREAM = `benefit-year-${'0'.repeat(32)}-2018`;
const asked = ({ data }: RecordedFact, attempt = 1) => ({
  settlementId: data.settlementId,
  attempt,
  operatorCode: 'OP7',
  reason: '退费',
  stream: STREAM,
});
const eventsOf = (decision: CorrectionDecision) => ('refused' in decision ? decision.refused : decision.events);
const afterOf = (decision: CorrectionDecision): YearHistory => {
  if ('refused' in decision) throw new Error(decision.refused.code);
  return decision.after;
};
const accounts = (assistance: number, basic: number, inScopeSelfPay: number, selfPay: number, total: number) => ({
  'assistance.paid': assistance,
  'basic.paid': basic,
  'year.in-scope-self-pay': inScopeSelfPay,
  'year.self-pay': selfPay,
  'year.total': total,
});

// 10.00 in scope: 5.00 + 0.50. 20.00: 7.00 (the cap) + 1.30. 30.00: 0 + 3.00.
const first = recorded({ totalFen: 1_100, outOfCatalogueFen: 100, date: '2018-03-01' });
const second = recorded({ totalFen: 2_000, date: '2018-04-01' });
const third = recorded({ totalFen: 3_000, date: '2018-02-01' });
const AFTER_FIRST = accounts(50, 500, 450, 550, 1_100);
const AFTER_SECOND = accounts(180, 1_200, 1_620, 1_720, 3_100);

/** The fact that takes an attempt back, with what is special about it. */
function reversedFact({ data }: RecordedFact, correction: string, more: object) {
  const { settlementId, encounterNo, care, scope } = data;
  return {
    id: eventIdOf(settlementId, 1, '', 'SettlementReversed'),
    type: 'SettlementReversed',
    data: {
      attempt: 1,
      correction,
      dischargedOn: care.dischargedOn,
      encounterNo,
      hospitalCode: 'H1',
      openCases: 0,
      operatorCode: 'OP7',
      reason: '退费',
      region: '999999',
      settlementId,
      superseded: true,
      totalFen: scope.totalFen,
      wasOpen: false,
      ...more,
    },
  };
}

/** The fact that opens a case again as its second attempt. */
function reopenedFact({ data }: RecordedFact, correction: object, basis: Partial<FreshBasis> = {}) {
  return {
    id: eventIdOf(data.settlementId, 2, '', 'ResettlementOpened'),
    type: 'ResettlementOpened',
    data: { ...data, ...basis, attempt: 2, correction, supersedes: 1 },
  };
}

const sharesOf = (basic: number, assistance: number) => [
  { line: 'basic', paidFen: basic, payer: 'basic-insurance' },
  { line: 'assistance', paidFen: assistance, payer: 'medical-assistance' },
];

describe('a reversal', () => {
  it('of the last case gives back what it took', () => {
    const history = settled(given(first, second));
    const decision = decideReversal(history, { ...asked(second), cascade: false });
    const correction = eventIdOf(second.data.settlementId, 1, '', 'Correction');
    const shares = sharesOf(700, 130);
    expect(eventsOf(decision)).toEqual([reversedFact(second, correction, { accounts: AFTER_FIRST, shares, superseded: false })]);
    expect(afterOf(decision).year.accounts).toEqual(AFTER_FIRST);
    expect(afterOf(decision).live.map((live) => live.case.settlementId)).toEqual([first.data.settlementId]);
  });

  it('of a case before others is refused with their list, unless they are settled again too', () => {
    const history = settled(given(first, second, third));
    expect(eventsOf(decideReversal(history, { ...asked(first), cascade: false }))).toEqual({
      code: 'later-cases',
      cases: [second, third].map(({ data }) => ({
        settlementId: data.settlementId,
        attempt: 1,
        hospitalCode: 'H1',
        encounterNo: data.encounterNo,
        dischargedOn: data.care.dischargedOn,
        status: 'completed',
      })),
    });
    const decision = decideReversal(history, { ...asked(first), cascade: true });
    const correction = eventIdOf(first.data.settlementId, 1, '', 'Correction');
    expect(eventsOf(decision)).toEqual([
      reversedFact(third, correction, { accounts: AFTER_SECOND, shares: sharesOf(0, 300) }),
      reversedFact(second, correction, { accounts: AFTER_FIRST, shares: sharesOf(700, 130) }),
      reversedFact(first, correction, { accounts: {}, shares: sharesOf(500, 50), superseded: false }),
      reopenedFact(second, { id: correction, index: 1, size: 2 }),
      reopenedFact(third, { id: correction, index: 2, size: 2 }),
    ]);
    // 20.00: 10.00 + 1.00. 30.00: the 2.00 that the cap leaves + 2.80.
    const done = settled(afterOf(decision));
    expect(done.year.accounts).toEqual(accounts(380, 1_200, 3_420, 3_420, 5_000));
    expect(done.live.map((live) => [live.case.settlementId, live.case.attempt, live.completed])).toEqual([
      [second.data.settlementId, 2, true],
      [third.data.settlementId, 2, true],
    ]);
  });

  it('of an open case gives back what its payers had said so far', () => {
    const history = oneTurn(evolveHistory(settled(given(first)), second), 'basic-insurance');
    const correction = eventIdOf(second.data.settlementId, 1, '', 'Correction');
    const shares = [{ line: 'basic', paidFen: 700, payer: 'basic-insurance' }];
    expect(eventsOf(decideReversal(history, { ...asked(second), cascade: false }))).toEqual([
      reversedFact(second, correction, { accounts: AFTER_FIRST, shares, superseded: false, wasOpen: true }),
    ]);
  });

  it('of several open cases counts down how many stay open', () => {
    const history = oneTurn(given(first, second), 'basic-insurance');
    const decision = decideReversal(history, { ...asked(first), cascade: true });
    const correction = eventIdOf(first.data.settlementId, 1, '', 'Correction');
    const open = { wasOpen: true };
    expect(eventsOf(decision)).toEqual([
      reversedFact(second, correction, { ...open, accounts: { 'basic.paid': 500 }, openCases: 1, shares: [] }),
      reversedFact(first, correction, {
        ...open,
        accounts: {},
        shares: [{ line: 'basic', paidFen: 500, payer: 'basic-insurance' }],
        superseded: false,
      }),
      reopenedFact(second, { id: correction, index: 1, size: 1 }),
    ]);
  });
});

describe('a clear no', () => {
  it('to an attempt that was reversed for good, one that was replaced, and one that never was', () => {
    const history = afterOf(decideReversal(settled(given(first, second)), { ...asked(first), cascade: true }));
    const refused = (of: RecordedFact, attempt: number) =>
      eventsOf(decideReversal(history, { ...asked(of, attempt), cascade: true }));
    expect(refused(first, 1)).toEqual({ code: 'already-reversed' });
    expect(refused(first, 2)).toEqual({ code: 'attempt-not-live', liveAttempt: null });
    expect(refused(second, 1)).toEqual({ code: 'attempt-not-live', liveAttempt: 2 });
    expect(refused(third, 1)).toEqual({ code: 'attempt-not-live', liveAttempt: null });
    expect(eventsOf(decideResettlement(history, asked(first), new Map()))).toEqual({ code: 'already-reversed' });
  });

  it('tells of later cases which are open, and which of those are being settled again', () => {
    const cascading = afterOf(decideReversal(settled(given(first, second, third)), { ...asked(first), cascade: true }));
    const fourth = recorded({ totalFen: 100 });
    const history = evolveHistory(cascading, fourth);
    const refusal = eventsOf(decideReversal(history, { ...asked(second, 2), cascade: false }));
    expect(refusal).toMatchObject({
      code: 'later-cases',
      cases: [
        { settlementId: third.data.settlementId, attempt: 2, status: 'resettling' },
        { settlementId: fourth.data.settlementId, attempt: 1, status: 'pending' },
      ],
    });
  });
});

describe('a resettlement', () => {
  const poor = (of: OpenCase | RecordedFact['data'], categories: readonly Category[] = ['destitute']): FreshBasis => ({
    // Of the bill again, as a fresh basis always is.
    scope: { ...of.scope },
    snapshot: { ...of.snapshot, categories },
  });
  const history = (): YearHistory => settled(given(first, second, third));

  it('settles the case and all later ones again on fresh bases', () => {
    const bases = new Map([second, third].map(({ data }) => [caseKey(data.settlementId, 1), poor(data)]));
    const decision = decideResettlement(history(), asked(second), bases);
    const correction = eventIdOf(second.data.settlementId, 1, '', 'Correction');
    expect(eventsOf(decision)).toEqual([
      reversedFact(third, correction, { accounts: AFTER_SECOND, shares: sharesOf(0, 300) }),
      reversedFact(second, correction, { accounts: AFTER_FIRST, shares: sharesOf(700, 130) }),
      reopenedFact(second, { id: correction, index: 1, size: 2 }, poor(second.data)),
      reopenedFact(third, { id: correction, index: 2, size: 2 }, poor(third.data)),
    ]);
    // Half of the rest: 6.50 of 13.00, 15.00 of 30.00.
    expect(settled(afterOf(decision)).year.accounts).toEqual(accounts(2_200, 1_200, 2_600, 2_700, 6_100));
  });

  it('asks again when a case came in for which no basis was prepared', () => {
    const bases = new Map([[caseKey(second.data.settlementId, 1), poor(second.data)]]);
    expect(eventsOf(decideResettlement(history(), asked(second), bases))).toEqual({ code: 'basis-missing' });
  });

  it('must prepare the attempt and every live case after it; of an open one with the shares so far', () => {
    const year = oneTurn(evolveHistory(settled(given(first, second)), third), 'basic-insurance');
    const told = (of: RecordedFact, attempt = 1) =>
      liveFrom(year, of.data.settlementId, attempt).map(({ settlementId, shares }) => [settlementId, shares.length]);
    expect(told(second)).toEqual([
      [second.data.settlementId, 2],
      [third.data.settlementId, 1],
    ]);
    expect(told(second, 2)).toEqual([]);
    expect(told(recorded({}))).toEqual([]);
  });
});

describe('a history that cannot be is thrown', () => {
  const reversal = (history: YearHistory, of: RecordedFact): { type: string; data: any } => {
    const events = eventsOf(decideReversal(history, { ...asked(of), cascade: true }));
    return (events as readonly { type: string; data: unknown }[])[0] as { type: string; data: any };
  };

  it('a reversal that is not of the last live case', () => {
    const both = settled(given(first, second));
    const ofFirst = reversal(settled(given(first)), first);
    expect(() => evolveHistory(both, ofFirst)).toThrow(`${first.data.settlementId}/1 was reversed out of order`);
    expect(() => evolveHistory(EMPTY_HISTORY, ofFirst)).toThrow('was reversed out of order');
  });

  it('a reversal that gives back more, less, or of an account that it never moved', () => {
    const both = settled(given(first, second));
    const { type, data } = reversal(both, second);
    const giving = (changed: object) => () =>
      evolveHistory(both, { type, data: { ...data, accounts: { ...data.accounts, ...changed } } });
    const no = (name: string) => `${second.data.settlementId}/1 gives back another ${name} than it took`;
    expect(giving({ 'basic.paid': 499 })).toThrow(no('basic.paid'));
    expect(giving({ 'basic.paid': undefined })).toThrow(no('basic.paid'));
    expect(giving({ other: 1 })).toThrow(no('other'));
    expect(giving({})().year.accounts).toEqual(AFTER_FIRST);
  });
});
