/**
 * The relay's life: stand in line for the lease, take over the transactions, publish from the last committed checkpoint on,
 * and begin again whenever anything fails. Nothing is kept in memory that a crash would lose. Without KAFKA_BROKERS it rests.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EventStore } from '@oss/event-store';
import {
  aborted,
  Clock,
  ended,
  ensureTopics,
  EVENT_STORE,
  Health,
  kafkaClient,
  LOGGER,
  Metrics,
  Settings,
  Tracing,
  untilAborted,
} from '@oss/host';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import type { RelayCheckpoint } from './checkpoint';
import { Lease } from './kafka/lease';
import { Publisher } from './kafka/publisher';
import { RELAYED } from './holds';
import { OtherLog, refuseOtherLog } from './log-identity';
import { type Batch, Reading } from './reading';
import { RelayMetrics, type RelayState } from './relay-metrics';
import { RELAY_TOPICS } from './topics';

/** A fact that no nudge announced is found after this time. */
const POLL_MS = 1_000;

@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stopping = new AbortController();
  #life: Promise<void> | null = null;
  #active = false;
  #refused = false;
  #reading: Reading | null = null;
  #told: RelayMetrics | null = null;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly settings: Settings,
    private readonly health: Health,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly tracing: Tracing,
  ) {}

  get state(): RelayState {
    return { active: this.#active, refused: this.#refused, held: this.#reading?.held ?? [] };
  }

  onApplicationBootstrap(): void {
    if (this.settings.kafkaBrokers === undefined) return;
    const kafka = kafkaClient(this.settings, this.logger);
    this.#life = untilAborted(
      this.#stopping.signal,
      () => this.#once(kafka),
      (error) => this.#tell(error),
    );
    this.health.register('insurer relay', () => this.#life !== null);
    this.#told = new RelayMetrics(
      this.metrics,
      () => this.state,
      () => this.clock.now().getTime(),
    );
  }

  #tell(error: unknown): void {
    if (error instanceof OtherLog) this.logger.error(error.message);
    else this.logger.warn({ err: error }, 'the relay lost Kafka or the store; it begins again from its checkpoint');
  }

  /** Called before the store closes: finishes the transaction that runs, and lets another take over at once. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await ended(this.#life);
    this.#life = null;
  }

  /** One stand in the line: until the lease is lost, something fails, or the process stops. */
  async #once(kafka: Kafka): Promise<void> {
    await ensureTopics(kafka, RELAY_TOPICS);
    const lease = await Lease.ask(kafka);
    try {
      const over = Promise.race([lease.lost, aborted(this.#stopping.signal)]);
      const isOver = flag(over);
      this.logger.info('the relay stands in line');
      await Promise.race([lease.gained, over]);
      if (!isOver()) await this.#publish(kafka, isOver, over);
    } finally {
      await lease.leave();
    }
  }

  async #publish(kafka: Kafka, isOver: () => boolean, over: Promise<void>): Promise<void> {
    const { publisher, checkpoint } = await Publisher.open(kafka);
    let wake = (): void => undefined;
    const nudges = this.store.follow({ filter: RELAYED, from: 'end' }, () => wake());
    try {
      await this.#refuseOtherLog(checkpoint);
      const reading = await Reading.from(this.store, checkpoint, this.tracing);
      this.#reading = reading;
      this.#active = true;
      this.logger.info({ position: String(checkpoint.position), held: checkpoint.held.length }, 'the relay publishes');
      while (!isOver()) {
        const nudged = new Promise<void>((resolve) => (wake = resolve));
        const batch = await reading.next();
        if (batch.messages.length > 0) await this.#send(publisher, batch);
        if (batch.empty) await Promise.race([nudged, over, pause(POLL_MS, undefined, { ref: false })]);
      }
    } finally {
      this.#active = false;
      this.#reading = null;
      await nudges.stop();
      await publisher.close();
    }
  }

  async #refuseOtherLog(checkpoint: RelayCheckpoint): Promise<void> {
    try {
      await refuseOtherLog(this.store, checkpoint);
      this.#refused = false;
    } catch (error) {
      this.#refused = error instanceof OtherLog;
      throw error;
    }
  }

  async #send(publisher: Publisher, batch: Batch): Promise<void> {
    const sending = batch.spans.map((span) => span.step('Kafka transaction'));
    let failure: unknown;
    try {
      await publisher.publish(batch.messages, batch.checkpoint);
      this.#told?.published(batch, this.clock.now().getTime());
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      for (const span of [...sending, ...batch.spans]) span.end(failure);
    }
  }
}

function flag(event: Promise<void>): () => boolean {
  let happened = false;
  void event.then(() => (happened = true));
  return () => happened;
}
