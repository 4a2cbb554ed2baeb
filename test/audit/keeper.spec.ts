/** The keeper of the tree: goes on where it stopped, does not sign for its own sake, and never signs against its own past. */
import { appendFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import {
  auditDirectory,
  checkpointNotes,
  checkpointsFile,
  leavesFile,
  logSigningKey,
  logVerifierKey,
} from '../../apps/audit/checkpoints/audit-files';
import { checkpointsInLog } from '../../apps/audit/checkpoints/checkpoint-fact';
import { CheckpointKeeper } from '../../apps/audit/checkpoints/keeper';
import { parseCheckpoint } from '../../apps/audit/notes/checkpoint';
import { AuditedStore } from './audited-store';
import { changeText, sealAgain, truncateAfter } from './forger';

let scene: AuditedStore;
let opened: { store: EventStore; keeper: CheckpointKeeper } | null = null;

beforeAll(async () => {
  scene = await AuditedStore.settled();
});
afterAll(() => scene.close());
afterEach(async () => {
  await opened?.keeper.stop();
  await opened?.store.close();
  opened = null;
});

/** The system opens a copy, as after a restart. */
async function restart(directory: string): Promise<{ store: EventStore; keeper: CheckpointKeeper }> {
  await opened?.keeper.stop();
  await opened?.store.close();
  opened = null;
  const store = await openEmbeddedStore({ directory, clock: () => Date.parse('2019-01-01T00:00:00Z') });
  try {
    const audit = auditDirectory(directory);
    const keeper = await CheckpointKeeper.start(
      store,
      audit,
      logSigningKey(directory, audit, join(scene.directory, 'keys/checkpoint-signing.pem')),
    );
    return (opened = { store, keeper });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** An event of no meaning to the audit. */
async function grow({ store }: { store: EventStore }): Promise<void> {
  await store.append(`other-${crypto.randomUUID()}`, 'no_stream', [{ id: crypto.randomUUID(), type: 'Other', data: {} }]);
}

test('signs what came, once, and what it signs is verified by the public key that it put down', async () => {
  const directory = scene.copy();
  const running = await restart(directory);
  expect((await running.keeper.sign())?.size).toBe(53);
  expect(await running.keeper.sign()).toBeNull();
  expect((await scene.verify(directory)).vouched?.place).toBe(53);
  expect(logVerifierKey(auditDirectory(directory)).id).toBe(scene.key.id);
});

test('goes on after a restart: the same tree, no checkpoint for the checkpoint alone', async () => {
  const directory = scene.copy();
  await (await restart(directory)).keeper.sign();
  const again = await restart(directory);
  expect(await again.keeper.sign()).toBeNull();
  expect([again.keeper.size, again.keeper.signedSize]).toEqual([54, 53]);
  await grow(again);
  expect((await again.keeper.sign())?.size).toBe(55);
  expect(await scene.verify(directory)).toMatchObject({ clean: true, events: 56, checkpoints: 5 });
});

test('the file holds the checkpoints of the log, also one that a crash kept from it', async () => {
  const directory = scene.copy();
  const file = checkpointsFile(auditDirectory(directory));
  const notes = checkpointNotes(file);
  rmSync(file);
  const { store } = await restart(directory);
  const inLog = (await checkpointsInLog(store)).map(({ data }) => data.checkpoint);
  expect(notes).toEqual(inLog);
  expect(checkpointNotes(file)).toEqual(inLog.slice(-1));
  expect(notes.map((note) => parseCheckpoint(note).size)).toEqual([15, 30, 45]);
});

test('without its saved place it reads the log again, and compares it with the leaves', async () => {
  const directory = scene.copy("DELETE FROM checkpoints WHERE name = 'audit-tree'");
  appendFileSync(leavesFile(auditDirectory(directory)), Buffer.alloc(7));
  const { keeper } = await restart(directory);
  expect((await keeper.sign())?.size).toBe(53);
  expect(statSync(leavesFile(auditDirectory(directory))).size).toBe(53 * 32);
});

describe('a log that is not the one that was signed', () => {
  const lost = "DELETE FROM checkpoints WHERE name = 'audit-tree'";

  test.each<[string, readonly string[], number | null, string]>([
    [
      'is shorter than its saved place',
      [truncateAfter(40)],
      null,
      'event 45 of the log (position 45) is not the one that was there before',
    ],
    ['is shorter than its checkpoints', [truncateAfter(40), lost], null, 'the log ends after 40 events, and 45 have been seen'],
    [
      'has another event at its saved place',
      [changeText(45, '"attempt":1', '"attempt":2')],
      45,
      'event 45 of the log (position 45) is not the one',
    ],
    ['has another event somewhere', [changeText(24, '"attempt":1', '"attempt":2'), lost], 24, 'stands where another event stood'],
  ])('%s: nothing is signed', async (_, statements, sealed, reason) => {
    const directory = scene.copy(...statements);
    if (sealed !== null) sealAgain(directory, sealed);
    const before = readFileSync(checkpointsFile(auditDirectory(directory)), 'utf8');
    await expect(restart(directory).then(({ keeper }) => keeper.sign())).rejects.toThrow(reason);
    expect(readFileSync(checkpointsFile(auditDirectory(directory)), 'utf8')).toBe(before);
  });

  test.each<[number, string]>([
    [24, 'the first 30 events are not those that the checkpoint audit-checkpoints@1 was signed over'],
    [40, 'the first 45 events are not those of the checkpoint that was signed over them'],
  ])('and has no leaf file: the first checkpoint over event %s tells', async (position, reason) => {
    const directory = scene.copy(changeText(position, '"attempt":1', '"attempt":2'), lost);
    sealAgain(directory, position);
    rmSync(leavesFile(auditDirectory(directory)));
    const { keeper } = await restart(directory);
    await expect(keeper.sign()).rejects.toThrow(reason);
    expect(keeper.failure?.message).toContain(reason);
  });
});
