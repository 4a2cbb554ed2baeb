/** The read model on a real store and a real file: pages, sums, restart, rebuilding, what it does when it cannot follow. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import { createLogger, Health, loadSettings, Metrics } from '@oss/host';
import { PAYERS, type Payer } from '@oss/policy';
import { eventIdOf, SETTLEMENT_COMPLETED, type SettlementCompleted, settlementIdOf } from '@oss/settlement';
import { PeriodList, PERIODS_FILE } from './period-list';
import { removePeriodsFile } from './periods-file';
import type { PeriodItem, PeriodPage, PeriodQuestion } from './protocol';

const PAYER_NAMES = Object.keys(PAYERS) as Payer[];
const MARCH: PeriodQuestion = { hospitalCode: 'H1', payer: null, from: '2018-03-01', to: '2018-03-31', after: null, limit: 7 };

let directory: string;
let store: EventStore;
let list: PeriodList;
let health: Health;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oss-periods-'));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(): Promise<void> {
  store = await openEmbeddedStore({ directory });
  list = listOf(directory);
  list.onApplicationBootstrap();
}

function listOf(dataDir: string): PeriodList {
  health = new Health();
  return new PeriodList(store, createLogger('silent'), loadSettings({ DATA_DIR: dataDir }), health, new Metrics());
}

async function close(): Promise<void> {
  await list.onApplicationShutdown();
  await store.close();
}

/** The n-th made-up completion: its day goes to and fro, its lines and payers vary, and it closes. */
function completion(n: number, given: Partial<SettlementCompleted> = {}): SettlementCompleted {
  const shares = [
    { line: 'basic', paidFen: 1_000 + n, payer: 'basic-insurance' as const },
    { line: 'assistance', paidFen: n % 3 === 0 ? 0 : 7 * n, payer: 'medical-assistance' as const },
    ...(n % 2 === 0 ? [{ line: 'fifth.1', paidFen: 5, payer: 'fifth-line' as const }] : []),
    ...(n % 2 === 0 ? [{ line: 'fifth.2', paidFen: n, payer: 'hospital' as const }] : []),
  ];
  const hospitalCode = given.hospitalCode ?? `H${(n % 3) + 1}`;
  const encounterNo = `E${n}`;
  return {
    accounts: {},
    attempt: 1,
    dischargedOn: `2018-03-${String(((n * 11) % 31) + 1).padStart(2, '0')}`,
    encounterNo,
    hospitalCode,
    hospitalFen: n % 2 === 0 ? n : 0,
    inScopeFen: 9_000 + n,
    openCases: 0,
    region: '360222',
    selfPayBp: 0,
    selfPayFen: 300 + n,
    settlementId: settlementIdOf(hospitalCode, encounterNo),
    shares,
    totalFen: shares.reduce((sum, { paidFen }) => sum + paidFen, 300 + n),
    ...given,
  };
}

const stream = (n: number): string => `benefit-year-${String(n).padStart(32, '0')}-2018`;

/** Appends completions as one person's year of a hundred cases would; answers when they are on disk. */
async function settle(first: number, count: number, given: Partial<SettlementCompleted> = {}): Promise<void> {
  for (let start = first; start < first + count; start += 500) {
    const numbers = Array.from({ length: Math.min(500, first + count - start) }, (_, i) => start + i);
    const events = numbers.map((n) => {
      const data = completion(n, given);
      return { id: eventIdOf(data.settlementId, data.attempt, '', SETTLEMENT_COMPLETED), type: SETTLEMENT_COMPLETED, data };
    });
    await store.append(stream(start), 'no_stream', events);
  }
}

