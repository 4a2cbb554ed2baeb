/**
 * Keepers on a store that several share (the double of KurrentDB): two at once, with one key, sign one history between them;
 * one that is told a false checkpoint, or has another key, raises the alarm and signs nothing more; a restart reads what is new.
 */
import { join } from 'node:path';
import { type EventStore, type FollowOptions, openKurrentStore, WrongExpectedRevision } from '@oss/event-store';
import { auditDirectory, checkpointNotes, checkpointsFile, logSigningKey } from '../../apps/audit/checkpoints/audit-files';
import { CHECKPOINT_SIGNED, CHECKPOINTS_STREAM, checkpointsInLog } from '../../apps/audit/checkpoints/checkpoint-fact';
import { CheckpointKeeper } from '../../apps/audit/checkpoints/keeper';
import { signedCheckpoint } from '../../apps/audit/notes/checkpoint';
import type { SigningKey } from '../../apps/audit/notes/note-keys';
import { verify } from '../../apps/audit/verify/verify';
import { freshDirectory } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';

jest.setTimeout(60_000);
const directory = freshDirectory();
let double: KurrentDbDouble;
let store: EventStore;
let key: SigningKey;
let keepers: CheckpointKeeper[] = [];

const auditDir = (name: string): string => auditDirectory(join(directory.path, name));

beforeEach(async () => {
  double = await KurrentDbDouble.start();
  store = openKurrentStore({ url: double.url() });
});
afterEach(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  keepers = [];
  await store.close();
  double.stop();
});
afterAll(() => directory.remove());

/** A keeper with files of its own; all have one key, unless another is named. */
async function keeper(name: string, keyFile = 'key.pem', through = store): Promise<CheckpointKeeper> {
  key = logSigningKey(join(directory.path, name), auditDir(name), join(directory.path, keyFile));
  const started = await CheckpointKeeper.start(through, auditDir(name), key);
  keepers.push(started);
  return started;
}

async function stop(stopped: CheckpointKeeper): Promise<void> {
  keepers = keepers.filter((each) => each !== stopped);
  await stopped.stop();
}

async function grow(events = 1): Promise<void> {
  for (let n = 0; n < events; n++) {
    await store.append(`other-${crypto.randomUUID()}`, 'no_stream', [{ id: crypto.randomUUID(), type: 'Other', data: {} }]);
  }
}

const sizesInLog = async (): Promise<number[]> => (await checkpointsInLog(store)).map(({ data }) => data.size);

