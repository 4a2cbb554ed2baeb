/**
 * Every app a process of its own on one KurrentDB (its test double): two gateways, two copies of basic insurance, the other
 * payers and the settlement app once. The scenario gives the amounts of one process on SQLite; a payer that is killed is
 * replaced by its copy, or finishes when it is started again; a killed gateway's acceptances are finished by the other one;
 * two gateways record nothing twice.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { collect, openKurrentStore, type RecordedEvent } from '@oss/event-store';
import type { SettlementView } from '@oss/settlement';
import { type DischargeBody, dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson, mixedBill } from '../support/county';
import { auditEvents } from '../support/history';
import { Client } from '../support/http-client';
import { freshDirectory, inProcess, TEST_KEY } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { type Ended, NotStarted, type RealProcess, startProcess } from '../support/real-process';

jest.setTimeout(180_000);
const persons = [madeUpPerson(1, { category: 'registered-poor' }), madeUpPerson(2), madeUpPerson(3, { category: 'destitute' })];
/** What each person posts, one after another. */
const scenario = persons.map((person, i) => [
  dischargeOf(person, { encounterNo: `A-${i}-1`, bill: EXAMPLE_BILL }),
  dischargeOf(person, { encounterNo: `A-${i}-2`, hospital: 'H3', bill: mixedBill(3_000_001, 500_003, 70_007) }),
  dischargeOf(person, { encounterNo: `A-${i}-3`, hospital: 'H1', bill: mixedBill(900_001, 77_777, 1) }),
]);
/** Each started once; basic insurance and the gateway twice. */
const SINGLE = ['critical-illness', 'supplementary-insurance', 'medical-assistance', 'fifth-line', 'settlement'];

const directories = Array.from({ length: 3 }, freshDirectory);
const running = new Set<RealProcess>();
let double: KurrentDbDouble;

async function start(app: string, directory = 0): Promise<RealProcess> {
  const environment = {
    EVENT_STORE: 'kurrentdb',
    KURRENTDB_URL: double.url(),
    OSS_MASTER_KEY: TEST_KEY,
    OSS_HMAC_KEY: TEST_KEY,
    SETTLE_WAIT_SECONDS: '60',
  };
  const started = await startProcess(directories[directory]!.path, environment, app);
  running.add(started);
  return started;
}

async function end(process: RealProcess, signal: NodeJS.Signals): Promise<Ended> {
  running.delete(process);
  return process.end(signal);
}

/** A settlement without what each run draws anew: the pseudonym and the time. */
function amountsOf(view: SettlementView): unknown {
  const { personKey: _drawn, completedAt: _time, ...amounts } = view as SettlementView & { personKey: string };
  return amounts;
}

async function expectedAmounts(): Promise<unknown[]> {
  const system = await inProcess({ dataDir: directories[2]!.path });
  await system.client.registerHospitals(HOSPITALS);
  for (const person of persons) await system.client.register(person);
  const views: unknown[] = [];
  for (const body of scenario.flat()) views.push(amountsOf(await system.client.settle(body)));
  await system.stop();
  return views;
}

/** Asks for a settlement until it is there: nobody helps it. */
async function settled(client: Client, body: DischargeBody): Promise<SettlementView> {
  const path = `/v1/settlements?hospitalCode=${body.hospitalCode}&encounterNo=${body.encounterNo}`;
  for (;;) {
    const [view] = (await client.get(path)).json<{ items: SettlementView[] }>().items;
    if (view?.status === 'completed') return view;
    await pause(50);
  }
}

async function wholeLog(): Promise<RecordedEvent[]> {
  const store = openKurrentStore({ url: double.url() });
  try {
    return await collect(store.readAll());
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  double = await KurrentDbDouble.start();
});

afterAll(async () => {
  await Promise.all([...running].map((process) => end(process, 'SIGKILL')));
  double.stop();
  for (const directory of directories) directory.remove();
});

test('apps apart settle what one process settles, and a killed payer stops nobody', async () => {
  const expected = await expectedAmounts();
  // Both gateways begin at once on an empty store: both adopt the packs.
  const [first, second, copy, , critical] = await Promise.all([
    start('hospital-gateway', 0),
    start('hospital-gateway', 1),
    ...['basic-insurance', 'basic-insurance', ...SINGLE].map((app) => start(app)),
  ]);
  const clients = [new Client(first.url), new Client(second.url)] as const;
  await clients[0].registerHospitals(HOSPITALS);
  for (const person of persons) await clients[1].register(person);

  // A person's discharges in sequence, through one gateway and the other; between the first and the second a payer's copy dies.
  const views = scenario.map(() => [] as SettlementView[]);
  const post = (round: number): Promise<unknown> =>
    Promise.all(
      scenario.map(async (bodies, i) => {
        const client = clients[(i + round) % 2]!;
        views[i]!.push(await client.settle(bodies[round]!));
      }),
    );
  await post(0);
  const underWay = post(1);
  await end(copy!, 'SIGKILL');
  await underWay;

  // The only critical-illness insurer is gone: the third discharges are accepted, and wait for it; then their gateway is gone too.
  await end(critical!, 'SIGKILL');
  const accepted = await Promise.all(scenario.map((bodies) => clients[0].discharge(bodies[2]!, { prefer: 'wait=0' })));
  expect(accepted.map(({ status }) => status)).toEqual([202, 202, 202]);
  await end(first, 'SIGKILL');
  await start('critical-illness');
  for (const [i, bodies] of scenario.entries()) views[i]!.push(await settled(clients[1], bodies[2]!));
  expect(views.flat().map(amountsOf)).toEqual(expected);

  // The same discharge at the other gateway is the same settlement.
  const repeated = await clients[1].discharge(scenario[0]![0]!);
  expect([repeated.status, amountsOf(repeated.json())]).toEqual([200, expected[0]]);
  for (const client of clients) await client.close();

  expect(await end(second, 'SIGTERM')).toEqual({ code: 0, signal: null });
  const { events, completed, open } = await auditEvents(await wholeLog());
  expect([completed.size, open]).toEqual([9, []]);
  const of = (wanted: string): number => events.filter(({ type }) => type === wanted).length;
  expect(['DischargeRecorded', 'BasicInsuranceSettled', 'FifthLineSettled', 'PackAdopted'].map(of)).toEqual([9, 9, 9, 3]);
});

test('a gateway refuses a directory that another one works in, and keys that are not there', async () => {
  const environment = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: double.url() };
  const [gateway, keyless] = await Promise.all([
    start('hospital-gateway', 0),
    startProcess(directories[1]!.path, environment, 'hospital-gateway').catch((error: unknown) => error),
  ]);
  expect((keyless as NotStarted).ended).toEqual({ code: 2, signal: null });
  expect((keyless as NotStarted).output).toContain('set OSS_MASTER_KEY and OSS_HMAC_KEY');
  const refused = await start('hospital-gateway', 0).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NotStarted);
  expect((refused as NotStarted).ended).toEqual({ code: 2, signal: null });
  expect((refused as NotStarted).output).toContain('is already open for writing by another process');
  await end(gateway, 'SIGTERM');
});
