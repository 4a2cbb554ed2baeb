/** What is particular to the embedded store: its lock, its reader, a full disk, SIGKILL, and subscribers that lag. */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { collect, DirectoryLocked, type EventStore, openEmbeddedReader, openEmbeddedStore, verifyStream } from '@oss/event-store';
import { AppendFailed } from '../event-store';
import { StoreUnusable } from './opening';
import { Reader } from './reader';
import { FILE_NAME, openForReading } from './schema';
import { workerFile } from './worker-file';

let count = 0;
const event = (data: object = { n: 1 }) => {
  count += 1;
  return { id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`, type: 'T', data };
};

function makeLater(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 9');
  db.close();
}

describe('the embedded store', () => {
  let directory: string;
  let store: EventStore | undefined;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'oss-embedded-'));
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
    rmSync(directory, { recursive: true });
  });

  it('refuses a second writer, naming the directory and the cure, and lets it in once the first has closed', async () => {
    store = await openEmbeddedStore({ directory });
    const refused = openEmbeddedStore({ directory });
    await expect(refused).rejects.toBeInstanceOf(DirectoryLocked);
    await expect(refused).rejects.toThrow(new RegExp(`${directory} is already open.*stop that one`));
    await store.append('s', 'no_stream', [event()]);
    await store.close();
    store = await openEmbeddedStore({ directory });
    expect((await store.append('s', 0, [event()])).revision).toBe(1);
  });

  it.each([
    ['a folder in place of the lock', () => mkdirSync(join(directory, 'writer.lock')), 14, 'no folder stands in place'],
    ['a file that is no database', () => writeFileSync(join(directory, 'events.sqlite'), 'x'.repeat(9_000)), 26, 'backup'],
    ['a file of a later program', () => makeLater(join(directory, 'events.sqlite')), 0, 'holds schema version 9'],
  ])('says of %s what is wrong, which is not that another process writes there', async (_, spoil, resultCode, cure) => {
    spoil();
    const refusal: unknown = await openEmbeddedStore({ directory }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreUnusable);
    const { message } = refusal as StoreUnusable;
    expect([message, (refusal as StoreUnusable).resultCode]).toEqual([expect.stringContaining(cure), resultCode]);
    expect(message.startsWith(`the event store in ${directory} cannot be opened for writing: `)).toBe(true);
    if (resultCode === 14) return;
    await expect(openEmbeddedReader({ directory })).rejects.toThrow(message.replace('opened for writing', 'opened for reading'));
  });

  it('lets a reader look at a running store, and at one that was closed', async () => {
    await expect(openEmbeddedReader({ directory })).rejects.toThrow(/no event store/);
    store = await openEmbeddedStore({ directory });
    const reader = await openEmbeddedReader({ directory });
    expect([await reader.headPosition(), await reader.readLast('s')]).toEqual([null, null]);
    const { events } = await store.append('s', 'no_stream', [event(), event()]);
    await store.saveCheckpoint('c', { position: 1n });
    expect((await reader.readLast('s'))!.hash).toBe(events[1]!.hash);
    expect([await reader.headPosition(), await reader.loadCheckpoint('c')]).toEqual([2n, { position: 1n }]);
    expect(await reader.listParked()).toEqual([]);
    await store.close();
    await reader.close();
    const later = await openEmbeddedReader({ directory });
    expect(await collect(later.readAll())).toHaveLength(2);
    expect(await verifyStream(later.readStream('s'))).toMatchObject({ events: 2, broken: null });
    await later.close();
  });

  it('a full disk refuses the append, loses nothing, and takes what still has room', async () => {
    store = await openEmbeddedStore({ directory, maxFileBytes: 200_000 });
    await store.append('s', 'no_stream', [event()]);
    const big = store.append('big', 'no_stream', [event({ text: 'x'.repeat(400_000) })]);
    await expect(big).rejects.toBeInstanceOf(AppendFailed);
    await expect(big).rejects.toThrow(/nothing was appended to big: .*full/);
    expect((await store.append('s', 0, [event()])).events[0]!.position).toBe(2n);
    expect((await store.append('big', 'no_stream', [event()])).revision).toBe(0);
    expect((await verifyStream(store.readStream('s'))).events).toBe(2);
  });

  it('a subscriber that lags far behind the tail reads the file, skips nothing and repeats nothing', async () => {
    store = await openEmbeddedStore({ directory });
    let open!: () => void;
    const held = new Promise<void>((resolve) => (open = resolve));
    const seen: bigint[] = [];
    const following = store.follow({}, async ({ position }) => {
      if (seen.length === 0) await held;
      seen.push(position);
    });
    for (let i = 0; i < 20; i++)
      await store.append(
        `s${i}`,
        'no_stream',
        Array.from({ length: 300 }, () => event()),
      );
    open();
    await following.caughtUp();
    expect(seen).toEqual(Array.from({ length: 6_000 }, (_, i) => BigInt(i + 1)));
  });

  it('under load that never pauses the write-ahead log is copied into the file by another thread, and begins anew', async () => {
    store = await openEmbeddedStore({ directory });
    const text = 'x'.repeat(16_000);
    const streams = Array.from({ length: 16 }, (_, i) => `s${i}`);
    const rounds = 160;
    for (let round = 0; round < rounds; round++) {
      const expected = round === 0 ? 'no_stream' : round - 1;
      await Promise.all(streams.map((stream) => store!.append(stream, expected, [event({ round, text })])));
    }
    const written = streams.length * rounds * text.length;
    const bytes = (file: string) => statSync(join(directory, file)).size;
    expect(bytes('events.sqlite')).toBeGreaterThan(written / 2);
    expect(bytes('events.sqlite-wal')).toBeLessThan(written / 2);
    await store.close();
    store = await openEmbeddedStore({ directory });
    for (const stream of streams)
      expect(await verifyStream(store.readStream(stream))).toMatchObject({ events: rounds, broken: null });
  });

  it('a lane rule that throws parks its event and goes on; every failure is reported', async () => {
    const failures: (string | undefined)[] = [];
    store = await openEmbeddedStore({
      directory,
      onFailure: ({ subscription, error }) => failures.push(`${subscription}: ${error}`),
    });
    const seen: number[] = [];
    const lane = ({ revision }: { revision: number }): string => {
      if (revision === 1) throw new Error('no lane');
      return 'lane';
    };
    const following = store.follow(
      { name: 'f', lane, maxAttempts: 2, retryDelayMs: 1 },
      ({ revision }) => void seen.push(revision),
    );
    await store.append('s', 'no_stream', [event(), event(), event()]);
    await following.caughtUp();
    expect(seen).toEqual([0, 2]);
    expect(failures).toEqual(['f: Error: no lane', 'f: Error: no lane']);
    expect(await store.listParked('f')).toMatchObject([{ revision: 1, error: 'no lane' }]);
  });

  it('replays an event that the list shows although the writer’s word that it is parked has not arrived yet', async () => {
    let broken = true;
    let replayed: Promise<number> | undefined;
    const replayOnceListed = (): void => {
      const reader = new Reader(openForReading(join(directory, FILE_NAME)));
      while (reader.listParked('f').length === 0); // no answer of the writer can come in meanwhile
      reader.close();
      broken = false;
      replayed = store!.replayParked('f');
    };
    // After the message to the writer has been sent, in the same phase of the event loop.
    const onFailure = (): void => queueMicrotask(() => setImmediate(replayOnceListed));
    store = await openEmbeddedStore({ directory, onFailure });
    const following = store.follow({ name: 'f', maxAttempts: 1 }, () => {
      if (broken) throw new Error('cannot');
    });
    await store.append('s', 'no_stream', [event()]);
    await following.caughtUp();
    expect(await replayed).toBe(1);
    await following.stop();
    expect(await store.listParked()).toEqual([]);
  });

  it('of more parked events than one replay takes, those that failed again come after the others', async () => {
    let now = Date.parse('2018-04-01T08:00:00.000Z');
    store = await openEmbeddedStore({ directory, clock: () => (now += 1) });
    let parked = 0;
    let broken = true;
    const options = { name: 'f', maxAttempts: 1, lane: ({ stream }: { stream: string }): string => stream };
    const following = store.follow(options, ({ stream }) => {
      if (!broken && stream === 'good') return;
      parked += 1;
      throw new Error('cannot');
    });
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => store!.append(`bad${i}`, 'no_stream', [event()])));
    await following.caughtUp();
    await store.append('good', 'no_stream', [event()]);
    await following.caughtUp();
    broken = false;
    expect([parked, await store.replayParked('f')]).toEqual([1_001, 1_000]);
    while (parked < 2_001) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await store.replayParked('f')).toBe(1_000);
    while ((await store.listParked()).length > 1_000) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await store.listParked()).filter(({ stream }) => stream === 'good')).toEqual([]);
    await following.stop();
  });

  it('after SIGKILL under load every acknowledged append is there, whole, and the chains hold', async () => {
    const library = join(workerFile('writer-worker'), '../../index.js');
    const load = `
      const { openEmbeddedStore } = require(${JSON.stringify(library)});
      const { randomUUID } = require('node:crypto');
      openEmbeddedStore({ directory: ${JSON.stringify(directory)} }).then(async (store) => {
        const writer = async (name) => {
          for (let next = 'no_stream'; ; ) {
            const events = [0, 1, 2].map((n) => ({ id: randomUUID(), type: 'T', data: { n, text: 'x'.repeat(12_000) } }));
            const { revision } = await store.append(name, next, events);
            process.send({ name, revision });
            next = revision;
          }
        };
        for (let i = 0; i < 16; i++) writer('s' + i);
      });`;
    const child = fork('-e', [load], { execArgv: [] });
    const acknowledged = new Map<string, number>();
    await new Promise<void>((resolve, reject) => {
      let messages = 0;
      child.on('error', reject);
      child.on('exit', (code, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`the child ended with ${code}`))));
      child.on('message', ({ name, revision }: { name: string; revision: number }) => {
        acknowledged.set(name, revision);
        messages += 1;
        if (messages === 400) child.kill('SIGKILL');
      });
    });
    store = await openEmbeddedStore({ directory });
    expect(acknowledged.size).toBe(16);
    for (const [name, revision] of acknowledged) {
      const { events, broken } = await verifyStream(store.readStream(name));
      expect(broken).toBeNull();
      expect(events).toBeGreaterThan(revision);
      expect(events % 3).toBe(0);
    }
  });
});
