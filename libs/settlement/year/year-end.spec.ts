/** The year-end settlement: given a year that is over, then exactly one fact, a word why not, or the fact that takes it back. */
import type { Category } from '@oss/policy';
import { acceptedDischarge } from '../acceptance/accept';
import { type Case, inputOf, packOf } from '../testing';
import { type BenefitYear, EMPTY_YEAR, evolveYear, resumeYear } from './benefit-year';
import { decideReversal } from './corrections/correct';
import { EMPTY_HISTORY, evolveHistory, type YearHistory } from './corrections/year-history';
import { yearEventIdOf } from './ids';
import { recordDischarge, type RecordedFact, settleOpenCases } from './record';
import { RecordedCases } from './recorded-cases';
import { PackMissing } from './turn';
import { decideYearEnd, yearEndTakenBack } from './year-end';

/** The hospital bears a tenth of what is out of scope, basic insurance pays half; above 3.00 a year the fifth line, at the end. */
const pack = packOf([
  {
    id: 'waiver',
    label: '减免',
    payer: 'hospital',
    shape: 'waiver',
    rules: [{ parts: [{ base: 'out-of-scope', rate: { value: 1_000 } }] }],
  },
  {
    id: 'basic',
    label: '基本',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 5_000 } }] }],
  },
  {
    id: 'last',
    label: '年终兜底',
    payer: 'fifth-line',
    shape: 'top-up',
    timing: { value: 'year-end' },
    rules: [{ limit: { perYear: { value: 300 } } }],
  },
]);
const STREAM = `benefit-year-${'0'.repeat(32)}-2018`;
const atHand = (digest: string) => (digest === 'sha256:test' ? pack : null);

function recorded(given: Case): RecordedFact {
  return recordDischarge(acceptedDischarge({ ...inputOf(pack, given), attempt: 1 }), '', pack);
}

function settled(history: YearHistory, ...cases: Case[]): YearHistory {
  return cases.reduce((so, given) => {
    const open = evolveHistory(so, recorded(given));
    return settleOpenCases(open.year, atHand).events.reduce<YearHistory>((now, event) => evolveHistory(now, event), open);
  }, history);
}

/** In scope 10.00 and 2.00 outside: 0.20 hospital, 5.00 basic, 6.80 left. Then 4.00: 2.00 and 2.00 left. */
const twoCases = (): YearHistory =>
  settled(
    EMPTY_HISTORY,
    { totalFen: 1_200, outOfCatalogueFen: 200, categories: ['registered-poor', 'destitute'] },
    { totalFen: 400, date: '2018-12-30', categories: ['low-income'] },
  );
const BEFORE = {
  'basic.paid': 700,
  'last.in-scope': 1_400,
  'last.in-scope-self-pay': 700,
  'last.self-pay': 880,
  'last.total': 1_580,
  'waiver.paid': 20,
  'year.in-scope-self-pay': 700,
  'year.self-pay': 880,
  'year.total': 1_600,
};

const decided = (history: YearHistory) => decideYearEnd(history, STREAM, 'OP7', atHand);
function eventOf(history: YearHistory) {
  const decision = decided(history);
  if ('nothing' in decision) throw new Error(decision.nothing);
  return decision.event;
}

describe('settled at its end', () => {
  it('a year says once what its line pays, and closes', () => {
    const history = twoCases();
    expect(history.year.accounts).toEqual(BEFORE);
    // 8.80 left to the patient, 3.00 is the limit: 5.80, all of it of the 7.00 in scope.
    const accounts = [{ afterFen: 580, beforeFen: 0, name: 'last.paid' }];
    const event = eventOf(history);
    const categories: Category[] = ['destitute', 'low-income', 'registered-poor'];
    expect(event).toEqual({
      id: yearEventIdOf(STREAM, 1, 'YearEndSettled'),
      type: 'YearEndSettled',
      data: {
        accounts: { ...BEFORE, 'last.paid': 580, 'year.in-scope-self-pay': 120, 'year.self-pay': 300 },
        categories,
        operatorCode: 'OP7',
        pack: { digest: 'sha256:test', id: '999999/2018-01-01' },
        payments: [
          {
            accounts,
            inScopeFen: 580,
            line: 'last',
            outOfScopeFen: 0,
            paidFen: 580,
            payer: 'fifth-line',
            workings: [
              { fen: 0, ref: 'destitute', step: 'category' },
              { fen: 880, ref: 'self-pay', step: 'year-measured' },
              { fen: 300, ref: 'lines/last/rules/0/limit', step: 'limit' },
              { fen: 580, step: 'above-limit' },
            ],
          },
        ],
        region: '999999',
        sums: { hospitalFen: 20, paidFen: 700, selfPayFen: 880, totalFen: 1_600 },
        times: 1,
        year: '2018',
      },
    });
    const { accounts: after } = event.data;
    expect(Object.keys(after)).toEqual(Object.keys(after).toSorted());
  });

  it('what is paid out of scope leaves the in-scope self-pay alone', () => {
    // 0 in scope is left of a bill that is all outside: 9.00 left, 6.00 above the limit.
    const { accounts, payments, sums } = eventOf(settled(EMPTY_HISTORY, { totalFen: 1_000, outOfCatalogueFen: 1_000 })).data;
    expect(payments.map(({ inScopeFen, outOfScopeFen }) => [inScopeFen, outOfScopeFen])).toEqual([[0, 600]]);
    expect(accounts).toMatchObject({ 'year.in-scope-self-pay': 0, 'year.self-pay': 300 });
    expect(sums).toEqual({ hospitalFen: 100, paidFen: 0, selfPayFen: 900, totalFen: 1_000 });
  });
});

