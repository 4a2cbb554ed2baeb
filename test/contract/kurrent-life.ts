/** A KurrentDB store's life on a server that is there: opened, closed and opened again in a namespace of its own. */
import { type EventStore, openKurrentStore } from '@oss/event-store';
import type { StoreUnderTest } from './store-under-test';

export function kurrentLife(url: string, namespace: string, end: () => void | Promise<void>): StoreUnderTest {
  let store: EventStore | undefined;
  const open = async (clock?: () => number): Promise<EventStore> => {
    await store?.close();
    store = openKurrentStore({ url, namespace, ...(clock ? { clock } : {}) });
    return store;
  };
  return {
    open: () => open(),
    reopen: () => open(),
    reopenAt: (milliseconds) => open(() => milliseconds),
    destroy: async () => {
      await store?.close();
      await end();
    },
  };
}
