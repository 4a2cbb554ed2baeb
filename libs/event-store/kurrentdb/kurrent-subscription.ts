/** A running subscription: a delivery and its source, stopped in this order, and the store's own idea of having caught up. */
import type { Delivery } from '../delivery/delivery';
import type { Subscription } from '../event-store';

export class KurrentSubscription implements Subscription {
  readonly closed: Promise<void>;
  #stopping: Promise<void> | null = null;
  #end!: () => void;

  constructor(
    readonly delivery: Delivery,
    private readonly source: { close(): Promise<void> },
    private readonly catchUp: () => Promise<void>,
  ) {
    this.closed = new Promise((resolve) => (this.#end = resolve));
  }

  /** For `work`: the highest position that this process has been given and has finished, for others share the group. */
  get checkpoint(): bigint {
    return this.delivery.checkpoint;
  }

  caughtUp(): Promise<void> {
    return this.catchUp();
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  get stopping(): boolean {
    return this.#stopping !== null;
  }

  async #stop(): Promise<void> {
    await this.delivery.stop();
    await this.source.close();
    this.#end();
  }
}
