/** What corrections do to the list: given facts on a real log, what it shows after each, and what a frozen walk goes on to show. */
import {
  eventIdOf,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
} from '@oss/settlement';
import { completion, ListUnderTest, MARCH, stream, sumsOf } from './testing';

const FIRST = '11111111-1111-5111-8111-111111111111';
const SECOND = '22222222-2222-5222-8222-222222222222';
const YEAR = stream(1);
const one = completion(0, { hospitalCode: 'H1', dischargedOn: '2018-03-01' });
const two = completion(1, { hospitalCode: 'H1', dischargedOn: '2018-03-02' });
const three = completion(2, { hospitalCode: 'H1', dischargedOn: '2018-03-03' });

let tested: ListUnderTest;
let revision: number | 'no_stream';

beforeEach(async () => {
  tested = new ListUnderTest();
  await tested.open();
  revision = 'no_stream';
  await say(done(one), done(two), done(three));
});
afterEach(async () => {
  await tested.close();
  tested.remove();
});

interface Fact {
  readonly type: string;
  readonly data: { readonly settlementId: string; readonly attempt: number };
}

async function say(...facts: readonly Fact[]): Promise<void> {
  const events = facts.map(({ type, data }) => ({ id: eventIdOf(data.settlementId, data.attempt, '', type), type, data }));
  revision = (await tested.store.append(YEAR, revision, events)).revision;
}

const attempt = (of: SettlementCompleted, n: number, more: Partial<SettlementCompleted> = {}): SettlementCompleted => ({
  ...of,
  attempt: n,
  ...more,
});
const done = (data: SettlementCompleted): Fact => ({ type: SETTLEMENT_COMPLETED, data });
const reversed = (of: SettlementCompleted, correction: string, superseded: boolean): Fact => {
  const { settlementId, attempt: n, hospitalCode, dischargedOn } = of;
  return {
    type: SETTLEMENT_REVERSED,
    data: { settlementId, attempt: n, hospitalCode, dischargedOn, correction, superseded } as Fact['data'],
  };
};
const opened = (of: SettlementCompleted, n: number, id: string): Fact => ({
  type: RESETTLEMENT_OPENED,
  data: { settlementId: of.settlementId, attempt: n, correction: { id, index: 1, size: 1 } } as Fact['data'],
});
/** The n-th attempt as a correction settled it: one fen more for the patient. */
const again = (of: SettlementCompleted, n: number, id: string): SettlementCompleted =>
  attempt(of, n, { selfPayFen: of.selfPayFen + 1, totalFen: of.totalFen + 1, correction: { id, index: 1, size: 1 } });

async function expectList(facts: readonly SettlementCompleted[], resettling = 0): Promise<void> {
  const page = await tested.list.page({ ...MARCH, limit: 100 });
  expect(page.items.map((item) => [item.encounterNo, item.attempt, item.selfPayFen])).toEqual(
    facts.map((fact) => [fact.encounterNo, fact.attempt, fact.selfPayFen]),
  );
  expect({ sums: page.sums, resettling: page.resettling }).toEqual({ sums: sumsOf(page.items), resettling });
}

it('a reversed attempt is gone; the corrected one stands in its place', async () => {
  await say(reversed(three, FIRST, false));
  await expectList([one, two]);
  const corrected = attempt(three, 2, { selfPayFen: three.selfPayFen + 9, totalFen: three.totalFen + 9 });
  await say(done(corrected));
  await expectList([one, two, corrected]);
});

it('what a correction settles again is in no item and no sum until all of it is done', async () => {
  await say(
    reversed(three, FIRST, true),
    reversed(two, FIRST, true),
    reversed(one, FIRST, false),
    opened(two, 2, FIRST),
    opened(three, 2, FIRST),
  );
  await expectList([], 2);
  await say(done(again(two, 2, FIRST)));
  await expectList([], 2);
  await say(done(again(three, 2, FIRST)));
  await expectList([again(two, 2, FIRST), again(three, 2, FIRST)]);
});

it('a second correction in the middle of the first: each is done when its own cases have come to an end', async () => {
  await say(
    reversed(three, FIRST, true),
    reversed(two, FIRST, true),
    reversed(one, FIRST, false),
    opened(two, 2, FIRST),
    opened(three, 2, FIRST),
  );
  await say(done(again(two, 2, FIRST)));
  await say(reversed(attempt(three, 2), SECOND, true), opened(three, 3, SECOND));
  await expectList([again(two, 2, FIRST)]);
  await say(done(again(three, 3, SECOND)));
  await expectList([again(two, 2, FIRST), again(three, 3, SECOND)]);
});

it('a frozen walk goes on to show what it showed, whatever is corrected meanwhile', async () => {
  const [first] = await tested
    .walk({ ...MARCH, limit: 1 }, async (page) => {
      if (page === 1) await say(reversed(three, FIRST, false));
      if (page === 2) await say(reversed(two, SECOND, true), opened(two, 2, SECOND), done(again(two, 2, SECOND)));
    })
    .then((pages) => {
      expect(pages.flatMap(({ items }) => items.map((item) => [item.encounterNo, item.attempt]))).toEqual([
        ['E0', 1],
        ['E1', 1],
        ['E2', 1],
      ]);
      expect(new Set(pages.map(({ sums }) => JSON.stringify(sums))).size).toBe(1);
      return pages;
    });
  expect(first!.sums.count).toBe(3);
  await expectList([one, again(two, 2, SECOND)]);
});
