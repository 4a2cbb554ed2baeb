/**
 * The contract on a real KurrentDB server: `npm run test:contract`. The server is the one that KURRENTDB_URL names (it is
 * left as it was found, save for streams in namespaces of our own), else Docker starts one (KURRENTDB_IMAGE chooses which).
 */
import { randomUUID } from 'node:crypto';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { KurrentDbContainer, type StartedKurrentDbContainer } from '@testcontainers/kurrentdb';
import { describeEventStore } from './event-store.contract';
import { kurrentLife } from './kurrent-life';

const IMAGE = process.env['KURRENTDB_IMAGE'] ?? 'kurrentplatform/kurrentdb:25.1';
/** A server on the network, or one that has just started, takes its time. */
jest.setTimeout(60_000);

let container: StartedKurrentDbContainer | undefined;
let server: Promise<string> | undefined;

describeEventStore('kurrentdb, a real server,', async () => {
  const url = await (server ??= findServer());
  const namespace = `contract-${randomUUID()}.`;
  return kurrentLife(url, namespace, () => removeGroups(url, namespace));
});

afterAll(() => container?.stop());

async function findServer(): Promise<string> {
  const given = process.env['KURRENTDB_URL'];
  if (given) return given;
  try {
    container = await new KurrentDbContainer(IMAGE).start();
  } catch (error) {
    throw new Error('there is no server to test against: set KURRENTDB_URL, or install Docker', { cause: error });
  }
  return container.getConnectionString();
}

/** Groups are the server's work for ever: those of a test end with it. */
async function removeGroups(url: string, namespace: string): Promise<void> {
  const client = KurrentDBClient.connectionString(url);
  const groups = await client.listPersistentSubscriptionsToAll().catch(() => []);
  for (const { groupName } of groups) {
    if (groupName.startsWith(namespace)) await client.deletePersistentSubscriptionToAll(groupName);
  }
  await client.dispose();
}
