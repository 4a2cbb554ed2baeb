/**
 * Everything that faults can strike: two copies of each app apart, a gate before the store, a real Kafka, and an
 * insurer who reads. One store of our own looks behind the gate, where nothing is ever cut.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { collect, type EventStore, openKurrentStore, type RecordedEvent } from '@oss/event-store';
import { PACK_ADOPTED } from '@oss/settlement';
import { payerTopic, SETTLEMENT_EVENTS_TOPIC, VIEWING_PAYERS } from '../../apps/insurer-relay/topics';
import type { Counter } from '../scenario/steps';
import { Gate } from '../support/gate';
import { auditEvents, type Audited } from '../support/history';
import { startBroker } from '../support/kafka/broker';
import { publishedIds, readIds, untilTopic } from '../support/kafka/expected';
import { contractFaults } from '../support/kafka/in-contract';
import { Insurer } from '../support/kafka/insurer';
import { type PaidFen, paidInEvents, paidInLog, paidInViews } from '../support/kafka/paid';
import type { TestBroker } from '../support/kafka/test-broker';
import { type StoreServer, storeServer } from '../support/store-server';
import { onKurrentDb, PAYER_APPS, Supervised } from '../support/supervised';

const COPIES = 2;
const LOOK_MS = 50;
/** Far above any outage that is caused here: whoever compares then says what is missing. */
const PATIENCE_MS = 180_000;

export class Stage {
  /** Facts of all rounds, as far as they were audited. */
  readonly log: RecordedEvent[] = [];

  private constructor(
    readonly server: StoreServer,
    readonly gate: Gate,
    readonly broker: TestBroker,
    readonly system: Supervised,
    readonly insurer: Insurer,
    private readonly store: EventStore,
  ) {}

  static async set(): Promise<Stage> {
    const [server, broker] = await Promise.all([storeServer(), startBroker()]);
    const { hostname, port } = new URL(server.url.replace(/^\w+:/, 'http:'));
    const gate = await Gate.before(hostname, Number(port));
    const environment = {
      ...onKurrentDb(server.url.replace(`${hostname}:${port}`, `127.0.0.1:${gate.port}`)),
      KAFKA_BROKERS: broker.address,
      SETTLE_WAIT_SECONDS: '20',
    };
    const apps = ['hospital-gateway', ...PAYER_APPS, 'settlement', 'insurer-relay'] as const;
    const copies = Object.fromEntries(apps.map((app) => [app, COPIES]));
    const system = await Supervised.start({ copies, environment });
    await untilTopic(broker.address, SETTLEMENT_EVENTS_TOPIC);
    const insurer = await Insurer.listen(broker.address);
    return new Stage(server, gate, broker, system, insurer, openKurrentStore({ url: server.url }));
  }

  readonly counter: Counter = (at, n) => this.system.client(at === 'gateway' ? 'hospital-gateway' : 'settlement', n);

  /** The facts since the last look, audited; all of them stand on the insurer's desk, each once and in each person's order. */
  async settledSinceThen(): Promise<Audited> {
    const head = this.log.at(-1)?.position;
    const facts = await collect(this.store.readAll(head === undefined ? {} : { after: head }));
    const packs = this.log.filter(({ type }) => type === PACK_ADOPTED);
    this.log.push(...facts);
    const audited = await auditEvents([...packs, ...facts]);
    await this.#allPublished();
    return audited;
  }

  async #allPublished(): Promise<void> {
    const expected = publishedIds(this.log);
    const count = [...expected.values()].flat().length;
    await inTime(() => this.insurer.of(SETTLEMENT_EVENTS_TOPIC).length >= count);
    const messages = this.insurer.of(SETTLEMENT_EVENTS_TOPIC);
    expect([...readIds(messages)].sort()).toEqual([...expected].sort());
    expect(contractFaults(messages)).toEqual([]);
    // One transaction brings an event to all its topics; a consumer reads the topics one after another.
    const paid = paidInLog(this.log);
    const views = (): PaidFen => paidInViews(new Map(VIEWING_PAYERS.map((payer) => [payer, this.insurer.of(payerTopic(payer))])));
    await inTime(() => isDeepStrictEqual(views(), paid));
    expect(views()).toEqual(paid);
    expect(paidInEvents(messages)).toEqual(paid);
    for (const payer of VIEWING_PAYERS) {
      const ids = this.insurer.of(payerTopic(payer)).map(({ headers }) => headers['ce_id']);
      expect(new Set(ids).size).toBe(ids.length);
    }
  }

  async clear(): Promise<Awaited<ReturnType<Supervised['stop']>>> {
    await this.insurer.leave();
    const ended = await this.system.stop();
    await this.store.close();
    this.gate.shut();
    await Promise.all([this.server.stop(), this.broker.remove()]);
    return ended;
  }
}

async function inTime(holds: () => boolean): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!holds() && performance.now() < until) await pause(LOOK_MS);
}
