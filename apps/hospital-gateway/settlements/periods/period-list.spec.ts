/** The read model on a real store and a real file: pages, sums, and how it follows the log. */
import { openEmbeddedStore } from '@oss/event-store';
import { eventIdOf, SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { removePeriodsFile } from './periods-file';
import type { PeriodQuestion } from './protocol';
import { completion, expected, itemsOf, ListUnderTest, MARCH, pays, stream, sumsOf, upTo } from './testing';

let tested: ListUnderTest;

beforeEach(async () => {
  tested = new ListUnderTest();
  await tested.open();
});
afterEach(async () => {
  await tested.close();
  tested.remove();
});

describe('a page', () => {
  it('shows each settlement in short, and sums to the fen', async () => {
    const shares = [
      { line: 'basic', paidFen: 3_840_000, payer: 'basic-insurance' as const },
      { line: 'critical-illness', paidFen: 170_500, payer: 'critical-illness' as const },
      { line: 'assistance', paidFen: 552_650, payer: 'medical-assistance' as const },
      { line: 'fifth-line', paidFen: 116_850, payer: 'fifth-line' as const },
    ];
    const amounts = { totalFen: 5_200_000, inScopeFen: 4_800_000, hospitalFen: 0, selfPayFen: 520_000 };
    const { settlementId, encounterNo } = completion(1, { hospitalCode: 'H1' });
    await tested.settle(1, 1, { hospitalCode: 'H1', dischargedOn: '2018-03-19', shares, ...amounts });
    const completedAt = (await tested.store.readLast(stream(1)))!.recordedAt;
    const payers = {
      'basic-insurance': 3_840_000,
      'critical-illness': 170_500,
      'medical-assistance': 552_650,
      'fifth-line': 116_850,
      'supplementary-insurance': 0,
      hospital: 0,
    };
    expect(await tested.list.page(MARCH)).toEqual({
      items: [
        {
          settlementId,
          attempt: 1,
          status: 'completed',
          hospitalCode: 'H1',
          encounterNo,
          region: '360222',
          dischargedOn: '2018-03-19',
          completedAt,
          ...amounts,
          shares,
        },
      ],
      sums: { count: 1, ...amounts, payers },
      resettling: 0,
      next: null,
    });
  });

  it('of nobody, of an unknown hospital, of days without a discharge, is empty and sums to nothing', async () => {
    const none = { items: [], sums: sumsOf([]), resettling: 0, next: null };
    expect(await tested.list.page(MARCH)).toEqual(none);
    await tested.settle(0, 30);
    expect(await tested.list.page({ ...MARCH, hospitalCode: 'H9' })).toEqual(none);
    expect(await tested.list.page({ ...MARCH, from: '2018-04-01', to: '2018-04-30' })).toEqual(none);
  });

  it.each<[string, Partial<PeriodQuestion>, (fact: SettlementCompleted) => boolean]>([
    ['a hospital', { hospitalCode: 'H2' }, ({ hospitalCode }) => hospitalCode === 'H2'],
    ['a payer', { hospitalCode: null, payer: 'medical-assistance' }, pays('medical-assistance')],
    ['the hospitals as a payer', { hospitalCode: null, payer: 'hospital' }, pays('hospital')],
    ['a payer who never pays', { hospitalCode: null, payer: 'critical-illness' }, () => false],
    ['both', { hospitalCode: 'H3', payer: 'fifth-line' }, (fact) => fact.hospitalCode === 'H3' && pays('fifth-line')(fact)],
    [
      'some days',
      { from: '2018-03-05', to: '2018-03-09' },
      (fact) => fact.hospitalCode === 'H1' && fact.dischargedOn >= '2018-03-05' && fact.dischargedOn <= '2018-03-09',
    ],
  ])('of %s holds those and no others, in order, and the sums are theirs on every page', async (_, filter, passes) => {
    await tested.settle(0, 200);
    const pages = await tested.walk({ ...MARCH, ...filter });
    const items = itemsOf(pages);
    expect(items.map(({ encounterNo }) => encounterNo)).toEqual(expected(upTo(200), passes));
    for (const { sums } of pages) expect(sums).toEqual(sumsOf(items));
  });

  it.each([1, 2, 7, 500])('of %i items: whatever settles meanwhile, the walk shows the list of its first page', async (limit) => {
    await tested.settle(0, 60);
    let next = 60;
    const pages = await tested.walk({ ...MARCH, limit }, async () => {
      await tested.settle(next, 9);
      next += 9;
    });
    expect(itemsOf(pages).map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(60), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
    for (const { items, sums } of pages) {
      expect(items.length).toBeLessThanOrEqual(limit);
      expect(sums).toEqual(sumsOf(itemsOf(pages)));
    }
    const now = itemsOf(await tested.walk({ ...MARCH, limit: 500 }));
    expect(now.map(({ encounterNo }) => encounterNo)).toEqual(expected(upTo(next), ({ hospitalCode }) => hospitalCode === 'H1'));
  });
});

describe('following the log', () => {
  it('who was told that a case is settled finds it in the list, at once', async () => {
    const seen = await Promise.all(
      upTo(60).map(async (n) => {
        await tested.settle(n, 1, { hospitalCode: 'H1' });
        const { items } = await tested.list.page({ ...MARCH, limit: 500 });
        return items.some(({ encounterNo }) => encounterNo === `E${n}`);
      }),
    );
    expect(seen).toEqual(seen.map(() => true));
  });

  it('catches up with more than it may hold in memory', async () => {
    await tested.close();
    removePeriodsFile(tested.file);
    tested.store = await openEmbeddedStore({ directory: tested.directory });
    await tested.settle(0, 20_000, { hospitalCode: 'H1' });
    tested.follow();
    const { sums } = await tested.list.page(MARCH);
    const totalFen = upTo(20_000).reduce((sum, n) => sum + completion(n).totalFen, 0);
    expect([sums.count, sums.totalFen]).toEqual([20_000, totalFen]);
  });

  it('another attempt of a case is another row, the same attempt again is not', async () => {
    await tested.settle(5, 1, { hospitalCode: 'H1' });
    const again = completion(5, { hospitalCode: 'H1', selfPayFen: 306, totalFen: completion(5).totalFen + 1 });
    await tested.store.append(stream(77), 'no_stream', [
      { id: eventIdOf(again.settlementId, 9, '', 'x'), type: SETTLEMENT_COMPLETED, data: again },
    ]);
    const second = { ...again, attempt: 2 };
    await tested.store.append(stream(78), 'no_stream', [
      { id: eventIdOf(again.settlementId, 2, '', 'x'), type: SETTLEMENT_COMPLETED, data: second },
    ]);
    const { items, sums } = await tested.list.page(MARCH);
    expect(items.map(({ attempt, selfPayFen }) => [attempt, selfPayFen])).toEqual([
      [1, 305],
      [2, 306],
    ]);
    expect(sums).toEqual(sumsOf(items));
  });
});