it('of two lines at the year’s end one pays: that is recorded, the other with nothing', () => {
  const line = (id: string, perYear: number) => ({
    id,
    label: id,
    payer: 'fifth-line' as const,
    shape: 'top-up' as const,
    timing: { value: 'year-end' as const },
    rules: [{ limit: { perYear: { value: perYear } } }],
  });
  const two = packOf([line('first', 1_000), line('second', 300)]);
  const open = evolveHistory(
    EMPTY_HISTORY,
    recordDischarge(acceptedDischarge({ ...inputOf(two, { totalFen: 600 }), attempt: 1 }), '', two),
  );
  const history = settleOpenCases(open.year, () => two).events.reduce<YearHistory>(
    (now, event) => evolveHistory(now, event),
    open,
  );
  const decided = decideYearEnd(history, STREAM, 'OP-1', () => two);
  expect('event' in decided && decided.event.data.payments.map(({ line: of, paidFen }) => [of, paidFen])).toEqual([
    ['first', 0],
    ['second', 300],
  ]);
});

describe('nothing is recorded', () => {
  it('for a year without a live case, or one that leaves the patient no more than the limit', () => {
    expect(decided(EMPTY_HISTORY)).toEqual({ nothing: 'nothing-due' });
    expect(decided(settled(EMPTY_HISTORY, { totalFen: 600 }))).toEqual({ nothing: 'nothing-due' });
    // 6.03: 3.02 is paid, half a fen up, and 3.01 is left.
    expect(eventOf(settled(EMPTY_HISTORY, { totalFen: 603 })).data.payments.map(({ paidFen }) => paidFen)).toEqual([1]);
  });

  it('while a case is open, and when it was settled before', () => {
    const history = twoCases();
    expect(decided(evolveHistory(history, recorded({})))).toEqual({ nothing: 'open-cases' });
    expect(decided(evolveHistory(history, eventOf(history)))).toEqual({ nothing: 'settled-before' });
  });

  it('without the pack of the last case: it is asked for by region and digest', () => {
    const asking = (): unknown => decideYearEnd(twoCases(), STREAM, 'OP7', () => null);
    expect(asking).toThrow(new PackMissing('999999', 'sha256:test'));
  });

  it('where the year would not close: it is thrown before anything is written', () => {
    const history = twoCases();
    const broken = { ...history, year: { ...history.year, accounts: { ...BEFORE, 'year.self-pay': 881 } } };
    expect(() => decided(broken)).toThrow(`${STREAM}: 700 + 580 + 20 + 301 is not 1600 fen`);
  });
});

