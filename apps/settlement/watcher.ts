/**
 * Watches that every case ends: follows the benefit years, and nudges whoever is due on a stream that has not moved for ten
 * seconds. Its fold is saved beside its position, so that a start does not read the past.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore, Subscription } from '@oss/event-store';
import { Clock, EVENT_STORE, Health, LOGGER, Metrics, nudge, STUCK_PREFIX, TurnTaker } from '@oss/host';
import { BENEFIT_YEAR_PREFIX, BENEFIT_YEAR_TURNS, type BenefitYear } from '@oss/settlement';
import type { Pack } from '@oss/policy';
import type { Logger } from 'pino';
import { OpenCases, OPENING_OR_ENDING } from './open-cases';
import { SettledTally } from './settled-tally';

const CHECKPOINT = 'settlement-open-cases';
const ROUND_MS = 2_000;
/** Nudges of one round; the rest waits for the next. */
const MAX_NUDGES = 200;

@Injectable()
export class OpenCaseWatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  #open = new OpenCases();
  #subscription: Subscription | null = null;
  #timer: NodeJS.Timeout | null = null;
  #saved = -1n;
  #round: Promise<void> | null = null;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const checkpoint = await this.store.loadCheckpoint(CHECKPOINT);
    this.#open = OpenCases.fromJson(checkpoint?.state);
    this.#saved = checkpoint?.position ?? -1n;
    const from = checkpoint?.position ?? 'start';
    const tally = new SettledTally(this.metrics, this.clock.now().getTime());
    const filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: OPENING_OR_ENDING };
    this.#subscription = this.store.follow({ filter, from }, (event) => {
      this.#open.take(event);
      tally.take(event);
    });
    this.#timer = setInterval(() => this.#go(), ROUND_MS);
    this.health.register('open-case watcher', () => this.#subscription !== null);
    const now = (): number => this.clock.now().getTime();
    this.metrics.registerGauge('oss_open_benefit_years', 'benefit years with an open case', () => this.#open.streams.size);
    this.metrics.registerGauge(
      'oss_oldest_open_case_seconds',
      'since when the oldest open case has not moved',
      () => this.#open.oldestMs(now()) / 1_000,
    );
    this.metrics.registerGauge(
      'oss_stuck_cases',
      'open cases whose last decision threw',
      async () => (await this.stuck()).length,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
    const subscription = this.#subscription;
    this.#subscription = null;
    await subscription?.stop();
    if (subscription !== null) await this.#save(subscription.checkpoint);
  }

  /** Open cases that were nudged and whose turn failed: settlement, who is due, and why. */
  async stuck(): Promise<{ settlementId: string; attempt: number; actor: string; since: string; error: string }[]> {
    const found = [];
    for (const [stream, open] of this.#open.streams) {
      if (open.pauseMs === 0 || this.clock.now().getTime() - open.since < ROUND_MS) continue;
      const year = await this.taker.load(stream);
      const turn = BENEFIT_YEAR_TURNS.openCase(year);
      const last = turn === null ? null : await this.store.readLast(`${STUCK_PREFIX}${turn.caseId}`);
      const failed = last?.data as { actor: string; attempt: number; error: string } | undefined;
      if (turn === null || failed === undefined || failed.attempt !== turn.attempt) continue;
      found.push({
        settlementId: turn.caseId,
        attempt: turn.attempt,
        actor: failed.actor,
        since: new Date(open.since).toISOString(),
        error: failed.error,
      });
      if (found.length >= MAX_NUDGES) break;
    }
    return found;
  }

  #go(): void {
    this.#round ??= this.#nudgeDue().finally(() => (this.#round = null));
  }

  async #nudgeDue(): Promise<void> {
    try {
      for (const stream of this.#open.due(this.clock.now().getTime()).slice(0, MAX_NUDGES)) {
        const due = BENEFIT_YEAR_TURNS.due(await this.taker.load(stream));
        if (due !== null) await nudge(this.store, stream, due);
      }
      const position = this.#subscription?.checkpoint;
      if (position !== undefined) await this.#save(position);
    } catch (error) {
      this.logger.error({ err: error }, 'open cases could not be nudged; the next round tries again');
    }
  }

  async #save(position: bigint): Promise<void> {
    if (position <= this.#saved) return;
    const state = this.#open.toJson();
    await this.store.saveCheckpoint(CHECKPOINT, { position, state });
    this.#saved = position;
  }
}