/** All pages of a walk. `between` runs after each page. */
async function walk(
  question: PeriodQuestion,
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<PeriodPage[]> {
  const pages: PeriodPage[] = [];
  for (let after = question.after; pages.length === 0 || after !== null; after = pages.at(-1)!.next) {
    pages.push(await list.page({ ...question, after }));
    await between(pages.length);
  }
  return pages;
}

const itemsOf = (pages: readonly PeriodPage[]): PeriodItem[] => pages.flatMap(({ items }) => items);

/** The sums of a list of items, added up by hand. */
function sumsOf(items: readonly PeriodItem[]): PeriodPage['sums'] {
  const payers = Object.fromEntries(PAYER_NAMES.map((payer) => [payer, 0]));
  const sums = { count: 0, totalFen: 0, inScopeFen: 0, hospitalFen: 0, selfPayFen: 0 };
  for (const item of items) {
    sums.count += 1;
    for (const name of ['totalFen', 'inScopeFen', 'hospitalFen', 'selfPayFen'] as const) sums[name] += item[name];
    for (const { payer, paidFen } of item.shares) payers[payer]! += paidFen;
  }
  return { ...sums, payers };
}

/** What the list must hold: the completions that pass, in its order. */
function expected(numbers: readonly number[], passes: (fact: SettlementCompleted) => boolean): string[] {
  const facts = numbers.map((n) => completion(n)).filter(passes);
  return facts
    .sort((a, b) => (a.dischargedOn < b.dischargedOn ? -1 : a.dischargedOn > b.dischargedOn ? 1 : 0))
    .map((fact) => fact.encounterNo);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const pays = (payer: Payer) => (fact: SettlementCompleted) =>
  fact.shares.some((share) => share.payer === payer && share.paidFen > 0);

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
    await settle(1, 1, { hospitalCode: 'H1', dischargedOn: '2018-03-19', shares, ...amounts });
    const completedAt = (await store.readLast(stream(1)))!.recordedAt;
    const payers = {
      'basic-insurance': 3_840_000,
      'critical-illness': 170_500,
      'medical-assistance': 552_650,
      'fifth-line': 116_850,
      'supplementary-insurance': 0,
      hospital: 0,
    };
    expect(await list.page(MARCH)).toEqual({
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
      next: null,
    });
  });

  it('of nobody, of an unknown hospital, of days without a discharge, is empty and sums to nothing', async () => {
    const none = { items: [], sums: sumsOf([]), next: null };
    expect(await list.page(MARCH)).toEqual(none);
    await settle(0, 30);
    expect(await list.page({ ...MARCH, hospitalCode: 'H9' })).toEqual(none);
    expect(await list.page({ ...MARCH, from: '2018-04-01', to: '2018-04-30' })).toEqual(none);
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
    await settle(0, 200);
    const pages = await walk({ ...MARCH, ...filter });
    const items = itemsOf(pages);
    expect(items.map(({ encounterNo }) => encounterNo)).toEqual(expected(upTo(200), passes));
    for (const { sums } of pages) expect(sums).toEqual(sumsOf(items));
  });

  it.each([1, 2, 7, 500])('of %i items: whatever settles meanwhile, the walk shows the list of its first page', async (limit) => {
    await settle(0, 60);
    let next = 60;
    const pages = await walk({ ...MARCH, limit }, async () => {
      await settle(next, 9);
      next += 9;
    });
    expect(itemsOf(pages).map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(60), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
    for (const { items, sums } of pages) {
      expect(items.length).toBeLessThanOrEqual(limit);
      expect(sums).toEqual(sumsOf(itemsOf(pages)));
    }
    const now = itemsOf(await walk({ ...MARCH, limit: 500 }));
    expect(now.map(({ encounterNo }) => encounterNo)).toEqual(expected(upTo(next), ({ hospitalCode }) => hospitalCode === 'H1'));
  });
});

describe('following the log', () => {
  it('who was told that a case is settled finds it in the list, at once', async () => {
    const seen = await Promise.all(
      upTo(60).map(async (n) => {
        await settle(n, 1, { hospitalCode: 'H1' });
        const { items } = await list.page({ ...MARCH, limit: 500 });
        return items.some(({ encounterNo }) => encounterNo === `E${n}`);
      }),
    );
    expect(seen).toEqual(seen.map(() => true));
  });

  it('catches up with more than it may hold in memory', async () => {
    await close();
    removePeriodsFile(join(directory, PERIODS_FILE));
    store = await openEmbeddedStore({ directory });
    await settle(0, 20_000, { hospitalCode: 'H1' });
    list = listOf(directory);
    list.onApplicationBootstrap();
    const { sums } = await list.page(MARCH);
    const totalFen = upTo(20_000).reduce((sum, n) => sum + completion(n).totalFen, 0);
    expect([sums.count, sums.totalFen]).toEqual([20_000, totalFen]);
  });

  it('another attempt of a case is another row, the same attempt again is not', async () => {
    await settle(5, 1, { hospitalCode: 'H1' });
    const again = completion(5, { hospitalCode: 'H1', selfPayFen: 306, totalFen: completion(5).totalFen + 1 });
    await store.append(stream(77), 'no_stream', [
      { id: eventIdOf(again.settlementId, 9, '', 'x'), type: SETTLEMENT_COMPLETED, data: again },
    ]);
    const second = { ...again, attempt: 2 };
    await store.append(stream(78), 'no_stream', [
      { id: eventIdOf(again.settlementId, 2, '', 'x'), type: SETTLEMENT_COMPLETED, data: second },
    ]);
    const { items, sums } = await list.page(MARCH);
    expect(items.map(({ attempt, selfPayFen }) => [attempt, selfPayFen])).toEqual([
      [1, 306],
      [2, 306],
    ]);
    expect(sums).toEqual(sumsOf(items));
  });
});

