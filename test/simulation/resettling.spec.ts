/** A year that is being settled again, read after every single fact: nothing of it shows as final before all of it is. */
import type { RecordedEvent } from '@oss/event-store';
import {
  acceptedDischarge,
  decideReversal,
  decideTurn,
  EMPTY_HISTORY,
  evolveHistory,
  recordDischarge,
  settlementView,
  type SettlementView,
  whoseTurn,
  type YearHistory,
} from '@oss/settlement';
import { inputOf, packOf } from '../../libs/settlement/testing';
import { CaseAttempts } from '../../apps/hospital-gateway/settlements/case-attempts';

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
  readonly events: RecordedEvent[] = [];

  say(...facts: readonly { type: string; data: unknown }[]): void {
    for (const { type, data } of facts) {
      const recordedAt = `2018-06-01T00:00:${String(this.events.length).padStart(2, '0')}.000Z`;
      const text = JSON.stringify(data);
      this.events.push({
        type,
        data: JSON.parse(text) as unknown,
        text,
        position: BigInt(this.events.length),
        recordedAt,
      } as RecordedEvent);
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

  async view(settlementId: string): Promise<SettlementView> {
    const backwards = (async function* (events: readonly RecordedEvent[]) {
      yield* events.toReversed();
    })(this.events);
    const { facts } = (await CaseAttempts.read(settlementId, { first: 1, below: Infinity }, backwards)).facts();
    return settlementView(facts!, pack);
  }
}

const short = ({ status, attempt, selfPayFen, supersedes, differences }: SettlementView) => ({
  is: `${status} ${attempt}`,
  self: selfPayFen,
  before: supersedes?.selfPayFen,
  more: differences?.selfPayFen,
});

it('shows resettling, and the attempt before as superseded, from the reversal to the last completion', async () => {
  const year = new Year();
  const ids = [1_600, 1_000, 400].map((totalFen) => {
    const fact = recordDischarge(acceptedDischarge({ ...inputOf(pack, { totalFen }), attempt: 1 }), 'ab'.repeat(32), pack);
    year.say(fact);
    while (year.turn());
    return fact.data.settlementId;
  }) as [string, string, string];
  const [first, second, third] = ids;
  // The cap of 1 000 leaves 200 to the second (1 000 − 800) and nothing to the third.
  expect(await Promise.all(ids.map(async (id) => short(await year.view(id))))).toEqual([
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
    expect(await Promise.all([second, third].map(async (id) => short(await year.view(id))))).toEqual([
      { is: 'resettling 2', self: undefined, before: 800, more: undefined },
      { is: 'resettling 2', self: undefined, before: 400, more: undefined },
    ]);
    year.turn();
  } while (whoseTurn(year.history.year) !== null);
  expect(await Promise.all(ids.map(async (id) => short(await year.view(id))))).toEqual([
    { is: 'reversed 1', self: 800, before: undefined, more: undefined },
    { is: 'completed 2', self: 500, before: 800, more: -300 },
    { is: 'completed 2', self: 200, before: 400, more: -200 },
  ]);
});
