/**
 * The whole system on KurrentDB (its test double): the same bills give the same settlements as on the embedded store, a
 * restart finds them, and the chain of hashes holds. Which store keeps the facts decides no fen.
 */
import type { SettlementView } from '@oss/settlement';
import { verifyStream } from '@oss/event-store';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, mixedBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';

jest.setTimeout(60_000);
const persons = [madeUpPerson(1, { category: 'registered-poor' }), madeUpPerson(2), madeUpPerson(3, { category: 'destitute' })];
const bodies = persons.flatMap((person, i) => [
  dischargeOf(person, { encounterNo: `K-${i}-1`, bill: EXAMPLE_BILL }),
  dischargeOf(person, { encounterNo: `K-${i}-2`, hospital: 'H3', bill: mixedBill(3_000_001, 500_003, 70_007) }),
]);
const clock = new SetClock('2018-04-01T08:00:00.000Z');

/** The settlements of all bodies, a person's one after another; without the pseudonym, which each store draws. */
async function settleAll(system: System): Promise<string[]> {
  await system.client.registerHospitals(HOSPITALS);
  for (const person of persons) await system.client.register(person);
  const views: string[] = [];
  for (const body of bodies) {
    const view = await system.client.settle(body);
    views.push(JSON.stringify(view).replaceAll((view as SettlementView & { personKey: string }).personKey, 'somebody'));
  }
  return views;
}

test('the same bills, on SQLite and on KurrentDB: the same settlements, byte for byte', async () => {
  const [here, there] = [freshDirectory(), freshDirectory()];
  const double = await KurrentDbDouble.start();
  const embedded = await inProcess({ dataDir: here.path, clock });
  const expected = await settleAll(embedded);
  await embedded.stop();
  const distributed = await inProcess({ dataDir: there.path, clock, kurrentdbUrl: double.url() });
  expect(await settleAll(distributed)).toEqual(expected);
  await distributed.stop();

  const again = await inProcess({ dataDir: there.path, clock, kurrentdbUrl: double.url() });
  const repeated = await again.client.discharge(bodies[0]!);
  expect(repeated.status).toBe(200);
  expect(repeated.json<SettlementView>().selfPayFen).toBe(520_000);
  const streams = new Set<string>();
  for await (const { stream } of again.store.readAll()) streams.add(stream);
  for (const stream of streams) expect((await verifyStream(again.store.readStream(stream))).broken).toBeNull();
  await again.stop();
  double.stop();
  here.remove();
  there.remove();
});
