/** The attempts of a case out of its year: one that is being settled again, read after every single fact: nothing of it shows as final before all of it is. */
import { acceptedDischarge } from '../acceptance/accept';
import { inputOf, packOf } from '../testing';
import { decideReversal } from '../year/corrections/correct';
import { EMPTY_HISTORY, evolveHistory, type YearHistory } from '../year/corrections/year-history';
import { SETTLEMENT_COMPLETED } from '../year/events';
import { recordDischarge } from '../year/record';
import { decideTurn, whoseTurn } from '../year/turn';
import { CaseAttempts, concernsCase } from './case-attempts';
import type { YearFact } from './case-facts';
import { settlementView, type SettlementView } from './settlement-view';

const pack = packOf([
  {
    id: 'basic',
    label: '基本',
    payer: 'basic-insurance',
    shape: 'proportional',
    rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 5_000 } }], capPerYear: { value: 1_000 } }],
  },
]);

class Year {
  history: YearHistory = EMPTY_HISTORY;
  readonly events: YearFact[] = [];

  say(...facts: readonly { type: string; data: unknown }[]): void {
    for (const { type, data } of facts) {
      const recordedAt = `2018-06-01T00:00:${String(this.events.length).padStart(2, '0')}.000Z`;
      const text = JSON.stringify(data);
      this.events.push({ type, data: JSON.parse(text) as unknown, text, recordedAt });
      this.history = evolveHistory(this.history, { type, data });
    }
  }

  /** One turn of whoever is due; false when nobody is. */
  turn(): boolean {
    const actor = whoseTurn(this.history.year)?.actor;
    if (actor === undefined) return false;
    this.say(decideTurn(this.history.year, actor, () => pack)!);
    return true;
  }

  view(settlementId: string): SettlementView {
    const { facts } = new CaseAttempts(settlementId, { first: 1, below: Infinity }, this.events).facts();
    return settlementView(facts!, pack);
  }
}

const short = ({ status, attempt, selfPayFen, supersedes, differences }: SettlementView) => ({
  is: `${status} ${attempt}`,
  self: selfPayFen,
  before: supersedes?.selfPayFen,
  more: differences?.selfPayFen,
});

it('shows resettling, and the attempt before as superseded, from the reversal to the last completion', () => {
  const year = new Year();
  const ids = [1_600, 1_000, 400].map((totalFen) => {
    const fact = recordDischarge(acceptedDischarge({ ...inputOf(pack, { totalFen }), attempt: 1 }), 'ab'.repeat(32), pack);
    year.say(fact);
    while (year.turn());
    return fact.data.settlementId;
  }) as [string, string, string];
  const [first, second, third] = ids;
  // The cap of 1 000 leaves 200 to the second (1 000 − 800) and nothing to the third.
  expect(ids.map((id) => short(year.view(id)))).toEqual([
    { is: 'completed 1', self: 800, before: undefined, more: undefined },
    { is: 'completed 1', self: 800, before: undefined, more: undefined },
    { is: 'completed 1', self: 400, before: undefined, more: undefined },
  ]);
  const order = {
    settlementId: first,
    attempt: 1,
    cascade: true,
    operatorCode: 'OP',
    reason: '测试',
    stream: 'benefit-year-x-2018',
  };
  const decided = decideReversal(year.history, order);
  year.say(...('events' in decided ? decided.events : []));
  do {
    expect([second, third].map((id) => short(year.view(id)))).toEqual([
      { is: 'resettling 2', self: undefined, before: 800, more: undefined },
      { is: 'resettling 2', self: undefined, before: 400, more: undefined },
    ]);
    year.turn();
  } while (whoseTurn(year.history.year) !== null);
  expect(ids.map((id) => short(year.view(id)))).toEqual([
    { is: 'reversed 1', self: 800, before: undefined, more: undefined },
    { is: 'completed 2', self: 500, before: 800, more: -300 },
    { is: 'completed 2', self: 200, before: 400, more: -200 },
  ]);
});

describe('of a year with two cases', () => {
  const year = new Year();
  const [first, second] = [1_600, 1_000].map((totalFen) => {
    const fact = recordDischarge(acceptedDischarge({ ...inputOf(pack, { totalFen }), attempt: 1 }), 'ab'.repeat(32), pack);
    year.say(fact);
    while (year.turn());
    return fact.data.settlementId;
  }) as [string, string];
  const attempts = (range = { first: 1, below: Infinity }): CaseAttempts =>
    new CaseAttempts(
      second,
      range,
      year.events.filter((fact) => concernsCase(second, fact)),
    );

  it('concerns a case what is its own, and what may end a correction', () => {
    const others = year.events.filter((fact) => !fact.text.includes(second) && concernsCase(second, fact));
    expect(others.map(({ type }) => type)).toEqual([SETTLEMENT_COMPLETED]);
    expect(year.events.filter((fact) => !concernsCase(second, fact)).every(({ text }) => text.includes(first))).toBe(true);
  });

  it('gathers the attempts that rest on one acceptance, and no others', () => {
    expect([attempts().last, attempts().has(1), attempts().has(2)]).toEqual([1, true, false]);
    expect(attempts().facts().facts?.completed?.selfPayFen).toBe(800);
    expect(attempts().facts(2).facts).toBeNull();
    const later = attempts({ first: 2, below: Infinity });
    expect([later.last, later.has(1), later.facts().isFinal]).toEqual([2, false, false]);
    expect(attempts({ first: 1, below: 1 }).events).toEqual([]);
  });

  it('is final when nothing of it is missing', () => {
    const [whole, short] = [year.events, year.events.filter(({ type }) => !type.startsWith('BasicInsurance'))].map((facts) =>
      new CaseAttempts(second, { first: 1, below: Infinity }, facts).facts(),
    );
    expect([whole!.isWhole, whole!.isFinal, short!.isWhole, short!.isFinal]).toEqual([true, true, false, false]);
    expect(whole!.events.map(({ type }) => type)).toEqual(['DischargeRecorded', 'BasicInsuranceSettled', SETTLEMENT_COMPLETED]);
  });
});
