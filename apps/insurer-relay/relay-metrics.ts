/** What an operator sees of the relay: who publishes, how far behind it is, what it holds back and since when. */
import type { Metrics } from '@oss/host';
import type { HeldStream } from './holds';
import type { Batch } from './reading';

/** Seconds: from a fact that is published at once to one that waited for a broker over night. */
const LAG_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 43_200];

/** What the gauges ask. */
export interface RelayState {
  readonly active: boolean;
  /** The checkpoint on Kafka is another log's: nothing is published until somebody decides. */
  readonly refused: boolean;
  readonly held: readonly HeldStream[];
}

export class RelayMetrics {
  readonly #published;
  readonly #position;
  readonly #lag;

  constructor(metrics: Metrics, state: () => RelayState, now: () => number) {
    const gauge = (name: string, help: string, read: () => number): void => metrics.registerGauge(name, help, read);
    gauge('oss_relay_active', '1 where this process publishes to Kafka, 0 where it waits', () => Number(state().active));
    gauge('oss_relay_refused', '1 when the checkpoint on Kafka belongs to another log: see the log for the cures', () =>
      Number(state().refused),
    );
    gauge('oss_relay_held_years', 'benefit years held back until a correction has settled them anew', () => state().held.length);
    gauge('oss_relay_oldest_held_seconds', 'since when the longest held benefit year waits; 0 when none does', () =>
      oldestSeconds(state().held, now()),
    );
    this.#published = metrics.counter('oss_relay_published_total', 'messages published to Kafka');
    this.#position = metrics.gauge('oss_relay_position', 'position in the log up to which everything is published or held');
    this.#lag = metrics.histogram('oss_relay_lag_seconds', 'from recording a fact to its being published', [], LAG_SECONDS);
  }

  /** A batch stands on Kafka. @param now milliseconds since 1970 */
  published({ messages, checkpoint, recordedAt }: Batch, now: number): void {
    this.#published.inc(messages.length);
    this.#position.set(Number(checkpoint.position));
    // Another machine's clock may be ahead of ours.
    for (const at of recordedAt) this.#lag.observe(Math.max(0, now - at) / 1_000);
  }
}

function oldestSeconds(held: readonly HeldStream[], now: number): number {
  const oldest = held.reduce((least, { since }) => Math.min(least, Date.parse(since)), now);
  return (now - oldest) / 1_000;
}
