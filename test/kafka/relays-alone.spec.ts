/**
 * Relays as processes of their own beside the system, on one distributed store (KurrentDB's test double) and a real Kafka:
 * two stand in line, the active one is killed with SIGKILL again and again while settlements go on, the other takes over, and
 * a `read_committed` consumer has read each event exactly once.
 */
import { collect } from '@oss/event-store';
import { until } from '../contract/samples';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess } from '../support/in-process';
import { missingForKafka, startBroker } from '../support/kafka/broker';
import { publishedIds, readIds, readWhen } from '../support/kafka/expected';
import { contractFaults } from '../support/kafka/in-contract';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { type RealProcess, startProcess } from '../support/real-process';
import { seeded } from '../support/seeded';

const KILLS = 3;
const SEED = 20180405;
jest.setTimeout(240_000);

const missing = missingForKafka();
/** It said so last: whoever loses the lease, as after a standstill of the machine that outlasts it, stands in line again. */
const isActive = (relay: RealProcess): boolean =>
  relay.output().lastIndexOf('the relay publishes') > relay.output().lastIndexOf('the relay stands in line');

if (missing !== null) {
  test('without a Kafka nothing is tested here', () => console.warn(missing));
} else {
  test(`the active of two relays is killed ${KILLS} times (seed ${SEED}): the other goes on, each event exactly once`, killing);
}

async function killing(): Promise<void> {
  const random = seeded(SEED);
  const directory = freshDirectory();
  const double = await KurrentDbDouble.start();
  const broker = await startBroker();
  const system = await inProcess({ dataDir: directory.path, kurrentdbUrl: double.url() });
  const environment = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: double.url(), KAFKA_BROKERS: broker.address };
  const start = (): Promise<RealProcess> => startProcess(directory.path, environment, 'insurer-relay');
  const relays = [await start(), await start()];
  let going = true;
  try {
    await system.client.registerHospitals(HOSPITALS);
    const people = Array.from({ length: 5 }, (_, index) => madeUpPerson(index));
    for (const person of people) await system.client.register(person);
    const load = (async (): Promise<void> => {
      for (let n = 0; going; n += 1) {
        const bill = inScopeBill(random.whole(0, 5_000_000));
        await system.client.settle(dischargeOf(random.pick(people), { encounterNo: `R${n}`, bill }));
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await until(() => relays.some(isActive));
      await new Promise((resolve) => setTimeout(resolve, random.whole(0, 500)));
      await until(() => relays.filter(isActive).length === 1);
      const active = relays.findIndex(isActive);
      expect(await relays[active]!.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      relays[active] = await start();
    }
    await until(() => relays.some(isActive));
    going = false;
    await load;

    const expected = publishedIds(await collect(system.store.readAll()));
    const messages = await readWhen(broker.address, 'settlement.events.v1', [...expected.values()].flat().length);
    expect([...readIds(messages)].sort()).toEqual([...expected].sort());
    expect(contractFaults(messages)).toEqual([]);
    for (const relay of relays) expect(await relay.end('SIGTERM')).toEqual({ code: 0, signal: null });
  } finally {
    going = false;
    for (const relay of relays) await relay.end('SIGKILL');
    await system.stop();
    double.stop();
    await broker.remove();
    directory.remove();
  }
}
