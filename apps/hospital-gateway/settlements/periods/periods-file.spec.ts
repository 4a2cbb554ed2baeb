/** The list's file: gone on with, read again when it is missing or not this log's; and a list that cannot follow. */
import { copyFileSync, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Payer } from '@oss/policy';
import { PERIODS_FILE } from './period-list';
import { removePeriodsFile } from './periods-file';
import type { PeriodPage } from './protocol';
import { expected, freshDirectory, ListUnderTest, MARCH, sumsOf, upTo } from './testing';

let tested: ListUnderTest;

beforeEach(async () => {
  tested = new ListUnderTest();
  await tested.open();
});
afterEach(async () => {
  await tested.close();
  tested.remove();
});

describe('the file', () => {
  const whole = async (): Promise<PeriodPage> => (await tested.walk({ ...MARCH, limit: 500 }))[0]!;
  const change = (sql: string): void => {
    const db = new DatabaseSync(tested.file);
    db.exec(sql);
    db.close();
  };

  it('is gone on with after a restart, and read again when it was deleted', async () => {
    await tested.settle(0, 50);
    const before = await whole();
    await tested.close();
    change("UPDATE completed SET encounter = encounter || '-kept'");
    await tested.open();
    await tested.settle(50, 10);
    const marked = (await whole()).items.filter(({ encounterNo }) => encounterNo.endsWith('-kept'));
    expect(marked.length).toBe(before.items.length);
    await tested.close();
    removePeriodsFile(tested.file);
    await tested.open();
    const now = await whole();
    expect(now.items.map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(60), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
    expect(now.items.filter(({ encounterNo }) => Number(encounterNo.slice(1)) < 50)).toEqual(before.items);
    expect(now.sums).toEqual(sumsOf(now.items));
  });

  it('takes what settled while no list ran', async () => {
    await tested.settle(0, 20);
    await whole();
    await tested.list.onApplicationShutdown();
    await tested.settle(20, 20);
    tested.follow();
    expect((await whole()).items.map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(40), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
  });

  it.each<[string, () => void]>([
    ['is no database', () => writeFileSync(tested.file, 'no database, and longer than a header of one hundred bytes '.repeat(9))],
    ['is empty', () => writeFileSync(tested.file, '')],
    ['has another shape', () => change('PRAGMA user_version = 1')],
    ['has read another log', () => change("UPDATE progress SET hash = 'other'; UPDATE completed SET encounter = 'other'")],
    ['is ahead of the log', () => change('UPDATE progress SET position = 1000000')],
  ])('that %s is made anew', async (_, damage) => {
    await tested.settle(0, 30);
    const before = await whole();
    await tested.close();
    expectNoLogFiles();
    damage();
    await tested.open();
    expect(await whole()).toEqual(before);
  });

  it('of another directory does not show its settlements here', async () => {
    await tested.settle(0, 30);
    await whole();
    await tested.close();
    const other = freshDirectory();
    copyFileSync(tested.file, join(other, PERIODS_FILE));
    tested.remove();
    tested.directory = other;
    await tested.open();
    await tested.settle(100, 6);
    expect((await whole()).items.map(({ encounterNo }) => encounterNo)).toEqual(
      expected(upTo(106).slice(100), ({ hospitalCode }) => hospitalCode === 'H1'),
    );
  });

  /** A clean stop leaves none: the damage must not be healed by a log of the file. */
  function expectNoLogFiles(): void {
    for (const suffix of ['-wal', '-shm']) expect(existsSync(`${tested.file}${suffix}`)).toBe(false);
  }
});

describe('a list that cannot follow', () => {
  afterEach(() => jest.useRealTimers());

  it('says so after its patience, and may be asked again', async () => {
    const never = tested.newList();
    jest.useFakeTimers();
    const answer = expect(never.page(MARCH)).rejects.toMatchObject({ code: 'store-unavailable', status: 503 });
    await jest.advanceTimersByTimeAsync(10_000);
    await answer;
  });

  it('is opened again after a pause', async () => {
    await tested.settle(0, 3, { hospitalCode: 'H1' });
    await tested.list.onApplicationShutdown();
    removePeriodsFile(tested.file);
    mkdirSync(tested.file);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    tested.follow();
    while ((await tested.health.readiness()).ready) await new Promise((resolve) => setImmediate(resolve));
    rmdirSync(tested.file);
    const answer = tested.list.page(MARCH);
    await jest.advanceTimersByTimeAsync(5_000);
    expect((await answer).sums.count).toBe(3);
    expect((await tested.health.readiness()).ready).toBe(true);
  });

  it('is not ready, refuses questions, and stops cleanly', async () => {
    const unknown = [{ line: 'x', paidFen: 1, payer: 'nobody' as Payer }];
    await tested.settle(0, 1, { hospitalCode: 'H1', shares: unknown, selfPayFen: 0, totalFen: 1 });
    await expect(tested.list.page(MARCH)).rejects.toMatchObject({ code: 'store-unavailable', status: 503 });
    expect(await tested.health.readiness()).toEqual({ ready: false, checks: { 'period list': 'down: Error' } });
  });
});
