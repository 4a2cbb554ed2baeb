/** Reads topics as an insurer would: committed messages alone, from the beginning to the end as it is at the time of the call. */
import { randomUUID } from 'node:crypto';
import { type IHeaders, Kafka, logLevel, Partitioners } from 'kafkajs';

const END = 'end-of-this-reading';
const PATIENCE_MS = 60_000;

export interface ReadMessage {
  readonly partition: number;
  readonly key: string;
  /** Header values as text. */
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** @param retries of each request */
export function testKafka(brokers: string, retries = 20): Kafka {
  return new Kafka({ brokers: [brokers], clientId: 'test', logLevel: logLevel.NOTHING, retry: { retries } });
}

/** Sends discharge bodies (or any text) in their order, all into one partition. */
export async function produce(brokers: string, topic: string, values: readonly (string | null)[], partition = 0): Promise<void> {
  const producer = testKafka(brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition })) });
  await producer.disconnect();
}

/** All messages of a topic, partition by partition in order: a mark is written at each end and read up to. */
export async function readTopic(brokers: string, topic: string): Promise<ReadMessage[]> {
  const kafka = testKafka(brokers);
  const mark = randomUUID();
  const partitions = await partitionsOf(kafka, topic);
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, messages: partitions.map((partition) => ({ partition, value: mark, headers: { [END]: mark } })) });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: `reader-${mark}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const messages: ReadMessage[] = [];
  const open = new Set(partitions);
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`${topic} was not read to its end in time`)), PATIENCE_MS);
      const eachMessage = ({ partition, message }: Payload): Promise<void> => {
        const headers = textsOf(message.headers ?? {});
        if (headers[END] === mark) open.delete(partition);
        else if (headers[END] === undefined) messages.push(readMessage(partition, message));
        if (open.size === 0) resolve();
        return Promise.resolve();
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
  return messages.sort((a, b) => a.partition - b.partition);
}

interface Delivered {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders;
}

interface Payload {
  readonly partition: number;
  readonly message: Delivered;
}

export function readMessage(partition: number, { key, value, headers }: Delivered): ReadMessage {
  return { partition, key: String(key), headers: textsOf(headers ?? {}), data: JSON.parse(String(value)) };
}

function textsOf(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Removes every topic with all that stands on it, and with it how far anybody had read: a broker as good as new. */
export async function removeTopics(brokers: string): Promise<void> {
  const admin = testKafka(brokers).admin();
  await admin.connect();
  try {
    const topics = await admin.listTopics();
    await admin.deleteTopics({ topics: topics.filter((topic) => !topic.startsWith('__')) });
  } finally {
    await admin.disconnect();
  }
}

async function partitionsOf(kafka: Kafka, topic: string): Promise<number[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic)).map(({ partition }) => partition);
  } finally {
    await admin.disconnect();
  }
}
