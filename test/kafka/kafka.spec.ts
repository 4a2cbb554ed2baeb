/**
 * The integration edge on a real Kafka: one broker, one log, one story. The system is killed at random while it publishes, a
 * second relay waits for the first, a cascade comes out at once, discharges come in, the broker goes away and comes back; and
 * in the end a `read_committed` consumer has read every event exactly once, each person's in the order of the log.
 */
import type { EventStore } from '@oss/event-store';
import { createLogger, Health, loadSettings, Metrics, SystemClock, Tracing } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import type { Rejection } from '../../apps/hospital-gateway/discharges/stream/rejection';
import { Relay } from '../../apps/insurer-relay/relay';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson, type PersonBody } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { missingForKafka, startBroker } from '../support/kafka/broker';
import { until } from '../contract/samples';
import { publishedIds, readIds, readWhen } from '../support/kafka/expected';
import { contractFaults, rejectionFaults } from '../support/kafka/in-contract';
import { produce, type ReadMessage } from '../support/kafka/reader';
import type { TestBroker } from '../support/kafka/test-broker';
import { Client } from '../support/http-client';
import { startProcess } from '../support/real-process';
import { seeded } from '../support/seeded';
import { wholeLog } from '../support/whole-log';

const KILLS = 3;
const SEED = 20180404;
const EVENTS = 'settlement.events.v1';
const DISCHARGES = 'hospital.discharges.v1';
const REJECTED = `${DISCHARGES}.rejected`;
jest.setTimeout(240_000);

const random = seeded(SEED);
const missing = missingForKafka();

/** The story's person with a number at two payers. */
const LI = madeUpPerson(900, {
  category: 'registered-poor',
  memberNos: { 'basic-insurance': 'YB-900', 'medical-assistance': '救助-900' },
});

if (missing !== null) {
  test('without a Kafka nothing is tested here', () => console.warn(missing));
} else {
  describe('Kafka', tellTheStory);
}

