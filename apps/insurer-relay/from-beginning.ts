/**
 * Sets the checkpoint on Kafka back to a log's beginning: the operator's answer to a relay that found another log's checkpoint.
 * It asks nothing of the store; a relay that runs is fenced, begins again, and publishes everything.
 */
import { ensureTopics, kafkaClient, type Settings } from '@oss/host';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { LOG_BEGINNING, type RelayCheckpoint } from './checkpoint';
import { Publisher } from './kafka/publisher';
import { RELAY_TOPICS } from './topics';

/** A relay that refuses the checkpoint looks at it again and again, and each look fences whoever is about to write it. */
const MOST_ATTEMPTS = 8;
/** INVALID_PRODUCER_EPOCH and PRODUCER_FENCED, as the Kafka protocol numbers them. */
const FENCED: readonly unknown[] = [47, 90];

/** Answers the checkpoint that stood there. @throws Kafka errors; RangeError without KAFKA_BROKERS */
export async function setBackToBeginning(settings: Settings, logger: Logger): Promise<RelayCheckpoint> {
  const kafka = kafkaClient(settings, logger);
  await ensureTopics(kafka, RELAY_TOPICS);
  for (let attempt = 1; ; attempt++) {
    try {
      return await replaced(kafka);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isFenced(error)) throw error;
    }
  }
}

async function replaced(kafka: Kafka): Promise<RelayCheckpoint> {
  const { publisher, checkpoint } = await Publisher.open(kafka);
  try {
    await publisher.publish([], LOG_BEGINNING);
  } finally {
    await publisher.close();
  }
  return checkpoint;
}

/** kafkajs wraps the broker's answer. */
function isFenced(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return FENCED.includes((error as { code?: unknown }).code) || isFenced(error.cause);
}
