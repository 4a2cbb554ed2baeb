/**
 * An insurer at its desk: one `read_committed` consumer that keeps reading all settlement topics while everything around it
 * breaks. What it has read stands under partition and offset, so that reading a place again after an outage adds nothing, and
 * an event that stands at two places shows as two.
 */
import type { Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { RELAY_TOPICS } from '../../../apps/insurer-relay/topics';
import { type ReadMessage, readMessage, testKafka } from './reader';

const PATIENT = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 1_000 };

export class Insurer {
  readonly #topics = new Map<string, Map<string, ReadMessage & { readonly offset: bigint }>>();

  private constructor(private readonly consumer: Consumer) {}

  /** Begins to read; the topics must be there. */
  static async listen(brokers: string): Promise<Insurer> {
    const consumer = testKafka(brokers).consumer({
      groupId: `insurer-${randomUUID()}`,
      maxWaitTimeInMs: 100,
      sessionTimeout: 6_000,
      heartbeatInterval: 1_000,
      retry: PATIENT,
    });
    const insurer = new Insurer(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: SETTLEMENT_TOPICS, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, partition, message }) => {
        const read = insurer.#topics.get(topic) ?? new Map<string, ReadMessage & { offset: bigint }>();
        read.set(`${partition}/${message.offset}`, { ...readMessage(partition, message), offset: BigInt(message.offset) });
        insurer.#topics.set(topic, read);
        return Promise.resolve();
      },
    });
    return insurer;
  }

  /** What it has of a topic, partition by partition in order. */
  of(topic: string): ReadMessage[] {
    const read = [...(this.#topics.get(topic)?.values() ?? [])];
    return read.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
  }

  async leave(): Promise<void> {
    await this.consumer.disconnect();
  }
}

/** Topics that an insurer reads. */
export const SETTLEMENT_TOPICS = RELAY_TOPICS.map(({ topic }) => topic).filter((topic) => topic.startsWith('settlement.'));
