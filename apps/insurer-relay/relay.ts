/**
 * The relay's life: stand in line for the lease, take over the transactions, publish from the last committed checkpoint on,
 * and begin again whenever anything fails. Nothing is kept in memory that a crash would lose. Without KAFKA_BROKERS it rests.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EventStore } from '@oss/event-store';
import {
  aborted,
  ended,
  ensureTopics,
  EVENT_STORE,
  Health,
  kafkaClient,
  LOGGER,
  Metrics,
  Settings,
  untilAborted,
} from '@oss/host';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { Lease } from './kafka/lease';
import { Publisher } from './kafka/publisher';
import { Reading, RELAYED } from './reading';
import { RELAY_TOPICS } from './topics';

/** A fact that no nudge announced is found after this time. */
const POLL_MS = 1_000;

@Injectable()
export class Relay implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stopping = new AbortController();
  #life: Promise<void> | null = null;
  #active = false;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly settings: Settings,
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.kafkaBrokers === undefined) return;
    const kafka = kafkaClient(this.settings, this.logger);
    this.#life = untilAborted(
      this.#stopping.signal,
      () => this.#once(kafka),
      (error) => this.logger.warn({ err: error }, 'the relay lost Kafka or the store; it begins again from its checkpoint'),
    );
    this.health.register('insurer relay', () => this.#life !== null);
    this.metrics.registerGauge('oss_relay_active', '1 where this process publishes to Kafka, 0 where it waits', () =>
      this.#active ? 1 : 0,
    );
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
    const published = this.metrics.counter('oss_relay_published_total', 'messages published to Kafka');
    const position = this.metrics.gauge('oss_relay_position', 'position in the log up to which everything is published or held');
    let wake = (): void => undefined;
    const nudges = this.store.follow({ filter: RELAYED, from: 'end' }, () => wake());
    this.#active = true;
    this.logger.info({ position: String(checkpoint.position), held: checkpoint.held.length }, 'the relay publishes');
    try {
      const reading = await Reading.from(this.store, checkpoint);
      while (!isOver()) {
        const nudged = new Promise<void>((resolve) => (wake = resolve));
        const batch = await reading.next();
        if (batch.messages.length > 0) {
          await publisher.publish(batch.messages, batch.checkpoint);
          published.inc(batch.messages.length);
          position.set(Number(batch.checkpoint.position));
        }
        if (batch.empty) await Promise.race([nudged, over, pause(POLL_MS, undefined, { ref: false })]);
      }
    } finally {
      this.#active = false;
      await nudges.stop();
      await publisher.close();
    }
  }
}

function flag(event: Promise<void>): () => boolean {
  let happened = false;
  void event.then(() => (happened = true));
  return () => happened;
}
