/**
 * Discharges that come on `hospital.discharges.v1`. Offsets are committed only after the facts are stored and what was
 * refused stands on `hospital.discharges.v1.rejected`; what comes twice is settled once. Without KAFKA_BROKERS it rests.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  aborted,
  CONSUMER_RETRY,
  ended,
  ensureTopics,
  kafkaClient,
  LOGGER,
  Metrics,
  Settings,
  Tracing,
  untilAborted,
} from '@oss/host';
import { type EachBatchPayload, type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { DischargeRequest } from '../discharge.dto';
import { shapedDischarge } from '../discharge-shape';
import { PostDischarge } from '../post-discharge';
import { type Arrival, Arrivals } from './arrivals';
import { DISCHARGES_TOPIC, REJECTED_TOPIC, rejectionMessage } from './rejection';

const GROUP = 'oss-hospital-gateway';
const PARTITIONS = 6;
const ALL_IN_SYNC = -1;
/** Messages between two commits. */
const SLICE = 128;
/** Partitions of a gateway that is silent for so long go to others. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** So long a stop waits for a fetch that finds nothing. */
const EMPTY_FETCH_MS = 500;
const PARTITIONS_AT_ONCE = 3;
/** Bodies hold names and id numbers: the broker keeps them no longer than a hospital's broker may need to be mended. */
const RETENTION_MS = String(7 * 24 * 3_600_000);

const TOPICS = [
  { topic: DISCHARGES_TOPIC, partitions: PARTITIONS, settings: { 'retention.ms': RETENTION_MS } },
  { topic: REJECTED_TOPIC, partitions: 1 },
];

@Injectable()
export class DischargeStream implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stopping = new AbortController();
  readonly #taken;
  readonly #rejected;
  #life: Promise<void> | null = null;

  constructor(
    private readonly commands: CommandBus,
    private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly tracing: Tracing,
    metrics: Metrics,
  ) {
    this.#taken = metrics.counter('oss_stream_discharges_total', 'discharge messages taken from Kafka');
    this.#rejected = metrics.counter('oss_stream_rejected_total', 'discharge messages rejected, by code', ['code']);
  }

  onApplicationBootstrap(): void {
    if (this.settings.kafkaBrokers === undefined) return;
    const kafka = kafkaClient(this.settings, this.logger);
    this.#life = untilAborted(
      this.#stopping.signal,
      () => this.#once(kafka),
      (error) => this.logger.warn({ err: error }, 'discharges from Kafka pause: it cannot be reached; next try follows'),
    );
  }

  /** Called before the store closes: takes nothing further; what was not committed comes again. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await ended(this.#life);
  }

  async #once(kafka: Kafka): Promise<void> {
    const { signal } = this.#stopping;
    await ensureTopics(kafka, TOPICS);
    const consumer = kafka.consumer({
      groupId: GROUP,
      sessionTimeout: SESSION_TIMEOUT_MS,
      maxWaitTimeInMs: EMPTY_FETCH_MS,
      retry: CONSUMER_RETRY,
    });
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    const arrivals = new Arrivals(
      // Not for the completion: its facts follow from the acceptance, in the order of the acceptances.
      (request, trace) => this.#post(request, trace),
      (problem) =>
        this.logger.warn({ code: problem.code, err: problem.cause ?? problem }, 'a discharge from Kafka is tried again'),
      signal,
    );
    try {
      await producer.connect();
      await consumer.connect();
      await consumer.subscribe({ topics: [DISCHARGES_TOPIC], fromBeginning: true });
      const crashed = new Promise<void>((_, reject) => {
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: async (payload) => {
          for (const slice of slicesOf(payload)) {
            if (signal.aborted || !payload.isRunning() || payload.isStale()) return;
            await withHeartbeat(payload, () => this.#take(arrivals, producer, payload, slice));
            const last = slice.at(-1)!.offset;
            const { topic, partition } = payload.batch;
            await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(last) + 1n) }]);
            payload.resolveOffset(last);
          }
        },
      });
      this.logger.info({ topic: DISCHARGES_TOPIC }, 'discharges are taken from Kafka');
      await Promise.race([crashed, aborted(signal)]);
    } finally {
      await consumer.disconnect();
      await producer.disconnect();
    }
  }

  async #post(request: DischargeRequest, trace: string | undefined): Promise<void> {
    const span = this.tracing.begin(`take from ${DISCHARGES_TOPIC}`, trace, 'consumer');
    span?.set({ 'messaging.system': 'kafka', 'messaging.destination.name': DISCHARGES_TOPIC });
    try {
      await this.commands.execute(new PostDischarge(shapedDischarge(request), request.patient, 0, span?.traceparent));
      span?.end();
    } catch (error) {
      span?.end(error);
      throw error;
    }
  }

  /** Stores what can be accepted, then rejects the rest; resolves when both are durable. */
  async #take(arrivals: Arrivals, producer: Producer, { batch }: EachBatchPayload, slice: Slice): Promise<void> {
    const refused = await arrivals.take(slice.map(arrivalOf));
    this.#taken.inc(slice.length);
    if (refused.length === 0) return;
    const { partition } = batch;
    const messages = refused.map(({ offset, content, problem }) => rejectionMessage(content, { partition, offset }, problem));
    await producer.send({ topic: REJECTED_TOPIC, acks: ALL_IN_SYNC, messages });
    for (const { problem } of refused) this.#rejected.inc({ code: problem.code });
  }
}

function arrivalOf({ offset, value, headers }: Slice[number]): Arrival {
  const trace = headers?.['traceparent'];
  return { offset, content: value, trace: trace === undefined ? undefined : String(trace) };
}

type Slice = EachBatchPayload['batch']['messages'];

function slicesOf({ batch: { messages } }: EachBatchPayload): Slice[] {
  const slices: Slice[] = [];
  for (let at = 0; at < messages.length; at += SLICE) slices.push(messages.slice(at, at + SLICE));
  return slices;
}

/** However long the store makes us wait, the group does not take us for dead. */
async function withHeartbeat({ heartbeat }: EachBatchPayload, work: () => Promise<void>): Promise<void> {
  // A heartbeat that fails says so to the next fetch or commit.
  const timer = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