/** The store as one sees it whose append came too late: another was there first. */
function overtaken(by: () => Promise<unknown>): EventStore {
  let isFirst = true;
  return new Proxy(store, {
    get: (target, name) => {
      if (name !== 'append') {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (...append: Parameters<EventStore['append']>) => {
        if (isFirst) await by();
        isFirst = false;
        return target.append(...append);
      };
    },
  });
}

test('two sign at once, again and again: one history, each checkpoint larger than the one before, verified by either’s files', async () => {
  const [a, b] = [await keeper('a1'), await keeper('b1')];
  for (let round = 0; round < 8; round++) {
    await grow(3);
    await Promise.all([a.sign(), grow(2), b.sign()]);
  }
  await Promise.all([a.sign(), b.sign()]);
  expect([await a.sign(), await b.sign(), a.failure, b.failure]).toEqual([null, null, null, null]);
  const sizes = await sizesInLog();
  expect(sizes.length).toBeGreaterThanOrEqual(8);
  expect(sizes).toEqual([...new Set(sizes)].sort((one, other) => one - other));
  expect([a.size, a.signedSize]).toEqual([b.size, b.signedSize]);
  for (const name of ['a1', 'b1']) {
    const checkpointFiles = [checkpointsFile(auditDir(name))];
    expect(checkpointNotes(checkpointFiles[0]!)).toHaveLength(sizes.length);
    const report = await verify({
      dataDir: directory.path,
      kurrentdb: double.url(),
      auditDir: auditDir(name),
      key,
      checkpointFiles,
      selection: {},
      threads: 0,
    });
    expect(report).toMatchObject({ clean: true, checkpoints: sizes.length, vouched: { place: sizes.at(-1) } });
  }
});

test('the one that comes too late looks at the other’s checkpoint, and signs what that leaves', async () => {
  const a = await keeper('a2');
  const before = async (): Promise<void> => {
    await grow();
    await a.sign();
    await grow();
  };
  const b = await keeper('b2', 'key.pem', overtaken(before));
  await grow(4);
  expect((await b.sign())?.size).toBe(7);
  expect(await sizesInLog()).toEqual([5, 7]);
  expect(await a.sign()).toBeNull();
  expect(a.signedSize).toBe(7);
});

test('a checkpoint with the log’s key over another history: both raise the alarm, and sign nothing more', async () => {
  const [a, b] = [await keeper('a3'), await keeper('b3')];
  await grow(3);
  await a.sign();
  await grow(2);
  const note = signedCheckpoint(5, Buffer.alloc(32, 7), key);
  const forged = { checkpoint: note, position: '1', size: 5 };
  await store.append(CHECKPOINTS_STREAM, 0, [{ id: crypto.randomUUID(), type: CHECKPOINT_SIGNED, data: forged }]);
  for (const each of [a, b]) {
    await expect(each.sign()).rejects.toThrow('the first 5 events are not those that the checkpoint audit-checkpoints@1');
  }
  await grow();
  await expect(b.sign()).rejects.toThrow('audit-checkpoints@1');
  expect(await sizesInLog()).toEqual([3, 5]);
});

test('another key: the alarm says that one log has one key, and the log holds one', async () => {
  const a = await keeper('a4');
  const other = await keeper('b4', 'other.pem');
  await grow(3);
  await a.sign();
  await grow();
  await expect(other.sign()).rejects.toThrow(/audit-checkpoints@0 cannot be trusted .* one log has one key/);
  expect((await a.sign())?.size).toBe(5);
  expect(await sizesInLog()).toEqual([3, 5]);
});

describe('a restart', () => {
  /** Where a keeper began to read. */
  const beginnings: FollowOptions['from'][] = [];
  const watched = (): EventStore =>
    new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (name === 'follow') beginnings.push(undefined);
        return typeof member === 'function'
          ? (...given: unknown[]) => {
              if (name === 'follow') beginnings.splice(-1, 1, (given[0] as FollowOptions).from);
              return (member as (...args: unknown[]) => unknown).apply(target, given);
            }
          : member;
      },
    });

  test('goes on at its saved place, and where that is of one further on, at the last checkpoint that its leaves reach', async () => {
    const positions = async (): Promise<bigint[]> => (await checkpointsInLog(store)).map(({ data }) => BigInt(data.position));
    await grow(5);
    const a = await keeper('a5', 'key.pem', watched());
    const b = await keeper('b5', 'key.pem', watched());
    await a.sign();
    expect(await b.sign()).toBeNull();
    await stop(b);
    await grow(5);
    await a.sign();
    await stop(a);
    const again = await keeper('a5', 'key.pem', watched());
    expect(again.size).toBeGreaterThanOrEqual(11);
    await keeper('b5', 'key.pem', watched());
    const [first] = await positions();
    const places = beginnings.slice(-2);
    expect(beginnings.slice(0, 2)).toEqual(['start', 'start']);
    expect(places[1]).toBe(first);
    expect(Number(places[0])).toBeGreaterThan(Number(first));
    await grow();
    expect((await keepers.at(-1)!.sign())?.size).toBe(13);
    expect(await again.sign()).toBeNull();
    expect(await sizesInLog()).toEqual([5, 11, 13]);
  });

  test('is prepared for by a stop while the store cannot be reached, from an earlier place', async () => {
    const a = await keeper('a7');
    await grow(3);
    await a.sign();
    double.cut();
    await stop(a);
    await double.restore();
    expect(await (await keeper('a7')).sign()).toBeNull();
    expect(await sizesInLog()).toEqual([3]);
  });

  test('after an append whose answer was lost: the checkpoint stands once, and is known', async () => {
    const a = await keeper('a6');
    await grow(3);
    double.faults.order('break after storing');
    await a.sign().catch((error: unknown) => expect(error).not.toBeInstanceOf(WrongExpectedRevision));
    expect(await a.sign()).toBeNull();
    expect([await sizesInLog(), a.signedSize]).toEqual([[3], 3]);
    expect(checkpointNotes(checkpointsFile(auditDir('a6')))).toHaveLength(1);
  });
});
