/** The one way to Kafka that all apps share: the client from the settings, its words through our logger, topics made if absent. */
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, type LogEntry, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import { kafkaSecurity } from './kafka-security';
import type { Settings } from './settings';

/** Whoever asks begins again by himself: a broker that is away must not hold up a stop for long. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000 };
/** For consumers: one that fails is not started again behind the back of whoever does so himself. */
export const CONSUMER_RETRY = { ...RETRY, restartOnFailure: () => Promise.resolve(false) };

/** @throws RangeError without KAFKA_BROKERS: whoever asks must have looked; SettingsError when a file of the settings cannot be read */
export function kafkaClient(settings: Settings, logger: Logger): Kafka {
  const { kafkaBrokers, kafkaClientId, kafkaSsl, kafkaSaslMechanism } = settings;
  if (kafkaBrokers === undefined) throw new RangeError('KAFKA_BROKERS is not set');
  if (kafkaSaslMechanism === 'plain' && !kafkaSsl) {
    logger.warn('the password for Kafka goes over the network as it is: set KAFKA_SSL=true, or use scram-sha-512');
  }
  return new Kafka({
    ...kafkaSecurity(settings),
    brokers: [...kafkaBrokers],
    clientId: kafkaClientId,
    logLevel: logLevel.WARN,
    retry: RETRY,
    logCreator: () => (entry) => tell(logger, entry),
  });
}

/** Its errors are tries that it repeats by itself; what it gives up on is thrown to us. Only its words are kept, no data. */
function tell(logger: Logger, { namespace, level, log }: LogEntry): void {
  const { message, error } = log as { message: string; error?: unknown };
  const context = { namespace, cause: typeof error === 'string' ? error : undefined };
  if (level === logLevel.ERROR) logger.warn(context, `kafka: ${message}`);
  else logger.debug(context, `kafka: ${message}`);
}

export interface KafkaTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Makes the topics that the cluster lacks, replicated as its default says; those that exist stay as they are. */
export async function ensureTopics(kafka: Kafka, topics: readonly KafkaTopic[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !known.has(topic));
    if (missing.length === 0) return;
    await admin.createTopics({
      topics: missing.map(({ topic, partitions, settings = {} }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: -1,
        configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Lives with a Kafka that comes and goes: does `once` again and again, with growing pauses while it keeps failing soon. */
export async function untilAborted(
  signal: AbortSignal,
  once: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const began = performance.now();
    try {
      await once();
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    }
    if (performance.now() - began > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** A stop waits so long for what runs; leaving is safe at any instant, so that a broker that hangs costs no more. */
const LONGEST_STOP_MS = 8_000;

/** Waits for a life that was told to end, within reason. */
export async function ended(life: Promise<void> | null): Promise<void> {
  const leaving = new AbortController();
  await Promise.race([life, pause(LONGEST_STOP_MS, undefined, { signal: leaving.signal }).catch(() => undefined)]);
  leaving.abort();
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
