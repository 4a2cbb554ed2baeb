/**
 * A Kafka that outlives its store, behind a log-in: the relay of another store finds a checkpoint that is not its own and publishes
 * nothing, says so, and begins anew when it is told to. And nobody gets in with a wrong password.
 */
import { createLogger, loadSettings } from '@oss/host';
import { setBackToBeginning } from '../../apps/insurer-relay/from-beginning';
import { until } from '../contract/samples';
import { dischargeOf, HOSPITALS, madeUpPerson } from '../support/county';
import { Client } from '../support/http-client';
import { freshDirectory } from '../support/in-process';
import { missingForKafka, startBroker } from '../support/kafka/broker';
import { publishedIds, readIds, readWhen } from '../support/kafka/expected';
import { TEST_LOGIN, type TestBroker } from '../support/kafka/test-broker';
import { type RealProcess, startProcess } from '../support/real-process';
import { wholeLog } from '../support/whole-log';

jest.setTimeout(240_000);
const TOPIC = 'settlement.events.v1';
const missing = missingForKafka();
const LOGIN = {
  KAFKA_SASL_MECHANISM: 'plain',
  KAFKA_SASL_USERNAME: TEST_LOGIN.user,
  KAFKA_SASL_PASSWORD: TEST_LOGIN.password,
};

if (missing !== null) {
  test('without a Kafka nothing is tested here', () => console.warn(missing));
} else {
  describe('a Kafka behind a log-in, and two stores', tellTheStory);
}

function tellTheStory(): void {
  const directories = [freshDirectory(), freshDirectory()] as const;
  let broker: TestBroker;
  let running: RealProcess | null = null;

  beforeAll(async () => {
    broker = await startBroker({ sasl: true });
  });
  afterAll(async () => {
    await running?.end('SIGKILL');
    await broker.remove();
    for (const directory of directories) directory.remove();
  });

  /** Starts the system on one of the stores and settles a case. */
  const settleOn = async (store: 0 | 1): Promise<RealProcess> => {
    await running?.end('SIGKILL');
    running = await startProcess(directories[store].path, { KAFKA_BROKERS: broker.saslAddress, ...LOGIN });
    const client = new Client(running.url);
    await client.registerHospitals(HOSPITALS);
    const person = madeUpPerson(1);
    await client.register(person);
    await client.settle(dischargeOf(person, { encounterNo: `ON-${store}` }));
    await client.close();
    return running;
  };
  const publishedOf = async (store: 0 | 1) => [...publishedIds(await wholeLog(directories[store].path))];

  test('the first store publishes, through the listener that asks for a log-in', async () => {
    const first = await settleOn(0);
    expect([...readIds(await readWhen(broker.address, TOPIC, 1))]).toEqual(await publishedOf(0));
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  test('the second store is refused, settles all the same, and publishes nothing', async () => {
    const second = await settleOn(1);
    await until(() => second.output().includes('belongs to another log than this store'));
    expect([...readIds(await readWhen(broker.address, TOPIC, 1))]).toEqual(await publishedOf(0));
    const { text } = await new Client(second.url).get('/metrics');
    expect(text.match(/^oss_relay_(active|refused) \d/gm)).toEqual(['oss_relay_active 0', 'oss_relay_refused 1']);
  });

  test('set back to the beginning by the operator, it publishes all that it has', async () => {
    const settings = loadSettings({ KAFKA_BROKERS: broker.saslAddress, ...LOGIN });
    const before = await setBackToBeginning(settings, createLogger('silent'));
    expect(before.log).toBe((await wholeLog(directories[0].path)).find(({ type }) => type === 'DischargeRecorded')!.hash);
    const both = [...(await publishedOf(0)), ...(await publishedOf(1))];
    expect([...readIds(await readWhen(broker.address, TOPIC, 2))].sort()).toEqual(both.sort());
  });

  test('with a wrong password nobody gets in', async () => {
    const settings = loadSettings({ KAFKA_BROKERS: broker.saslAddress, ...LOGIN, KAFKA_SASL_PASSWORD: 'wrong' });
    await expect(setBackToBeginning(settings, createLogger('silent'))).rejects.toThrow('authentication failed');
  });
}