function tellTheStory(): void {
  const directory = freshDirectory();
  let broker: TestBroker;
  let system: System;
  const environment = (): Record<string, string> => ({ KAFKA_BROKERS: broker.address });

  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(async () => {
    await system.stop();
    await broker.remove();
    directory.remove();
  });

  /** Every fact of the log that is published, once each, in each person's order. */
  const expectExactlyOnce = async (): Promise<ReadMessage[]> => {
    const expected = publishedIds(await wholeLog(directory.path));
    const messages = await readWhen(broker.address, EVENTS, [...expected.values()].flat().length);
    const read = readIds(messages);
    expect([...read].sort()).toEqual([...expected].sort());
    expect(contractFaults(messages)).toEqual([]);
    return messages;
  };

  test(`killed ${KILLS} times while it publishes (seed ${SEED}): each event exactly once`, async () => {
    let encounters = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const running = await startProcess(directory.path, environment());
      const client = new Client(running.url);
      if (kill === 0) await client.registerHospitals(HOSPITALS);
      const people = Array.from({ length: 6 }, (_, index) => madeUpPerson(kill * 6 + index));
      for (const person of people) await client.register(person);
      const settle = async (bills: number): Promise<void> => {
        for (let n = 0; n < bills; n += 1) {
          const bill = inScopeBill(random.whole(0, 5_000_000));
          await client.settle(dischargeOf(random.pick(people), { encounterNo: `K${(encounters += 1)}`, bill }));
        }
      };
      await settle(random.whole(1, 30));
      await until(() => running.output().includes('the relay publishes'));
      await settle(random.whole(0, 40));
      await running.end('SIGKILL');
      await client.close();
    }
    const last = await startProcess(directory.path, environment());
    await expectExactlyOnce();
    expect(await last.end('SIGTERM')).toEqual({ code: 0, signal: null });
    system = await inProcess({ dataDir: directory.path, kafkaBrokers: broker.address });
  });

  test('a second relay waits; when the first leaves it takes over where the first stopped', async () => {
    const person = madeUpPerson(901);
    await system.client.register(person);
    await system.client.settle(dischargeOf(person, { encounterNo: 'T0' }));
    await expectExactlyOnce();
    const second = relayBeside(system.store, broker.address);
    second.relay.onApplicationBootstrap();
    try {
      await until(() => second.output().includes('stands in line'));
      await system.client.settle(dischargeOf(person, { encounterNo: 'T1' }));
      await expectExactlyOnce();
      expect(await second.active()).toBe(0);
      await system.app.get(Relay).onModuleDestroy();
      await system.client.settle(dischargeOf(person, { encounterNo: 'T2' }));
      await expectExactlyOnce();
      expect(await second.active()).toBe(1);
    } finally {
      await second.relay.onModuleDestroy();
    }
    system = await restarted(system, broker.address);
  });

  test('a cascade comes out at once, after its last completion, under one id; payers read their own lines and numbers', async () => {
    await system.client.register(LI);
    const settled: SettlementView[] = [];
    for (const n of [1, 2, 3]) settled.push(await system.client.settle(stay(LI, n)));
    const { settlementId, attempt } = settled[0]!;
    const order = { reason: '测试', operatorCode: 'OP1', attempt, cascade: true };
    expect((await system.client.post(`/v1/settlements/${settlementId}/reversal`, order)).status).toBe(200);
    for (const n of [2, 3]) await settledCase(system, `C${n}`);
    const messages = await expectExactlyOnce();

    const key = (await wholeLog(directory.path)).findLast(({ type }) => type === 'SettlementReversed')!.stream.split('-')[2]!;
    const cascade = messages.filter((message) => message.key === key).slice(3);
    const ids = settled.map((view) => view.settlementId);
    expect(cascade.map(({ headers, data }) => [headers['ce_type'], headers['ce_subject'], placeOf(data)])).toEqual([
      ['cn.oss.settlement.reversed.v1', ids[2], [1, 5]],
      ['cn.oss.settlement.reversed.v1', ids[1], [2, 5]],
      ['cn.oss.settlement.reversed.v1', ids[0], [3, 5]],
      ['cn.oss.settlement.resettled.v1', ids[1], [4, 5]],
      ['cn.oss.settlement.resettled.v1', ids[2], [5, 5]],
    ]);
    expect(new Set(cascade.map(({ headers }) => headers['ce_cascadeid'])).size).toBe(1);

    const all = await readWhen(broker.address, 'settlement.basic-insurance.v1', messages.length);
    expect(readIds(all)).toEqual(readIds(messages));
    expect(contractFaults(all)).toEqual([]);
    const views = all.filter((message) => message.key === key);
    expect(views.map(({ data }) => pick(data, 'memberNo', 'lines', 'paidFen'))).toEqual(
      [720_000, 720_000, 720_000, 720_000, 720_000, 720_000, 720_000, 720_000].map((paidFen) => ({
        memberNo: 'YB-900',
        lines: [{ line: 'basic', paidFen }],
        paidFen,
      })),
    );
    const fifth = (await readWhen(broker.address, 'settlement.fifth-line.v1', 1)).filter((message) => message.key === key);
    expect(fifth.map(({ data }) => (data as { memberNo: unknown }).memberNo)).toEqual(Array(8).fill(null));
  });

  test('discharges come in: the good are settled once, the bad are rejected by place, also when the system restarts in between', async () => {
    const person = madeUpPerson(902);
    await system.client.register(person);
    const good = [1, 2, 3].map((n) => JSON.stringify(dischargeOf(person, { encounterNo: `S${n}` })));
    const unknown = JSON.stringify(dischargeOf(madeUpPerson(903), { encounterNo: 'S9' }));
    await produce(broker.address, DISCHARGES, [good[0]!, '{"half', good[1]!, null]);
    await readWhen(broker.address, REJECTED, 2);
    system = await restarted(system, broker.address);
    await produce(broker.address, DISCHARGES, [good[0]!, unknown, good[2]!]);
    const told = await readWhen(broker.address, REJECTED, 3);
    expect(rejectionFaults(told)).toEqual([]);
    const rejected = told.map(({ key, data }) => [key, data as Rejection] as const);
    expect(
      rejected.map(([key, { problem, hospitalCode, encounterNo }]) => [key, problem.code, hospitalCode, encounterNo]),
    ).toEqual([
      ['0-1', 'malformed-json', null, null],
      ['0-3', 'malformed-json', null, null],
      ['0-5', 'unknown-person', 'H2', 'S9'],
    ]);
    expect(JSON.stringify(rejected)).not.toContain(madeUpPerson(903).idNumber);
    await expectExactlyOnce();
    const recorded = (await wholeLog(directory.path)).filter(({ type }) => type === 'SettlementCompleted');
    const encounters = recorded.map(({ data }) => (data as { encounterNo: string }).encounterNo);
    expect(encounters.filter((each) => /^S\d$/.test(each))).toEqual(['S1', 'S2', 'S3']);
  });

  test('the broker goes away and comes back: what was settled meanwhile comes out, what waited comes in', async () => {
    const person = madeUpPerson(904);
    await system.client.register(person);
    await broker.stop();
    await system.client.settle(dischargeOf(person, { encounterNo: 'B1' }));
    await broker.start();
    await produce(broker.address, DISCHARGES, [JSON.stringify(dischargeOf(person, { encounterNo: 'B2' }))]);
    await settledCase(system, 'B2');
    await expectExactlyOnce();
    await assertHistory(directory.path);
  });
}

const stay = (person: PersonBody, n: number) =>
  dischargeOf(person, { encounterNo: `C${n}`, dischargedOn: `2018-05-1${n}`, bill: inScopeBill(900_000) });

function placeOf(data: unknown): unknown[] {
  const { cascadeIndex, cascadeSize } = data as Record<string, unknown>;
  return [cascadeIndex, cascadeSize];
}

function pick(data: unknown, ...fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, (data as Record<string, unknown>)[field]]));
}

/** Another relay on the same log, as another process would hold it. */
function relayBeside(store: EventStore, brokers: string): SecondRelay {
  const metrics = new Metrics();
  let written = '';
  const logger = createLogger('info', { write: (line) => void (written += line) });
  return {
    relay: new Relay(
      store,
      logger,
      loadSettings({ KAFKA_BROKERS: brokers }),
      new Health(),
      metrics,
      new SystemClock(),
      Tracing.off,
    ),
    output: () => written,
    active: async () => (await metrics.registry.getSingleMetric('oss_relay_active')!.get()).values[0]!.value,
  };
}

interface SecondRelay {
  readonly relay: Relay;
  /** What it wrote into its log. */
  output(): string;
  active(): Promise<number>;
}

async function restarted(system: System, kafkaBrokers: string): Promise<System> {
  await system.stop();
  return inProcess({ dataDir: system.dataDir, kafkaBrokers });
}

/** Waits until a case of H2 stands as completed. */
async function settledCase({ client }: System, encounterNo: string): Promise<void> {
  const until = performance.now() + 90_000;
  for (;;) {
    const { items } = (await client.get(`/v1/settlements?hospitalCode=H2&encounterNo=${encounterNo}`)).json<{
      items: SettlementView[];
    }>();
    if (items[0]?.status === 'completed') return;
    if (performance.now() > until) throw new Error(`${encounterNo} was not settled in time`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
