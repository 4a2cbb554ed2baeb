/**
 * A cascade is one append, all or nothing, and what follows finishes by itself: the real process is killed with SIGKILL while
 * a long year is being settled again, again and again, and nobody repairs anything. In the end every case counts once.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { settlementIdOf, type SettlementView } from '@oss/settlement';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { assertHistory } from '../support/history';
import { Client } from '../support/http-client';
import { freshDirectory } from '../support/in-process';
import { type RealProcess, startProcess } from '../support/real-process';
import { seeded } from '../support/seeded';

jest.setTimeout(180_000);
/** Enough that the turns of a cascade do not fit into one append. */
const STAYS = 60;
const KILLS = 6;
const SEED = Number(process.env['CASCADE_SEED'] ?? 20180404);

const person = madeUpPerson(811, { category: 'registered-poor' });
const stays: readonly DischargeBody[] = Array.from({ length: STAYS }, (_, n) =>
  dischargeOf(person, { encounterNo: `CASCADE-${n}`, bill: inScopeBill(100_000 + 977 * n) }),
);
const idOf = ({ hospitalCode, encounterNo }: DischargeBody): string => settlementIdOf(hospitalCode, encounterNo);

async function standing(client: Client, of: DischargeBody): Promise<SettlementView> {
  return (await client.get(`/v1/settlements/${idOf(of)}`)).json<SettlementView>();
}

/** Asks for the reversal of the first stay that still counts, and kills the process while that is being done. */
async function reverseAndKill(server: RealProcess, client: Client, nth: number, delayMs: number): Promise<void> {
  const of = stays[nth]!;
  const { attempt } = await standing(client, of);
  const order = { reason: '费用录入错误', operatorCode: 'OP-1', attempt, cascade: true };
  const answered = client.post(`/v1/settlements/${idOf(of)}/reversal`, order).then(
    ({ status }) => status,
    () => null,
  );
  await pause(delayMs);
  await server.end('SIGKILL');
  const status = await answered;
  expect(status === null || status === 200).toBe(true);
  await client.close();
}

test(`${KILLS} kills in the middle of cascades (seed ${SEED}): every one finishes by itself`, async () => {
  const directory = freshDirectory();
  const random = seeded(SEED);
  let server = await startProcess(directory.path);
  let client = new Client(server.url);
  await client.registerHospitals(HOSPITALS);
  await client.register(person);
  for (const stay of stays) await client.settle(stay);

  for (let nth = 0; nth < KILLS; nth += 1) {
    await reverseAndKill(server, client, nth, random.whole(0, 60));
    await assertHistory(directory.path, { mayBeOpen: true });
    server = await startProcess(directory.path);
    client = new Client(server.url);
    // The clerk who got no answer asks again; whether the first order stood or not, it is done once.
    const of = stays[nth]!;
    const view = await standing(client, of);
    const again = await client.post(`/v1/settlements/${idOf(of)}/reversal`, {
      reason: '费用录入错误',
      operatorCode: 'OP-1',
      attempt: view.attempt,
      cascade: true,
    });
    expect([again.status, again.json<SettlementView>().status]).toEqual([200, 'reversed']);
  }

  const views: SettlementView[] = [];
  for (const stay of stays) {
    let view = await standing(client, stay);
    while (view.status === 'resettling') {
      await pause(20);
      view = await standing(client, stay);
    }
    views.push(view);
  }
  expect(views.map(({ status }) => status)).toEqual(stays.map((_, n) => (n < KILLS ? 'reversed' : 'completed')));
  expect(views.slice(KILLS).map(({ attempt }) => attempt)).toEqual(Array(STAYS - KILLS).fill(KILLS + 1));
  await client.close();
  expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await assertHistory(directory.path);
  directory.remove();
});
