/**
 * The contract on a real KurrentDB server: `npm run test:contract`. The server is the one that KURRENTDB_URL names (it is
 * left as it was found, save for streams in namespaces of our own; the user in it must be one of `$admins`, unless the server
 * is insecure), else Docker starts one (KURRENTDB_IMAGE chooses which).
 */
import { randomUUID } from 'node:crypto';
import { ErrorType } from '@kurrent/kurrentdb-client';
import { KurrentDbContainer, type StartedKurrentDbContainer } from '@testcontainers/kurrentdb';
import { Connection, isKind } from '../../libs/event-store/kurrentdb/connection';
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

/** Groups are the server's work for ever: those of a test end with it. So does the connection, which would keep the process. */
async function removeGroups(url: string, namespace: string): Promise<void> {
  const connection = new Connection(url);
  const { client } = connection;
  try {
    for (const { groupName } of await client.listPersistentSubscriptionsToAll()) {
      if (groupName.startsWith(namespace)) await client.deletePersistentSubscriptionToAll(groupName);
    }
  } catch (error) {
    // A server without any group says so with an error.
    if (!isKind(error, ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST)) throw error;
  } finally {
    await connection.close();
  }
}
