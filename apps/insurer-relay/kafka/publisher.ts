/**
 * The active relay's pen: events and checkpoint in one Kafka transaction, or nothing. Its fixed transactional id fences
 * whoever held it before: their open transaction is aborted, and whatever they send from then on is refused.
 */
import { randomUUID } from 'node:crypto';
import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { type RelayCheckpoint, checkpointText, LOG_BEGINNING, parseCheckpoint } from '../checkpoint';
import { CHECKPOINT_TOPIC } from '../topics';

const TRANSACTIONAL_ID = 'oss-insurer-relay';
/** A transaction that its writer left open is aborted by the broker after this time, if no successor did so before. */
const TRANSACTION_TIMEOUT_MS = 30_000;
const LONGEST_READ_MS = 60_000;
const EMPTY_FETCH_MS = 500;
const CHECKPOINT_KEY = 'checkpoint';
const CLAIM_KEY = 'claim';
const ALL_IN_SYNC = -1;
/** Of values; headers add about half as much again. */
const MOST_BYTES_OF_A_SEND = 256 * 1024;

export interface TopicMessage {
  readonly topic: string;
  readonly message: Message;
}

export class Publisher {
  private constructor(
    private readonly kafka: Kafka,
    private readonly producer: Producer,
  ) {}

  /** Takes over: from now on no other publisher gets anything through. @throws Kafka errors */
  static async open(kafka: Kafka): Promise<{ readonly publisher: Publisher; readonly checkpoint: RelayCheckpoint }> {
    const producer = kafka.producer({
      transactionalId: TRANSACTIONAL_ID,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    const publisher = new Publisher(kafka, producer);
    try {
      await producer.connect();
      return { publisher, checkpoint: await publisher.#takeOver() };
    } catch (error) {
      await publisher.close();
      throw error;
    }
  }

  /** Initialises transactions with a claim; the last checkpoint before the claim is the last that anybody committed. */
  async #takeOver(): Promise<RelayCheckpoint> {
    const claim = randomUUID();
    await this.#inTransaction([{ topic: CHECKPOINT_TOPIC, message: { key: CLAIM_KEY, value: claim } }]);
    const consumer = this.kafka.consumer({ groupId: `oss-relay-checkpoint-${claim}`, maxWaitTimeInMs: EMPTY_FETCH_MS });
    let timer: NodeJS.Timeout | undefined;
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [CHECKPOINT_TOPIC], fromBeginning: true });
      const last = new Promise<string | null>((resolve, reject) => {
        let found: string | null = null;
        timer = setTimeout(() => reject(new Error('the checkpoint of the relay could not be read in time')), LONGEST_READ_MS);
        const eachMessage = ({ message: { key, value } }: { message: { key: Buffer | null; value: Buffer | null } }) => {
          if (String(key) === CHECKPOINT_KEY) found = String(value);
          if (String(key) === CLAIM_KEY && String(value) === claim) resolve(found);
          return Promise.resolve();
        };
        consumer.run({ autoCommit: false, eachMessage }).catch(reject);
      });
      const text = await last;
      return text === null ? LOG_BEGINNING : parseCheckpoint(text);
    } finally {
      clearTimeout(timer);
      await consumer.disconnect();
    }
  }

  /** Publishes all messages and the checkpoint, or nothing. @throws Kafka errors, after which this publisher is of no more use */
  async publish(messages: readonly TopicMessage[], checkpoint: RelayCheckpoint): Promise<void> {
    const message = { key: CHECKPOINT_KEY, value: checkpointText(checkpoint) };
    await this.#inTransaction([...messages, { topic: CHECKPOINT_TOPIC, message }]);
  }

  async #inTransaction(messages: readonly TopicMessage[]): Promise<void> {
    const transaction = await this.producer.transaction();
    try {
      for (const part of partsOf(messages)) {
        const byTopic = Map.groupBy(part, ({ topic }) => topic);
        const topicMessages = [...byTopic].map(([topic, of]) => ({ topic, messages: of.map(({ message }) => message) }));
        await transaction.sendBatch({ acks: ALL_IN_SYNC, topicMessages });
      }
    } catch (error) {
      // Whoever comes next aborts it in any case: that it fails here, too, says nothing new.
      await transaction.abort().catch(() => undefined);
      throw error;
    }
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.producer.disconnect();
  }
}

/** A broker refuses a batch above 1 MiB, and what one send brings to a partition is one batch: a long cascade goes in parts. */
function partsOf(messages: readonly TopicMessage[]): TopicMessage[][] {
  const parts: TopicMessage[][] = [[]];
  let bytes = 0;
  for (const each of messages) {
    const size = Buffer.byteLength(each.message.value ?? '');
    if (bytes + size > MOST_BYTES_OF_A_SEND) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(each);
    bytes += size;
  }
  return parts;
}
