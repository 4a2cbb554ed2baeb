/**
 * Two gateways on one KurrentDB (its test double): both copy every acceptance into its year, and a checkpoint that is set
 * back makes them copy it all once more. That is harmless, because a case enters its year at an expected revision: each is
 * recorded once, a person's cases in the order of their acceptance, however the copiers overtake each other.
 */
import { collect, openKurrentStore, type RecordedEvent } from '@oss/event-store';
import { DISCHARGE_ACCEPTED, DISCHARGE_RECORDED, type DischargeAccepted, type DischargeRecorded } from '@oss/settlement';
import { AcceptanceCopier, COPIER } from '../../apps/hospital-gateway/discharges/copier';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { auditEvents } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';

jest.setTimeout(120_000);
const persons = Array.from({ length: 4 }, (_, i) => madeUpPerson(i, i === 0 ? {} : { category: 'registered-poor' }));
const CASES_EACH = 6;

const places = [freshDirectory(), freshDirectory()];
let double: KurrentDbDouble;

const startBoth = (): Promise<System[]> =>
  Promise.all(places.map(({ path }) => inProcess({ dataDir: path, kurrentdbUrl: double.url() })));

const stopAll = (systems: readonly System[]): Promise<unknown> => Promise.all(systems.map((system) => system.stop()));

/** Case by case, by person: in the order in which the log has facts of this type. */
function order(events: readonly RecordedEvent[], type: string, personOf: (event: RecordedEvent) => string): unknown {
  const ofType = events.filter((event) => event.type === type);
  const cases = Map.groupBy(ofType, personOf);
  return new Map([...cases].map(([person, of]) => [person, of.map(({ data }) => (data as DischargeRecorded).settlementId)]));
}

test('what two gateways accept at once, and copy twice and once more, is recorded once and in order', async () => {
  double = await KurrentDbDouble.start();
  const [first, second] = (await startBoth()) as [System, System];
  await first.client.registerHospitals(HOSPITALS);
  for (const person of persons) await second.client.register(person);
  const answers = await Promise.all(
    persons.flatMap((person, i) =>
      Array.from({ length: CASES_EACH }, (_, n) => {
        const body = dischargeOf(person, { encounterNo: `T-${i}-${n}`, bill: inScopeBill(1_000_001 + 70_003 * n) });
        return ((i + n) % 2 === 0 ? first : second).client.discharge(body);
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  await stopAll([first, second]);

  const store = openKurrentStore({ url: double.url() });
  const before = await collect(store.readAll());
  const { completed, open } = await auditEvents(before);
  expect([completed.size, open]).toEqual([persons.length * CASES_EACH, []]);
  const accepted = order(before, DISCHARGE_ACCEPTED, ({ data }) => (data as DischargeAccepted).personKey);
  expect(order(before, DISCHARGE_RECORDED, ({ stream }) => stream.split('-')[2]!)).toEqual(accepted);

  // As if both had crashed before they ever saved how far they were.
  await store.saveCheckpoint(COPIER, { position: 0n });
  const again = await startBoth();
  for (const { app } of again) await app.get(AcceptanceCopier).caughtUp();
  expect((await collect(store.readAll())).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  await stopAll(again);
  expect((await store.loadCheckpoint(COPIER))!.position).toBeGreaterThan(0n);
  await store.close();
});

afterAll(() => {
  double.stop();
  for (const place of places) place.remove();
});
