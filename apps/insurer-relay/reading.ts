/** From the log to messages: reads what comes after a checkpoint, holds back what must wait, and says it in published words. */
import { collect, type EventReader, type Filter, type RecordedEvent } from '@oss/event-store';
import {
  BENEFIT_YEAR_PREFIX,
  parseBenefitYearStream,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
  type YearEndSettled,
} from '@oss/settlement';
import type { RelayCheckpoint } from './checkpoint';
import { Holds, RELAYED_FACTS } from './holds';
import type { TopicMessage } from './kafka/publisher';
import { kafkaMessage } from './published/cloud-event';
import { payerTopic, SETTLEMENT_EVENTS_TOPIC } from './topics';
import { payerEvent, settlementEvents, viewersOf } from './translate';

export const RELAYED: Filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: RELAYED_FACTS };
/** Facts of one transaction, cascades aside: enough that a transaction costs little, few enough that memory stays small. */
const MOST_FACTS = 500;
const PERSON_PREFIX = 'person-';

/** What the registry's last fact on a person says, as far as it is needed here. */
interface RegisteredNumbers {
  readonly memberNos?: Readonly<Record<string, string>>;
}

export interface Batch {
  readonly messages: readonly TopicMessage[];
  readonly checkpoint: RelayCheckpoint;
  /** No facts were left to read. */
  readonly empty: boolean;
}

export class Reading {
  #position: bigint | null;

  private constructor(
    private readonly store: EventReader,
    private readonly holds: Holds,
    position: bigint | null,
  ) {
    this.#position = position;
  }

  /** Goes on from a checkpoint: what it holds back is read again, so that the holds stand as they stood. */
  static async from(store: EventReader, { position, held }: RelayCheckpoint): Promise<Reading> {
    const holds = new Holds();
    for (const { stream, from } of held) {
      for await (const event of store.readStream(stream, { from })) {
        if (position !== null && event.position > position) break;
        if (RELAYED_FACTS.includes(event.type)) holds.take(event);
      }
    }
    return new Reading(store, holds, position);
  }

  /** The next facts as messages, in the order of the log, with the checkpoint that holds once they are published. */
  async next(): Promise<Batch> {
    const after = this.#position === null ? {} : { after: this.#position };
    const facts = await collect(this.store.readAll({ ...after, filter: RELAYED, limit: MOST_FACTS }));
    const messages: TopicMessage[] = [];
    for (const fact of facts) {
      const from = this.holds.take(fact);
      if (from !== null) messages.push(...(await this.#messages(await this.#released(fact, from))));
      this.#position = fact.position;
    }
    return { messages, checkpoint: { position: this.#position, held: this.holds.list() }, empty: facts.length === 0 };
  }

  async #released(last: RecordedEvent, from: number): Promise<RecordedEvent[]> {
    if (from === last.revision) return [last];
    const facts: RecordedEvent[] = [];
    for await (const fact of this.store.readStream(last.stream, { from })) {
      if (RELAYED_FACTS.includes(fact.type)) facts.push(fact);
      if (fact.revision === last.revision) break;
    }
    return facts;
  }

  async #messages(facts: readonly RecordedEvent[]): Promise<TopicMessage[]> {
    const settledYears = new Map<RecordedEvent, YearEndSettled>();
    for (const fact of facts) if (fact.type === YEAR_END_REVERSED) settledYears.set(fact, await this.#settledYear(fact));
    const events = settlementEvents(facts, (reversal) => settledYears.get(reversal)!);
    const messages: TopicMessage[] = [];
    if (events.length === 0) return messages;
    const numbers = await this.#memberNos(parseBenefitYearStream(facts[0]!.stream).personKey);
    for (const event of events) {
      messages.push({ topic: SETTLEMENT_EVENTS_TOPIC, message: kafkaMessage(event) });
      for (const payer of viewersOf(event)) {
        const view = payerEvent(event, payer, numbers[payer] ?? null);
        if (view !== null) messages.push({ topic: payerTopic(payer), message: kafkaMessage(view) });
      }
    }
    return messages;
  }

  /** By which number each payer knows the person now; of an erased person none is known. */
  async #memberNos(personKey: string): Promise<Readonly<Record<string, string>>> {
    const last = await this.store.readLast(`${PERSON_PREFIX}${personKey}`);
    return (last?.data as RegisteredNumbers | undefined)?.memberNos ?? {};
  }

  /** The year-end settlement that a reversal takes back: it stands before it in the stream. */
  async #settledYear({ stream, revision, data }: RecordedEvent): Promise<YearEndSettled> {
    const { times } = data as { readonly times: number };
    for await (const fact of this.store.readStream(stream, { direction: 'backwards', from: revision })) {
      if (fact.type === YEAR_END_SETTLED && (fact.data as YearEndSettled).times === times) return fact.data as YearEndSettled;
    }
    throw new Error(`${stream} holds no year-end settlement ${times}, which its revision ${revision} takes back`);
  }
}
