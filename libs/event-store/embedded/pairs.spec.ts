/** Two appends in one write: both or the first alone or nothing, sealed as the draft said, and told before any subscriber sees them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  collect,
  DeciderRunner,
  type EventStore,
  type NewEvent,
  openEmbeddedStore,
  type PairWriter,
  verifyStream,
  WrongExpectedRevision,
} from '@oss/event-store';

const NOON = Date.UTC(2018, 5, 1, 12);
let count = 0;
const event = (data: object = { n: 1 }): NewEvent => {
  count += 1;
  return { id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`, type: 'T', data };
};

let directory: string;
let store: EventStore;
let pairs: PairWriter;
let now: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oss-pairs-'));
  now = NOON;
  store = await openEmbeddedStore({ directory, clock: () => now });
  pairs = store.pairs!;
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const log = async (): Promise<string[]> =>
  (await collect(store.readAll())).map(({ stream, revision }) => `${stream}@${revision}`);

test('both stand one behind the other, and the draft has the hash and the instant that it said, however late it is written', async () => {
  const draft = pairs.draft('first', [event({ 姓: '浮梁' }), event()]);
  now += 60_000;
  const { first, second } = await pairs.append(draft, 'second', 'no_stream', [event({ behind: draft.hash })]);
  expect(await log()).toEqual(['first@0', 'first@1', 'second@0']);
  expect(first.events.map(({ recordedAt }) => recordedAt)).toEqual(['2018-06-01T12:00:00.000Z', '2018-06-01T12:00:00.000Z']);
  expect(first.events.at(-1)!.hash).toBe(draft.hash);
  expect(second).toMatchObject({ revision: 0, events: [{ stream: 'second', recordedAt: '2018-06-01T12:01:00.000Z' }] });
  for (const stream of ['first', 'second']) expect((await verifyStream(store.readStream(stream))).broken).toBeNull();
});

test('a draft whose stream exists by now takes what is behind it with it', async () => {
  await store.append('first', 'no_stream', [event()]);
  const told = jest.fn();
  const refused = pairs.append(pairs.draft('first', [event()]), 'second', 'no_stream', [event()], told);
  await expect(refused).rejects.toMatchObject({ name: 'WrongExpectedRevision', stream: 'first', actual: 0 });
  expect([await log(), told.mock.calls.length]).toEqual([['first@0'], 0]);
});

test('a second append that is refused leaves the draft standing, and is not told', async () => {
  await store.append('second', 'no_stream', [event()]);
  const told = jest.fn();
  const { first, second } = await pairs.append(pairs.draft('first', [event()]), 'second', 'no_stream', [event()], told);
  expect(first.revision).toBe(0);
  expect(second).toBeInstanceOf(WrongExpectedRevision);
  expect(second).toMatchObject({ stream: 'second', actual: 0 });
  expect([await log(), told.mock.calls.length]).toEqual([['second@0', 'first@0'], 0]);
});

test('what a refused pair leaves out is that pair alone: neighbours in the same write stand', async () => {
  await store.append('taken', 'no_stream', [event()]);
  const outcomes = await Promise.allSettled([
    store.append('before', 'no_stream', [event()]),
    pairs.append(pairs.draft('taken', [event()]), 'left out', 'no_stream', [event()]),
    store.append('between', 'no_stream', [event()]),
    pairs.append(pairs.draft('first', [event()]), 'second', 'no_stream', [event(), event()]),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await log()).toEqual(['taken@0', 'before@0', 'between@0', 'first@0', 'second@0', 'second@1']);
});

test('whoever asked is told that both stand before a subscriber is given either', async () => {
  const seen: string[] = [];
  const subscription = store.follow({ from: 'end' }, ({ stream }) => void seen.push(stream));
  await pairs.append(pairs.draft('first', [event()]), 'second', 'no_stream', [event()], () => seen.push('told'));
  await subscription.caughtUp();
  expect(seen).toEqual(['told', 'first', 'second']);
  await subscription.stop();
});

test('a closed store refuses, and writes nothing', async () => {
  const draft = pairs.draft('first', [event()]);
  await store.close();
  await expect(pairs.append(draft, 'second', 'no_stream', [event()])).rejects.toThrow('the event store is closed');
  store = await openEmbeddedStore({ directory });
  expect(await log()).toEqual([]);
});

test('a decider runner that is given such an append retries a conflict of its own stream, and passes on one of another', async () => {
  const runner = new DeciderRunner<number>(store, { initial: () => 0, evolve: (n) => n + 1 });
  await runner.execute('year', () => [event()]);
  await store.append('year', 0, [event()]);
  const states: number[] = [];
  const decide = (state: number): NewEvent[] => {
    states.push(state);
    return [event()];
  };
  const draft = pairs.draft('case', [event()]);
  let written = 0;
  const { revision } = await runner.execute('year', decide, undefined, async (stream, expected, events) => {
    if (written > 0) return store.append(stream, expected, events);
    const { first, second } = await pairs.append(draft, stream, expected, events);
    written = first.events.length;
    if (second instanceof WrongExpectedRevision) throw second;
    return second;
  });
  // Decided on the stale state, then on the stream as it stands: the case was written the first time, and once.
  expect([revision, states]).toEqual([2, [1, 2]]);
  expect(await log()).toEqual(['year@0', 'year@1', 'case@0', 'year@2']);

  states.length = 0;
  const taken = pairs.draft('case', [event()]);
  const again = runner.execute('year', decide, undefined, async (stream, expected, events) => {
    const { second } = await pairs.append(taken, stream, expected, events);
    if (second instanceof WrongExpectedRevision) throw second;
    return second;
  });
  await expect(again).rejects.toMatchObject({ name: 'WrongExpectedRevision', stream: 'case' });
  expect([states, await log()]).toEqual([[3], ['year@0', 'year@1', 'case@0', 'year@2']]);
});
