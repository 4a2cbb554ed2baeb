/**
 * Answers to a group's server, many in one message. An answer that cannot be sent is forgotten: the server delivers the event
 * again, and it is recognised.
 */
import type { PersistentSubscriptionToAll, PersistentSubscriptionToAllResolvedEvent } from '@kurrent/kurrentdb-client';

/** The server takes 2 000 ids in one message. */
const MAX_PER_MESSAGE = 500;

export class Acknowledgements {
  #subscription: PersistentSubscriptionToAll | null = null;
  #waiting: PersistentSubscriptionToAllResolvedEvent[] = [];
  #scheduled = false;

  /** From now on answers go over this subscription; what waited for another one is void. */
  over(subscription: PersistentSubscriptionToAll | null): void {
    this.#subscription = subscription;
    this.#waiting = [];
  }

  ack(event: PersistentSubscriptionToAllResolvedEvent): void {
    this.#waiting.push(event);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Not confirmed, and over a connection that is lost not even sent: whoever parks looks whether it came about. */
  park(event: PersistentSubscriptionToAllResolvedEvent, reason: string): void {
    this.#subscription?.nack('park', reason, event).catch(() => {});
  }

  /** Hands over what waits. A write to a connection that hangs may never settle, so nobody waits for it. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let i = 0; i < waiting.length; i += MAX_PER_MESSAGE) {
      this.#subscription?.ack(...waiting.slice(i, i + MAX_PER_MESSAGE)).catch(() => {});
    }
  }
}
