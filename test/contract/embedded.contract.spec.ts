/** The embedded SQLite store under the contract. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, openEmbeddedStore } from '@oss/event-store';
import { describeEventStore } from './event-store.contract';

describeEventStore('embedded', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'oss-contract-'));
  let store: EventStore | undefined;
  const open = async (clock?: () => number): Promise<EventStore> => {
    await store?.close();
    store = await openEmbeddedStore({ directory, ...(clock ? { clock } : {}) });
    return store;
  };
  return {
    open: () => open(),
    reopen: () => open(),
    reopenAt: (milliseconds) => open(() => milliseconds),
    destroy: async () => {
      await store?.close();
      await rm(directory, { recursive: true });
    },
  };
});