describe('taken back', () => {
  const because = { attempt: 1, settlementId: 'a case' };

  it('nothing is said of a year that was not settled at its end', () => {
    expect(yearEndTakenBack(twoCases().year, STREAM, because)).toEqual([]);
  });

  it('every account is as it was before, and one that was not there is gone', () => {
    const history = twoCases();
    const year = evolveHistory(history, eventOf(history)).year;
    const events = yearEndTakenBack(year, STREAM, because);
    expect(events).toEqual([
      {
        id: yearEventIdOf(STREAM, 1, 'YearEndReversed'),
        type: 'YearEndReversed',
        data: { accounts: BEFORE, because, times: 1 },
      },
    ]);
    expect(Object.keys(events[0]?.data.accounts ?? {})).toEqual(Object.keys(BEFORE));
  });

  it('an account that held something before holds it again', () => {
    const standing: BenefitYear = {
      ...EMPTY_YEAR,
      accounts: { 'last.paid': 50, 'year.in-scope-self-pay': 5, 'year.self-pay': 7 },
      yearEnd: {
        ...eventOf(twoCases()).data,
        payments: [
          {
            accounts: [{ afterFen: 30, beforeFen: 10, name: 'last.paid' }],
            inScopeFen: 15,
            line: 'last.fifth-line',
            outOfScopeFen: 5,
            paidFen: 20,
            payer: 'fifth-line',
            workings: [],
          },
          {
            accounts: [{ afterFen: 50, beforeFen: 30, name: 'last.paid' }],
            inScopeFen: 20,
            line: 'last.medical-assistance',
            outOfScopeFen: 0,
            paidFen: 20,
            payer: 'medical-assistance',
            workings: [],
          },
        ],
      },
    };
    expect(yearEndTakenBack(standing, STREAM, because).map(({ data }) => data.accounts)).toEqual([
      { 'last.paid': 10, 'year.in-scope-self-pay': 40, 'year.self-pay': 47 },
    ]);
  });

  it('a correction says it first; the next year-end settlement is the second', () => {
    const history = twoCases();
    const ended = evolveHistory(history, eventOf(history));
    const last = history.live[1]?.case;
    const order = { settlementId: last?.settlementId ?? '', attempt: 1, operatorCode: 'OP7', reason: '退费', stream: STREAM };
    const decision = decideReversal(ended, { ...order, cascade: false });
    if ('refused' in decision) throw new Error(decision.refused.code);
    expect(decision.events.map(({ type }) => type)).toEqual(['YearEndReversed', 'SettlementReversed']);
    expect(decision.events[0]?.data).toMatchObject({ because: { attempt: 1, settlementId: order.settlementId }, times: 1 });
    // 6.80 left of the first case: 3.80 above the limit.
    const again = eventOf(decision.after);
    expect(again.id).toBe(yearEventIdOf(STREAM, 2, 'YearEndSettled'));
    expect(again.data).toMatchObject({ times: 2, payments: [{ paidFen: 380 }], categories: ['destitute', 'registered-poor'] });
  });
});

describe('the year’s state', () => {
  const fact = (history: YearHistory) => ({ ...eventOf(history), position: 9n });

  it('is carried whole by a year-end settlement and by its reversal', () => {
    const history = twoCases();
    const settledFact = fact(history);
    const ended = evolveYear(history.year, settledFact);
    const resumed = { open: [], recorded: RecordedCases.NONE, knownAfter: 9n };
    expect(resumeYear(settledFact)).toEqual({ ...resumed, accounts: ended.accounts, yearEnd: settledFact.data });
    const [reversal] = yearEndTakenBack(ended, STREAM, because());
    if (reversal === undefined) throw new Error('nothing was taken back');
    expect(resumeYear({ ...reversal, position: 9n })).toEqual({ ...resumed, accounts: BEFORE, yearEnd: null });
    expect(evolveYear(ended, reversal)).toEqual(history.year);
  });

  it('takes no case, no reversal and no second year-end while one stands', () => {
    const history = twoCases();
    const settledFact = fact(history);
    const ended = evolveYear(history.year, settledFact);
    const late = recorded({});
    const no = (key: string): string => `case ${key} changes a year that was settled at its end`;
    expect(() => evolveYear(ended, late)).toThrow(no(`${late.data.settlementId}/1`));
    const last = history.live[1]?.case.settlementId ?? '';
    const reversed = {
      type: 'SettlementReversed',
      data: { settlementId: last, attempt: 1, accounts: {}, openCases: 0, wasOpen: false },
    };
    expect(() => evolveYear(ended, reversed)).toThrow(no(`${last}/1`));
    expect(() => evolveYear(ended, settledFact)).toThrow('year-end 1 comes out of order');
    expect(() => evolveYear(evolveYear(history.year, late), settledFact)).toThrow('year-end 1 comes out of order');
  });

  it('takes back only the year-end settlement that stands', () => {
    const history = twoCases();
    const ended = evolveYear(history.year, fact(history));
    const reversal = (times: number) => ({ type: 'YearEndReversed', data: { accounts: BEFORE, because: because(), times } });
    expect(() => evolveYear(ended, reversal(2))).toThrow('year-end 2 does not stand');
    expect(() => evolveYear(history.year, reversal(1))).toThrow('year-end 1 does not stand');
  });

  function because() {
    return { attempt: 1, settlementId: 'a case' };
  }
});
