/**
 * What only a store across a network can suffer: answers that get lost, connections that are cut, a server that crashes, two
 * copies of a process at once, neighbours in the same log. Against the test double, which does each on demand.
 */
import { randomUUID } from 'node:crypto';
import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import {
  AppendOutcomeUnknown,
  collect,
  DeciderRunner,
  type EventStore,
  type FoldDefinition,
  openKurrentStore,
  type RecordedEvent,
  resolveUnknownAppend,
  verifyStream,
} from '@oss/event-store';
import type { AppendFault } from '../support/kurrentdb-double/faults';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import type { ProposedEvent } from '../support/kurrentdb-double/log';
import { gate, sample, samples, until } from './samples';

/** Every step crosses a socket: patience, not measure. */
jest.setTimeout(30_000);

/** Short, so that a swallowed answer does not hold the test up for the client's ten seconds. */
const DEADLINE_MS = 1_500;
const n = (event: RecordedEvent): number => (event.data as { n: number }).n;
const counting: FoldDefinition<number> = { initial: () => 0, evolve: (count) => count + 1 };
/** An event of ours as the server holds it, its seal left out of account. */
const stored = (n: number): ProposedEvent => {
  const metadata = Buffer.from(JSON.stringify({ hash: '0'.repeat(64), recordedAt: '2018-04-06T00:00:00.000Z' }));
  return { id: randomUUID(), type: 'Sampled', isJson: true, data: Buffer.from(JSON.stringify({ n })), metadata };
};
const order = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('the KurrentDB store', () => {
  let double: KurrentDbDouble;
  let stores: EventStore[];
  beforeEach(async () => {
    double = await KurrentDbDouble.start();
    stores = [];
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    double.stop();
  });

  function open(more: { clock?: () => number; namespace?: string } = {}): EventStore {
    const store = openKurrentStore({ url: double.url(DEADLINE_MS), ...more });
    stores.push(store);
    return store;
  }

  describe('an append without an answer', () => {
    it.each<[AppendFault, number]>([
      ['swallow the answer', 2],
      ['break after storing', 2],
      ['break before storing', 0],
    ])('%s: the outcome is unknown, and reading back tells', async (fault, stored) => {
      const store = open();
      const events = samples(2);
      double.faults.order(fault);
      await expect(store.append('s', 'no_stream', events)).rejects.toBeInstanceOf(AppendOutcomeUnknown);
      expect((await resolveUnknownAppend(store, 's', 'no_stream', events))?.length ?? 0).toBe(stored);
    });

    it('a runner whose every append meets a fault ends with each decision once, and the chain holds', async () => {
      const store = open();
      const runner = new DeciderRunner(store, counting);
      for (const fault of ['break after storing', 'break before storing', 'swallow the answer'] as const) {
        double.faults.order(fault);
        await runner.execute('s', (count) => [sample(count)]);
      }
      expect((await collect(store.readStream('s'))).map(n)).toEqual([0, 1, 2]);
      expect(await verifyStream(store.readStream('s'))).toMatchObject({ events: 3, broken: null });
    });
  });

  it('two copies that make the same decision at once are both told what stands, and neither chains on from its own seal', async () => {
    const [early, late] = [open({ clock: () => 1_000 }), open({ clock: () => 2_000 })];
    for (let revision = 0; revision < 10; revision++) {
      const [event] = samples(1);
      const expected = revision === 0 ? 'no_stream' : revision - 1;
      const answers = await Promise.all([early, late].map((store) => store.append('s', expected, [event!])));
      expect(answers[0]!.events[0]!.hash).toBe(answers[1]!.events[0]!.hash);
    }
    expect(await verifyStream(early.readStream('s'))).toMatchObject({ events: 10, broken: null });
  });

  it('follow outlasts a connection that is cut: nothing is lost, nothing repeated, in order', async () => {
    const store = open();
    const seen: number[] = [];
    await store.append('s', 'no_stream', samples(5));
    const following = store.follow({ name: 'f' }, (event) => void seen.push(n(event)));
    await until(() => seen.length === 5);
    double.cut();
    await double.restore();
    const runner = new DeciderRunner(store, counting);
    for (let i = 5; i < 10; i++) await runner.execute('s', (count) => [sample(count)]);
    await following.caughtUp();
    expect(seen).toEqual(order(10));
  });

  it('follow does not miss the event that comes to stand where the server last reported the log’s end', async () => {
    const store = open();
    const seen: number[] = [];
    await store.append('a', 'no_stream', samples(1));
    await store.append('b', 'no_stream', samples(1));
    const following = store.follow({ filter: { streamPrefixes: ['a'] } }, (event) => void seen.push(n(event)));
    await following.caughtUp();
    await until(() => following.checkpoint >= double.log.all.at(-1)!.position);
    double.cut();
    double.log.append('a', 0, [stored(1)]);
    await double.restore();
    await until(() => seen.length === 2);
    expect(seen).toEqual([0, 1]);
  });

  it.each(['cut', 'crash'] as const)('work outlasts a %s: each event is handled once, also the one in hand', async (how) => {
    const store = open();
    const held = gate();
    const handled: string[] = [];
    const work = store.work({ group: 'g', concurrency: 3 }, async ({ stream, revision }) => {
      if (stream === 'slow') await held.opened;
      handled.push(`${stream}${revision}`);
    });
    for (const stream of ['a', 'b', 'slow']) await store.append(stream, 'no_stream', samples(2));
    await until(() => handled.length === 4);
    double[how]();
    await double.restore();
    await new DeciderRunner(store, counting).execute('c', () => samples(1));
    await until(() => handled.includes('c0'));
    held.open();
    await work.caughtUp();
    expect(handled.sort()).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'slow0', 'slow1']);
  });

  it('an outage in the middle of a turn: the turn waits for the store and ends, and nothing is parked', async () => {
    const store = open();
    const runner = new DeciderRunner(store, counting);
    // The event may be here before the answer to its append, which is not what is cut off.
    const answered = gate();
    const work = store.work({ group: 'g', maxAttempts: 1, filter: { streamPrefixes: ['in'] } }, async ({ id }) => {
      await answered.opened;
      double.cut();
      setTimeout(() => void double.restore(), 200);
      await runner.execute('out', () => [sample(0, { id })]);
    });
    await store.append('in', 'no_stream', samples(1));
    answered.open();
    await until(async () => (await store.readLast('out')) !== null);
    await work.caughtUp();
    expect(await collect(store.readStream('out'))).toHaveLength(1);
    expect(await store.listParked()).toEqual([]);
  });

  it('two consumers share a group: every event once, each stream with one of them; what one leaves the other takes', async () => {
    const [mine, theirs] = [open(), open()];
    const handled = { mine: [] as string[], theirs: [] as string[] };
    const handle = (by: 'mine' | 'theirs') => (event: RecordedEvent) => void handled[by].push(event.stream);
    const [first, second] = [mine.work({ group: 'g' }, handle('mine')), theirs.work({ group: 'g' }, handle('theirs'))];
    await until(() => double.consumers('g') === 2);
    await Promise.all(order(20).map((i) => mine.append(`s${i}`, 'no_stream', samples(3))));
    await first.caughtUp();
    expect(handled.mine.length + handled.theirs.length).toBe(60);
    expect(handled.mine.filter((stream) => handled.theirs.includes(stream))).toEqual([]);
    await second.stop();
    await Promise.all(order(20).map((i) => mine.append(`s${i}`, 2, samples(1))));
    await first.caughtUp();
    expect(handled.mine.length + handled.theirs.length).toBe(80);
  });

  it('closes though the server is gone', async () => {
    const store = open();
    const seen: number[] = [];
    await store.append('s', 'no_stream', samples(2));
    store.follow({ name: 'f' }, (event) => void seen.push(n(event)));
    store.work({ group: 'g' }, (event) => void seen.push(n(event)));
    await until(() => seen.length === 4);
    double.cut();
    await store.close();
    await double.restore();
    const later = open();
    await later.follow({ name: 'f' }, () => {}).caughtUp();
    expect(await collect(later.readStream('s'))).toHaveLength(2);
  });

  it('some of a group’s parked events are replayed and the others stay, under the same words', async () => {
    const store = open();
    let broken = true;
    const handled: string[] = [];
    const work = store.work({ group: 'g', maxAttempts: 1 }, ({ stream }) => {
      if (broken) throw new Error('cannot');
      handled.push(stream);
    });
    for (const stream of ['a', 'b', 'c']) await store.append(stream, 'no_stream', samples(1));
    await work.caughtUp();
    const [, second] = await store.listParked('g');
    broken = false;
    expect(await store.replayParked('g', [second!.position])).toBe(1);
    await until(async () => handled.length === 1 && (await store.listParked('g')).length === 2);
    expect(handled).toEqual(['b']);
    const stays = { subscription: 'g', attempts: 1, error: 'cannot' };
    expect(await store.listParked()).toMatchObject([
      { ...stays, stream: 'a' },
      { ...stays, stream: 'c' },
    ]);
  });

  it('what was written of a parked event before its id was part of that is listed with the id all the same', async () => {
    const store = open();
    const [event] = (await store.append('s', 'no_stream', samples(1))).events;
    const known = { attempts: 5, error: 'cannot', parkedAt: '2018-04-01T08:00:00.000Z', revision: 0, stream: 's' };
    const data = { ...known, position: String(event!.position), subscription: 'f', type: event!.type };
    const other = KurrentDBClient.connectionString(double.url());
    await other.appendToStream('@parked', [jsonEvent({ type: 'EventParked', data })], { streamState: 'any' });
    await other.dispose();
    expect(await store.listParked()).toEqual([{ ...data, position: event!.position, id: event!.id }]);
  });

  it('an event that is replayed comes at its own place in the log, not at that of its parked entry', async () => {
    const store = open();
    const places: bigint[] = [];
    const work = store.work({ group: 'g', maxAttempts: 1 }, ({ position }) => {
      places.push(position);
      if (places.length === 1) throw new Error('not yet');
    });
    const { events } = await store.append('s', 'no_stream', samples(1));
    await work.caughtUp();
    await store.replayParked('g');
    await until(() => places.length === 2);
    expect(places).toEqual([events[0]!.position, events[0]!.position]);
  });

  it('what was parked is listed though the server, which crashed before its first checkpoint, counts nothing', async () => {
    const store = open();
    const work = store.work({ group: 'g', maxAttempts: 1 }, () => Promise.reject(new Error('cannot')));
    await store.append('s', 'no_stream', samples(1));
    await work.caughtUp();
    await work.stop();
    double.crash();
    await double.restore();
    expect(await store.listParked()).toMatchObject([{ subscription: 'g', stream: 's', attempts: 1, error: 'cannot' }]);
  });

  it('a leader that answers no consumer yet is asked again', async () => {
    const store = open();
    const seen: number[] = [];
    double.ignoreConsumers(1);
    store.work({ group: 'g' }, (event) => void seen.push(n(event)));
    await store.append('s', 'no_stream', samples(2));
    await until(() => seen.length === 2);
    expect(seen).toEqual([0, 1]);
  });

  it('a group that is not live before the next event has caught up all the same', async () => {
    const store = open();
    const seen: number[] = [];
    const work = store.work({ group: 'g' }, (event) => void seen.push(n(event)));
    await store.append('s', 'no_stream', samples(2));
    await until(() => double.consumers('g') === 1);
    double.keepBehind('g');
    await work.caughtUp();
    expect(seen).toEqual([0, 1]);
  });

  it('an event that the server gave up on by itself is listed in the server’s words', async () => {
    const store = open();
    const held = gate();
    const work = store.work({ group: 'g' }, () => held.opened);
    await store.append('s', 'no_stream', samples(1));
    await until(() => double.parkByServer('g') === 1);
    await until(async () => (await store.listParked('g')).length === 1);
    held.open();
    await work.caughtUp();
    expect(await store.listParked('g')).toMatchObject([{ stream: 's', attempts: 100, error: 'Reached retry count of 100' }]);
  });

  it('stores in one log do not see each other, nor what others and the server wrote', async () => {
    const [a, b] = [open({ namespace: 'a.' }), open({ namespace: 'b.' })];
    const seen: string[] = [];
    const following = a.follow({ name: 'f' }, ({ stream }) => void seen.push(stream));
    const work = a.work({ group: 'g' }, ({ stream }) => void seen.push(stream));
    const other = KurrentDBClient.connectionString(double.url());
    await a.append('s', 'no_stream', samples(1));
    await b.append('s', 'no_stream', samples(2));
    await other.appendToStream('a.foreign', [jsonEvent({ id: randomUUID(), type: 'Unsealed', data: {} })], {
      streamState: 'any',
    });
    await a.saveCheckpoint('c', { position: 1n });
    await Promise.all([following.caughtUp(), work.caughtUp()]);
    await following.stop();
    expect(seen).toEqual(['s', 's']);
    expect((await collect(a.readAll())).map(({ stream }) => stream)).toEqual(['s']);
    expect(await collect(b.readAll())).toHaveLength(2);
    expect(await b.loadCheckpoint('c')).toBeNull();
    expect(await b.listParked()).toEqual([]);
    await other.dispose();
  });

  it('a checkpoint’s state stays when a subscription of that name moves the position', async () => {
    const store = open();
    const { events } = await store.append('s', 'no_stream', samples(3));
    await store.saveCheckpoint('f', { position: events[0]!.position, state: 'kept' });
    const seen: number[] = [];
    const following = store.follow({ name: 'f' }, (event) => void seen.push(n(event)));
    await following.caughtUp();
    await following.stop();
    expect(seen).toEqual([1, 2]);
    expect(await store.loadCheckpoint('f')).toEqual({ position: await store.headPosition(), state: 'kept' });
  });

  it('a place that this log has not given out holds no event', async () => {
    const store = open();
    const { events } = await store.append('s', 'no_stream', samples(2));
    const { position } = events[0]!;
    expect((await collect(store.readAll({ from: position, limit: 1 }))).map(n)).toEqual([0]);
    expect(await collect(store.readAll({ from: position + 1n, limit: 1 }))).toEqual([]);
  });

  it('a connection string that cannot be read is refused without being repeated', () => {
    const refuse = (): EventStore => openKurrentStore({ url: 'kurrentdb://admin:secret-word@host:port:port?tls=perhaps' });
    expect(refuse).toThrow(/no connection string of KurrentDB/);
    expect(refuse).not.toThrow(/secret-word/);
  });
});
