/**
 * Sets the checkpoint on Kafka back to a log's beginning: the operator's answer to a relay that found another log's checkpoint.
 * It asks nothing of the store; a relay that runs is fenced, begins again, and publishes everything.
 */
import { ensureTopics, kafkaClient, type Settings } from '@oss/host';
import type { Logger } from 'pino';
import { LOG_BEGINNING, type RelayCheckpoint } from './checkpoint';
import { Publisher } from './kafka/publisher';
import { RELAY_TOPICS } from './topics';

/** Answers the checkpoint that stood there. @throws Kafka errors; RangeError without KAFKA_BROKERS */
export async function setBackToBeginning(settings: Settings, logger: Logger): Promise<RelayCheckpoint> {
  const kafka = kafkaClient(settings, logger);
  await ensureTopics(kafka, RELAY_TOPICS);
  const { publisher, checkpoint } = await Publisher.open(kafka);
  try {
    await publisher.publish([], LOG_BEGINNING);
  } finally {
    await publisher.close();
  }
  return checkpoint;
}