describe('the file', () => {
  const whole = async (): Promise<PeriodPage> => (await walk({ ...MARCH, limit: 500 }))[0]!;
  const change = (sql: string): void => {
    const db = new DatabaseSync(join(directory, PERIODS_FILE));
    db.exec(sql);
    db.close();
  };

  it('is gone on with after a restart, and read again when it was deleted', async () => {
    await settle(0, 50);
    const before = await whole();
    await close();
    change("UPDATE completed SET encounter = encounter || '-kept'");
    await open();
    await settle(50, 10);
    const marked = (await whole()).items.filter(({ encounterNo }) => encounterNo.endsWith('-kept'));
    expect(marked.length).toBe(before.items.length);
    await close();
    removePeriodsFile(join(directory, PERIODS_FILE));
    await open();
    const now = await whole();
    expect(now.items.map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(60), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
    expect(now.items.filter(({ encounterNo }) => Number(encounterNo.slice(1)) < 50)).toEqual(before.items);
    expect(now.sums).toEqual(sumsOf(now.items));
  });

  it('takes what settled while no list ran', async () => {
    await settle(0, 20);
    await whole();
    await list.onApplicationShutdown();
    await settle(20, 20);
    list = listOf(directory);
    list.onApplicationBootstrap();
    expect((await whole()).items.map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(40), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
  });

  it.each<[string, () => void]>([
    [
      'is no database',
      () => writeFileSync(join(directory, PERIODS_FILE), 'no database, and longer than a header of one hundred bytes '.repeat(9)),
    ],
    ['is empty', () => writeFileSync(join(directory, PERIODS_FILE), '')],
    ['has another shape', () => change('PRAGMA user_version = 1')],
    ['has read another log', () => change("UPDATE progress SET hash = 'other'; UPDATE completed SET encounter = 'other'")],
    ['is ahead of the log', () => change('UPDATE progress SET position = 1000000')],
  ])('that %s is made anew', async (_, damage) => {
    await settle(0, 30);
    const before = await whole();
    await close();
    removeLogFiles();
    damage();
    await open();
    expect(await whole()).toEqual(before);
  });

  it('of another directory does not show its settlements here', async () => {
    await settle(0, 30);
    await whole();
    await close();
    const other = mkdtempSync(join(tmpdir(), 'oss-periods-'));
    copyFileSync(join(directory, PERIODS_FILE), join(other, PERIODS_FILE));
    rmSync(directory, { recursive: true });
    directory = other;
    await open();
    await settle(100, 6);
    expect((await whole()).items.map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(106).slice(100), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
  });

  /** A clean stop leaves none: the damage below must not be healed by a log of the file. */
  function removeLogFiles(): void {
    for (const suffix of ['-wal', '-shm']) expect(existsSync(join(directory, `${PERIODS_FILE}${suffix}`))).toBe(false);
  }
});

describe('a list that cannot follow', () => {
  afterEach(() => jest.useRealTimers());

  it('says so after its patience, and may be asked again', async () => {
    const never = listOf(directory);
    jest.useFakeTimers();
    const answer = expect(never.page(MARCH)).rejects.toMatchObject({ code: 'store-unavailable', status: 503 });
    await jest.advanceTimersByTimeAsync(10_000);
    await answer;
  });

  it('is opened again after a pause', async () => {
    await settle(0, 3, { hospitalCode: 'H1' });
    await list.onApplicationShutdown();
    removePeriodsFile(join(directory, PERIODS_FILE));
    mkdirSync(join(directory, PERIODS_FILE));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    list = listOf(directory);
    list.onApplicationBootstrap();
    while ((await health.readiness()).ready) await new Promise((resolve) => setImmediate(resolve));
    rmdirSync(join(directory, PERIODS_FILE));
    const answer = list.page(MARCH);
    await jest.advanceTimersByTimeAsync(5_000);
    expect((await answer).sums.count).toBe(3);
    expect((await health.readiness()).ready).toBe(true);
  });

  it('is not ready, refuses questions, and stops cleanly', async () => {
    const unknown = [{ line: 'x', paidFen: 1, payer: 'nobody' as Payer }];
    await settle(0, 1, { hospitalCode: 'H1', shares: unknown, selfPayFen: 0, totalFen: 1 });
    await expect(list.page(MARCH)).rejects.toMatchObject({ code: 'store-unavailable', status: 503 });
    expect(await health.readiness()).toEqual({ ready: false, checks: { 'period list': 'down: Error' } });
  });
});
