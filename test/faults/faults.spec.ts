/**
 * The system apart under load while everything around it breaks: processes killed at random, the store cut off and crashed,
 * the broker stopped and killed, nudges doubled and crossed. After each fault nothing is lost, nothing is there twice,
 * everything has come to its end by itself, all sums close, and the insurer has read just what the store says. In the end the
 * history is, byte for byte, that of one process on SQLite that nothing happened to.
 *
 *   FAULT_ROUNDS=100 FAULT_SEED=7 npm test -- test/faults     a longer run, other chances; FAULT_ONLY=relay: these alone
 */
import { NUDGED } from '../../libs/host/turns/actor';
import { firstDifference, Plain } from '../scenario/plain';
import { idOf, register, settle } from '../scenario/county-scenario';
import { atRest, play } from '../scenario/steps';
import { DISCHARGES_TOPIC } from '../../apps/hospital-gateway/discharges/stream/rejection';
import { produce } from '../support/kafka/reader';
import { HOSPITALS } from '../support/county';
import { freshDirectory, inProcess } from '../support/in-process';
import { missingForKafka } from '../support/kafka/broker';
import { seeded } from '../support/seeded';
import { wholeLog } from '../support/whole-log';
import { faultsOf } from './faults';
import { Load } from './load';
import { reportText, type Round } from './report';
import { Stage } from './stage';

const SEED = Number(process.env['FAULT_SEED'] ?? 20180407);
const ROUNDS = process.env['FAULT_ROUNDS'] === undefined ? null : Number(process.env['FAULT_ROUNDS']);
const PERSONS = 24;
/** Of a round's discharges, those that come in on the hospitals' topic. */
const STREAMED = 3;
jest.setTimeout(600_000);

const random = seeded(SEED);
const load = new Load(seeded(SEED + 1));
const rounds = faultsOf(ROUNDS, seeded(SEED + 2), process.env['FAULT_ONLY']).map((fault, n) => ({
  n,
  fault,
  phase: load.round(PERSONS),
  streamed: load.streamed(STREAMED),
}));
const missing = missingForKafka();
const told: Round[] = [];
let stage: Stage;

if (missing !== null) {
  test('without a Kafka nothing is tested here', () => console.warn(missing));
} else {
  describe(`faults under load (seed ${SEED})`, () => {
    beforeAll(async () => {
      stage = await Stage.set();
      await stage.counter('gateway', 0)!.registerHospitals(HOSPITALS);
      await stage.settledSinceThen();
    });

    test.each(rounds)('round $n: $fault.name', strike);

    test('the history is that of one process on SQLite that nothing happened to; every process stops cleanly', async () => {
      expect(stage.system.endedByThemselves).toEqual([]);
      const expected = await undisturbed();
      expect(firstDifference(expected, new Plain(stage.log).history())).toBeNull();
    });

    afterAll(async () => {
      if (ROUNDS !== null) process.stdout.write(`${reportText(told)}\n`);
      const ended = await stage.clear();
      expect([...ended.values()].filter(({ code }) => code !== 0)).toEqual([]);
    });
  });
}

/** One round: load, somewhere in it the fault, and when all answers are there the audit. */
async function strike({ fault, phase, streamed }: (typeof rounds)[number]): Promise<void> {
  const steps = phase.flat().length;
  const from = random.whole(1, Math.floor(steps / 2));
  let answered = 0;
  let struck: Promise<void> | undefined;
  let struckAt = 0;
  const onAnswer = (): void => {
    if ((answered += 1) !== from) return;
    struckAt = performance.now();
    struck = fault.strike(stage, random);
  };
  for (const { person } of streamed) await play([[[register(person)]]], stage.counter);
  await produce(
    stage.broker.address,
    DISCHARGES_TOPIC,
    streamed.map(({ body }) => JSON.stringify(body)),
  );
  await play([phase], stage.counter, { patient: true, onAnswer });
  await struck;
  for (const { body } of streamed) await atRest(idOf(body), stage.counter);
  const { accepted, completed, events } = await stage.settledSinceThen();
  const discharges = phase.flat().filter(({ path }) => path === '/v1/discharges').length + streamed.length;
  expect(accepted.size).toBe(discharges);
  expect(completed.size).toBeGreaterThanOrEqual(discharges);
  tell({
    fault: fault.name,
    discharges: accepted.size,
    settlements: completed.size,
    endedMs: performance.now() - struckAt,
    nudges: events.filter(({ type }) => type === NUDGED).length,
  });
}

/** A longer run tells how far it is. */
function tell(round: Round): void {
  told.push(round);
  if (ROUNDS === null) return;
  const { fault, discharges, endedMs } = round;
  process.stdout.write(`${told.length}/${ROUNDS} ${fault}: ${discharges} discharges ended within ${Math.round(endedMs)} ms\n`);
}

/** The same work on one process, in peace. */
async function undisturbed(): Promise<string[]> {
  const directory = freshDirectory();
  const system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
  for (const { phase, streamed } of rounds) {
    await play([phase, streamed.map(({ person, body }) => [register(person), settle(body)])], () => system.client);
  }
  await system.stop();
  const log = await wholeLog(directory.path);
  directory.remove();
  return new Plain(log).history();
}
