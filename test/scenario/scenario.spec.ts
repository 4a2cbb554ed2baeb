/**
 * One scenario, two modes: the county is settled by `one-stop` on SQLite, by `one-stop` killed again and again while it
 * settles, and by every app apart on KurrentDB (its test double), each with a real Kafka. All facts, all answers and all that
 * a `read_committed` consumer reads are the same bytes, save what every run draws anew.
 *
 *   KURRENTDB_URL=kurrentdb://… npm test -- test/scenario     on a real server, which must be empty
 */
import { collect, openKurrentStore, type RecordedEvent } from '@oss/event-store';
import { HisClient } from '../../apps/one-stop/demo/his-client';
import { SETTLEMENT_EVENTS_TOPIC } from '../../apps/insurer-relay/topics';
import { EXAMPLE_PACKS } from '../../apps/one-stop/demo/public-examples';
import { auditEvents } from '../support/history';
import { missingForKafka, startBroker } from '../support/kafka/broker';
import { publishedIds, readIds, readWhen } from '../support/kafka/expected';
import { contractFaults } from '../support/kafka/in-contract';
import { SETTLEMENT_TOPICS } from '../support/kafka/insurer';
import { produce, readTopic, removeTopics } from '../support/kafka/reader';
import type { TestBroker } from '../support/kafka/test-broker';
import { seeded } from '../support/seeded';
import { storeServer } from '../support/store-server';
import { onKurrentDb, PAYER_APPS, Supervised } from '../support/supervised';
import { wholeLog } from '../support/whole-log';
import { countyScenario, idOf, settle } from './county-scenario';
import { firstDifference, Plain } from './plain';
import { atRest, type Counter, play } from './steps';

jest.setTimeout(600_000);
const KILLS = 3;
const SEED = Number(process.env['SCENARIO_SEED'] ?? 20180406);
/** A machine that is busy with other things is slow: that is no difference between two modes. */
const SETTINGS = { POLICY_DIR: EXAMPLE_PACKS, SETTLE_WAIT_SECONDS: '50' };
const DISCHARGES = 'hospital.discharges.v1';
const scenario = countyScenario();
const missing = missingForKafka();

/** What a run leaves behind, in names that all runs share. */
interface Outcome {
  readonly history: readonly string[];
  readonly answers: readonly string[];
  /** What stands on the topics. */
  readonly read: readonly string[];
}

let broker: TestBroker;
let calm: Outcome;

if (missing !== null) {
  test('without a Kafka nothing is tested here', () => console.warn(missing));
} else {
  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(() => broker.remove());

  test('one-stop on SQLite settles the county', async () => {
    calm = await onSqlite();
    expect(calm.answers.length).toBeGreaterThan(550);
    expect(calm.history.filter((fact) => fact.includes('YearEndReversed')).length).toBeGreaterThanOrEqual(2);
  });

  test(`one-stop, killed ${KILLS} times while it settles (seed ${SEED}), leaves the same history`, async () => {
    const { history } = await killedOnSqlite();
    expect(firstDifference(calm.history, history)).toBeNull();
  });

  test('every app apart on KurrentDB: the same history, the same answers, the same messages', async () => {
    await removeTopics(broker.address);
    const apart = await onKurrent();
    for (const part of ['history', 'answers', 'read'] as const) expect(firstDifference(calm[part], apart[part])).toBeNull();
  });
}

async function onSqlite(): Promise<Outcome> {
  const system = await Supervised.start({
    copies: { 'one-stop': 1 },
    environment: { ...SETTINGS, KAFKA_BROKERS: broker.address },
  });
  try {
    const log = (): Promise<RecordedEvent[]> => wholeLog(system.members[0]!.directory.path);
    return await outcomeOf(() => system.client('one-stop'), log);
  } finally {
    await system.stop();
  }
}

async function killedOnSqlite(): Promise<{ history: readonly string[] }> {
  const random = seeded(SEED);
  const system = await Supervised.start({ copies: { 'one-stop': 1 }, environment: SETTINGS });
  const [member] = system.members;
  try {
    const counter: Counter = () => system.client('one-stop');
    await register(counter);
    const answers = scenario.phases.flat(2).length;
    const kills = new Set(Array.from({ length: KILLS }, () => random.whole(10, answers - 1)));
    let answered = 0;
    const onAnswer = (): void => {
      if (kills.has((answered += 1))) void system.kill(member!);
    };
    await play(scenario.phases, counter, { patient: true, onAnswer });
    await play([scenario.streamed.map((body) => [settle(body)])], counter);
    expect(system.endedByThemselves).toEqual([]);
    const log = await wholeLog(member!.directory.path);
    await auditEvents(log);
    return { history: new Plain(log).history() };
  } finally {
    await system.stop();
  }
}

async function onKurrent(): Promise<Outcome> {
  const server = await storeServer();
  const payers = Object.fromEntries(PAYER_APPS.map((app) => [app, 1]));
  const system = await Supervised.start({
    copies: { 'hospital-gateway': 2, ...payers, settlement: 1, 'insurer-relay': 1 },
    environment: { ...SETTINGS, ...onKurrentDb(server.url), KAFKA_BROKERS: broker.address },
  });
  const store = openKurrentStore({ url: server.url });
  try {
    const counter: Counter = (at, n) => system.client(at === 'gateway' ? 'hospital-gateway' : 'settlement', n);
    return await outcomeOf(counter, () => collect(store.readAll()));
  } finally {
    await store.close();
    await system.stop();
    await server.stop();
  }
}

/** Plays the whole scenario, with what comes in and goes out through Kafka. */
async function outcomeOf(counter: Counter, logOf: () => Promise<RecordedEvent[]>): Promise<Outcome> {
  await register(counter);
  const answers = await play(scenario.phases, counter);
  await produce(
    broker.address,
    DISCHARGES,
    scenario.streamed.map((body) => JSON.stringify(body)),
  );
  for (const body of scenario.streamed) await atRest(idOf(body), counter);
  const read = await play([scenario.reading], counter);
  const log = await logOf();
  const { completed } = await auditEvents(log);
  expect(completed.size).toBeGreaterThan(260);
  const plain = new Plain(log);
  return {
    history: plain.history(),
    answers: [...answers, ...read].map(({ step, status, text }) => plain.text(`${step.method} ${step.path}: ${status} ${text}`)),
    read: await readAll(log, plain),
  };
}

/** Hospitals, and persons by PUT and as a roster, as the demo does it. */
async function register(counter: Counter): Promise<void> {
  const { hospitals, persons, roster } = scenario.registered;
  const client = counter('gateway', 0)!;
  await client.registerHospitals(Object.fromEntries(hospitals.map(({ code, record }) => [code, record])));
  await new HisClient(client.url).importRoster(roster);
  for (const person of persons) await client.register(person);
}

/** Every topic, when the consumer has all that the log publishes, each event once and in each person's order. */
async function readAll(log: readonly RecordedEvent[], plain: Plain): Promise<string[]> {
  const expected = publishedIds(log);
  const events = await readWhen(broker.address, SETTLEMENT_EVENTS_TOPIC, [...expected.values()].flat().length);
  expect([...readIds(events)].sort()).toEqual([...expected].sort());
  const read: string[] = [];
  for (const topic of SETTLEMENT_TOPICS) {
    const messages = topic === SETTLEMENT_EVENTS_TOPIC ? events : await readTopic(broker.address, topic);
    expect(contractFaults(messages)).toEqual([]);
    read.push(topic, ...plain.read(messages));
  }
  return read;
}
