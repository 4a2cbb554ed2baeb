/** Waits for completions on a real log: who is answered, with what, and that nobody is left behind. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import { Health } from '@oss/host';
import { BENEFIT_YEAR_PREFIX, eventIdOf, SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED } from '@oss/settlement';
import { SettlementWaiters } from './waiters';

const STREAM = `${BENEFIT_YEAR_PREFIX}somebody-2018`;
const A_LONG_TIME = 600_000;

let directory: string;
let store: EventStore;
let waiters: SettlementWaiters;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oss-waiters-'));
  store = await openEmbeddedStore({ directory });
  waiters = new SettlementWaiters(store, new Health());
  waiters.onApplicationBootstrap();
});
afterEach(async () => {
  await waiters.onApplicationShutdown();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const record = (type: string, settlementId: string, attempt = 1): Promise<unknown> =>
  store.append(STREAM, 'any', [{ id: eventIdOf(settlementId, attempt, '', type), type, data: { settlementId, attempt } }]);

it('answers everybody who waits for the attempt, with what passed by', async () => {
  const waits = [waiters.register('S1', 1), waiters.register('S1', 1)];
  for (const wait of waits) wait.within(A_LONG_TIME);
  await record('Anything', 'S1');
  await record(SETTLEMENT_COMPLETED, 'S1');
  for (const { done } of waits) {
    const facts = await done;
    expect(facts!.events.map(({ type }) => type)).toEqual(['Anything', SETTLEMENT_COMPLETED]);
  }
  expect(waiters.size).toBe(0);
});

it('takes a reversal for an end, too', async () => {
  const { done } = waiters.register('S1', 1);
  await record(SETTLEMENT_REVERSED, 'S1');
  expect((await done)!.events).toHaveLength(1);
});

it('leaves those alone who wait for another attempt or another case', async () => {
  const second = waiters.register('S1', 2);
  const other = waiters.register('S2', 1);
  await record(SETTLEMENT_COMPLETED, 'S1', 1);
  await record(SETTLEMENT_COMPLETED, 'S1', 2);
  expect((await second.done)!.events.map(({ data }) => data)).toEqual([{ settlementId: 'S1', attempt: 2 }]);
  expect(waiters.size).toBe(1);
  other.cancel();
  expect(await other.done).toBeNull();
  expect(waiters.size).toBe(0);
});

it('answers null when the time is over', async () => {
  const short = waiters.register('S1', 1);
  short.within(1);
  expect(await short.done).toBeNull();
  const none = waiters.register('S1', 1);
  none.within(0);
  expect(await none.done).toBeNull();
  expect(waiters.size).toBe(0);
});

it('keeps the first end: neither the clock nor a cancellation takes an answer back', async () => {
  // The waiter's clock stands still, so the answer always comes first; the log goes on as ever.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
  try {
    const wait = waiters.register('S1', 1);
    wait.within(20);
    expect(jest.getTimerCount()).toBe(1);
    await record(SETTLEMENT_COMPLETED, 'S1');
    const facts = await wait.done;
    wait.within(1);
    // Its clock has ended with it, and begins no more.
    expect(jest.getTimerCount()).toBe(0);
    wait.within(0);
    wait.cancel();
    expect(await wait.done).toBe(facts);
    expect(facts!.events).toHaveLength(1);
  } finally {
    jest.useRealTimers();
  }
});
