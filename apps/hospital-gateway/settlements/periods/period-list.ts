/**
 * A period's settlements, for reconciliation: a read model that follows the completions of the log from the place that its
 * own file (DATA_DIR/periods.sqlite) names, so that file and place never disagree. Delete the file: the next start reads the
 * log again. A question waits until the list has reached the log's head, so whoever got a settlement finds it in the list.
 */
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { eventAt, type EventStore, type Subscription } from '@oss/event-store';
import { EVENT_STORE, Health, LOGGER, Metrics, Problem, Settings } from '@oss/host';
import { PAYERS } from '@oss/policy';
import { BENEFIT_YEAR_PREFIX, RESETTLEMENT_OPENED, SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED } from '@oss/settlement';
import type { Logger } from 'pino';
import { PeriodsThread, PeriodsUnavailable } from './periods-thread';
import type { PeriodPage, PeriodQuestion, Progress } from './protocol';

export const PERIODS_FILE = 'periods.sqlite';
const FOLLOWED = {
  streamPrefixes: [BENEFIT_YEAR_PREFIX],
  types: [SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED, RESETTLEMENT_OPENED],
};
/** How long a question waits for the list to reach the head of the log. */
const PATIENCE_MS = 10_000;
/** Pause before a list that failed is opened again. */
const PAUSE_MS = 5_000;

interface Following {
  readonly thread: PeriodsThread;
  readonly subscription: Subscription;
}

@Injectable()
export class PeriodList implements OnApplicationBootstrap, OnApplicationShutdown {
  #following = Promise.withResolvers<Following>();
  #opening: Promise<void> | null = null;
  #position: () => bigint = () => 0n;
  #failure: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly settings: Settings,
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  /** Opens in the background: the start does not wait for it. */
  onApplicationBootstrap(): void {
    this.health.register('period list', () => this.#failure ?? true);
    this.metrics.registerGauge('oss_period_list_position', 'log position that the period list has reached', () =>
      Number(this.#position()),
    );
    this.#opening = this.#open();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#opening;
    // Without a list there is nobody to wait for: the race settles at once.
    const following = await Promise.race([this.#following.promise, Promise.resolve(null)]);
    if (following !== null) await stop(following);
  }

  /**
   * A page of the list as it is now, everything that settled before this call included.
   * @throws Problem `store-unavailable` (503) when the list cannot reach the head of the log in time
   */
  async page(question: PeriodQuestion): Promise<PeriodPage> {
    try {
      const thread = await inTime(this.#caughtUp());
      return await thread.ask(question);
    } catch (error) {
      if (error instanceof PeriodsUnavailable)
        throw new Problem('store-unavailable', 'the period list is behind the log', { cause: error });
      throw error;
    }
  }

  async #caughtUp(): Promise<PeriodsThread> {
    const { thread, subscription } = await this.#following.promise;
    await subscription.caughtUp().catch((error: unknown) => {
      throw new PeriodsUnavailable('the period list has stopped', { cause: error });
    });
    return thread;
  }

  async #open(): Promise<void> {
    let opened: PeriodsThread | null = null;
    try {
      const { thread, progress } = await PeriodsThread.start({
        file: join(this.settings.dataDir, PERIODS_FILE),
        payers: Object.keys(PAYERS),
      });
      opened = thread;
      const from = await this.#start(thread, progress);
      const subscription = this.store.follow({ filter: FOLLOWED, from }, (event) => thread.take(event));
      this.#failure = null;
      this.#position = () => subscription.checkpoint;
      this.#following.resolve({ thread, subscription });
      void thread.ended.then((error) => this.#fail({ thread, subscription }, error));
    } catch (error) {
      await opened?.close();
      this.#again(error);
    }
  }

  /** Where to follow from. A file that has read another log than this one is emptied. */
  async #start(thread: PeriodsThread, { position, hash }: Progress): Promise<bigint | 'start'> {
    if (position === 0) return 'start';
    const at = BigInt(position);
    if ((await eventAt(this.store, at))?.hash === hash) return at;
    this.logger.warn({ position }, 'the period list was read from another log: it is made anew');
    await thread.startAnew();
    return 'start';
  }

  async #fail(following: Following, error: Error | null): Promise<void> {
    if (this.#stopped) return;
    this.#failure = failureText(error);
    this.#following = Promise.withResolvers();
    await stop(following);
    this.#again(error);
  }

  #again(error: unknown): void {
    if (this.#stopped) return;
    this.logger.error({ err: error }, 'the period list failed; it is opened again');
    this.#failure = failureText(error);
    this.#timer = setTimeout(() => (this.#opening = this.#open()), PAUSE_MS);
  }
}

/** The error's kind only: probes are read by others, and a message may name a case. */
function failureText(error: unknown): string {
  return `down: ${(error as Error | null)?.name ?? 'stopped'}`;
}

async function stop({ thread, subscription }: Following): Promise<void> {
  await subscription.stop();
  await thread.close();
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PeriodsUnavailable(`the log's head was not reached in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
