/** What must stand on the topics, told from the log alone, in the log's order; and what does, compared with it. */
import type { RecordedEvent } from '@oss/event-store';
import type { SettlementReversed } from '@oss/settlement';
import { testKafka, readTopic, type ReadMessage } from './reader';

const PUBLISHED = new Set(['SettlementCompleted', 'SettlementReversed', 'YearEndSettled', 'YearEndReversed']);

/** The facts that are published, in the order of the log. Named here once more: what the relay forgets must be missed. */
export function publishedFacts(log: readonly RecordedEvent[]): RecordedEvent[] {
  return log.filter(
    ({ type, data }) => PUBLISHED.has(type) && !(type === 'SettlementReversed' && (data as SettlementReversed).wasOpen),
  );
}

/** Ids of the facts that are published, per person in the order of the log. */
export function publishedIds(log: readonly RecordedEvent[]): Map<string, string[]> {
  const byPerson = new Map<string, string[]>();
  for (const { stream, id } of publishedFacts(log)) {
    const personKey = stream.split('-')[2]!;
    const ids = byPerson.get(personKey) ?? [];
    ids.push(id);
    byPerson.set(personKey, ids);
  }
  return byPerson;
}

/** Ids that were read, per person, in the order in which they were read. */
export function readIds(messages: readonly ReadMessage[]): Map<string, string[]> {
  return new Map(
    [...Map.groupBy(messages, ({ key }) => key)].map(([key, of]) => [key, of.map(({ headers }) => headers['ce_id']!)]),
  );
}

/** Waits until the topic holds so many messages; an exact comparison is the caller's. */
export async function readWhen(brokers: string, topic: string, messages: number): Promise<ReadMessage[]> {
  const until = performance.now() + 90_000;
  for (;;) {
    const read = (await hasTopic(brokers, topic)) ? await readTopic(brokers, topic).catch(nothingYet) : [];
    if (read.length >= messages) return read;
    if (performance.now() > until) throw new Error(`${topic} holds ${read.length} of ${messages} messages`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Waits until a topic is there. */
export async function untilTopic(brokers: string, topic: string): Promise<void> {
  while (!(await hasTopic(brokers, topic))) await new Promise((resolve) => setTimeout(resolve, 200));
}

/** A topic that was just made may have no leader yet: what may be asked again has read nothing. */
function nothingYet(error: unknown): ReadMessage[] {
  if ((error as { retriable?: boolean }).retriable === true) return [];
  throw error;
}

async function hasTopic(brokers: string, topic: string): Promise<boolean> {
  const admin = testKafka(brokers).admin();
  await admin.connect();
  try {
    return (await admin.listTopics()).includes(topic);
  } finally {
    await admin.disconnect();
  }
}
