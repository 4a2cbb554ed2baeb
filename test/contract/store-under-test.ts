/** What a contract test holds in its hands: one store's life, opened, closed and opened again over the same facts. */
import type { EventStore } from '@oss/event-store';

export interface StoreUnderTest {
  open(): Promise<EventStore>;
  /** Closes what is open, if it is, and opens the same store again. */
  reopen(): Promise<EventStore>;
  /** Opens the same store with a clock that stands at this instant. */
  reopenAt(milliseconds: number): Promise<EventStore>;
  destroy(): Promise<void>;
}

/** Renewed before each test. */
export interface Under {
  readonly life: StoreUnderTest;
  store: EventStore;
}
