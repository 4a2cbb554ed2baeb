/** A checkpoint is taken up on the log that it names, and on no other: not on one that begins otherwise, is empty or is shorter. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import { eventIdOf } from '@oss/settlement';
import { LOG_BEGINNING } from './checkpoint';
import { logIdentity, OtherLog, refuseOtherLog } from './log-identity';

const directories: string[] = [];
const stores: EventStore[] = [];
const CASE = '5a0d4b0e-7c0b-5f0a-9a6e-360222018404';

/** A log with a fact that no relay reads, then the first facts of persons. */
async function logOf(...persons: string[]): Promise<EventStore> {
  const directory = mkdtempSync(join(tmpdir(), 'oss-relay-log-'));
  const store = await openEmbeddedStore({ directory, clock: () => 1_522_828_800_000 });
  directories.push(directory);
  stores.push(store);
  const fact = (stream: string, type: string) =>
    store.append(stream, 'no_stream', [{ id: eventIdOf(CASE, 1, stream, type), type, data: {} }]);
  await fact('policy-360222', 'PackAdopted');
  for (const person of persons) await fact(`benefit-year-${person.repeat(32)}-2018`, 'DischargeRecorded');
  return store;
}

afterAll(async () => {
  for (const store of stores) await store.close();
  for (const directory of directories) rmSync(directory, { recursive: true });
});

test('a log is named by the first fact that a relay reads, and keeps its name as it grows', async () => {
  const [empty, one, two, other] = [await logOf(), await logOf('a'), await logOf('a', 'b'), await logOf('b', 'a')];
  const names = await Promise.all([empty, one, two, other].map(logIdentity));
  expect(names[0]).toBeNull();
  expect(names[1]).toMatch(/^[0-9a-f]{64}$/);
  expect(names[2]).toBe(names[1]);
  expect(names[3]).not.toBe(names[1]);
});

test('its own checkpoint is taken up, and one at the beginning everywhere', async () => {
  const store = await logOf('a');
  const own = { position: await store.headPosition(), held: [], log: await logIdentity(store) };
  for (const checkpoint of [own, LOG_BEGINNING, { ...own, log: null }]) {
    await expect(refuseOtherLog(store, checkpoint)).resolves.toBeUndefined();
  }
});

test("another log's is refused, with the cures", async () => {
  const theirs = await logOf('a', 'b');
  const checkpoint = { position: await theirs.headPosition(), held: [], log: await logIdentity(theirs) };
  const [other, empty, shorter] = [await logOf('b', 'a'), await logOf(), await logOf('a')];
  for (const store of [other, empty, shorter]) await expect(refuseOtherLog(store, checkpoint)).rejects.toThrow(OtherLog);
  await expect(refuseOtherLog(other, checkpoint)).rejects.toThrow(
    /belongs to another log.+Nothing is published.+KAFKA_BROKERS.+--from-beginning/,
  );
  await expect(refuseOtherLog(empty, checkpoint)).rejects.toThrow('this one holds no settlement yet');
  await expect(refuseOtherLog(shorter, { ...checkpoint, log: null })).rejects.toThrow('this log ends at 2');
});
