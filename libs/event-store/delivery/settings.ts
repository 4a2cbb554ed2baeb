/** What a subscription does when its options are silent: the same in every store. */
import type { FollowOptions, RecordedEvent, WorkOptions } from '../event-store';
import type { DeliveryOptions } from './delivery';

const DEFAULT_ATTEMPTS = 5;
const DEFAULT_RETRY_DELAY_MS = 50;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_LANES = 256;
const DEFAULT_WORKERS = 64;

export function followSettings(options: FollowOptions): DeliveryOptions {
  return {
    lane: options.lane ?? null,
    concurrency: options.concurrency ?? (options.lane ? DEFAULT_LANES : 1),
    maxAttempts: options.maxAttempts ?? DEFAULT_ATTEMPTS,
    retryDelayMs: options.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
  };
}

/** Two events of one stream are not handled at once in a process: the stream is the lane. */
export function workSettings(options: WorkOptions): DeliveryOptions & { readonly timeoutMs: number } {
  return {
    lane: (event: RecordedEvent) => event.stream,
    concurrency: options.concurrency ?? DEFAULT_WORKERS,
    maxAttempts: options.maxAttempts ?? DEFAULT_ATTEMPTS,
    retryDelayMs: options.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  };
}
