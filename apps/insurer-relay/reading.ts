/** From the log to messages: reads what comes after a checkpoint, holds back what must wait, and says it in published words. */
import { collect, type EventReader, type RecordedEvent } from '@oss/event-store';
import { type Tracing, type WorkSpan } from '@oss/host';
import { parseBenefitYearStream, YEAR_END_REVERSED, YEAR_END_SETTLED, type YearEndSettled } from '@oss/settlement';
import type { RelayCheckpoint } from './checkpoint';
import { type HeldStream, Holds, PUBLISHED_FACTS, RELAYED, RELAYED_FACTS } from './holds';
import type { TopicMessage } from './kafka/publisher';
import { logIdentity } from './log-identity';
import { kafkaMessage } from './published/cloud-event';
import { payerTopic, SETTLEMENT_EVENTS_TOPIC } from './topics';
import { payerEvent, settlementEvents, viewersOf } from './translate';

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
  /** Instants at which the facts that are published were recorded, milliseconds since 1970. */
  readonly recordedAt: readonly number[];
  /** Of the facts that are traced: whoever publishes ends them. */
  readonly spans: readonly WorkSpan[];
  /** No facts were left to read. */
  readonly empty: boolean;
}

export class Reading {
  #position: bigint | null;
  #log: string | null;

  private constructor(
    private readonly store: EventReader,
    private readonly tracing: Tracing,
    private readonly holds: Holds,
    { position, log }: RelayCheckpoint,
  ) {
    this.#position = position;
    this.#log = log;
  }

  /** Goes on from a checkpoint: what it holds back is read again, so that the holds stand as they stood. */
  static async from(store: EventReader, checkpoint: RelayCheckpoint, tracing: Tracing): Promise<Reading> {
    const holds = new Holds();
    const { position, held } = checkpoint;
    for (const { stream, from } of held) {
      for await (const event of store.readStream(stream, { from })) {
        if (position !== null && event.position > position) break;
        if (RELAYED_FACTS.includes(event.type)) holds.take(event);
      }
    }
    return new Reading(store, tracing, holds, checkpoint);
  }

  /** What is held back now. */
  get held(): readonly HeldStream[] {
    return this.holds.list();
  }

  /** The next facts as messages, in the order of the log, with the checkpoint that holds once they are published. */
  async next(): Promise<Batch> {
    const after = this.#position === null ? {} : { after: this.#position };
    const facts = await collect(this.store.readAll({ ...after, filter: RELAYED, limit: MOST_FACTS }));
    if (facts.length > 0) this.#log ??= await logIdentity(this.store);
    const messages: TopicMessage[] = [];
    const recordedAt: number[] = [];
    const spans = new Map<string, WorkSpan>();
    for (const fact of facts) {
      const from = this.holds.take(fact);
      if (from !== null) {
        const released = await this.#released(fact, from);
        for (const each of released) this.#trace(each, spans);
        messages.push(...(await this.#messages(released, spans)));
        for (const each of released) if (PUBLISHED_FACTS.includes(each.type)) recordedAt.push(Date.parse(each.recordedAt));
      }
      this.#position = fact.position;
    }
    const held = this.holds.list().map(({ stream, from }) => ({ stream, from }));
    const checkpoint = { position: this.#position, held, log: this.#log };
    return { messages, checkpoint, recordedAt, spans: [...spans.values()], empty: facts.length === 0 };
  }

  /** A fact that is published goes on with its trace. */
  #trace({ id, type, trace }: RecordedEvent, spans: Map<string, WorkSpan>): void {
    const span = PUBLISHED_FACTS.includes(type) ? this.tracing.follow('publish to Kafka', trace, 'producer') : null;
    if (span === null) return;
    span.set({ 'messaging.system': 'kafka', 'messaging.destination.name': SETTLEMENT_EVENTS_TOPIC });
    spans.set(id, span);
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

  async #messages(facts: readonly RecordedEvent[], spans: ReadonlyMap<string, WorkSpan>): Promise<TopicMessage[]> {
    const settledYears = new Map<RecordedEvent, YearEndSettled>();
    for (const fact of facts) if (fact.type === YEAR_END_REVERSED) settledYears.set(fact, await this.#settledYear(fact));
    const events = settlementEvents(facts, (reversal) => settledYears.get(reversal)!);
    const messages: TopicMessage[] = [];
    if (events.length === 0) return messages;
    const numbers = await this.#memberNos(parseBenefitYearStream(facts[0]!.stream).personKey);
    for (const said of events) {
      const traceparent = spans.get(said.id)?.traceparent;
      const event = traceparent === undefined ? said : { ...said, traceparent };
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
