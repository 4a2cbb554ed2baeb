/** A resettlement keeps the packs that the cases were settled under, unless the packs in force now are asked for. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { settlementIdOf, type SettlementView } from '@oss/settlement';
import { inYuan, yuan } from '../support/amounts';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { assertHistory } from '../support/history';
import type { Answer } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';

const REGION = '530102';
const PACKS = join(__dirname, '../stored-events/packs');
const content = parse(readFileSync(join(PACKS, '530102-year-end-2018.yaml'), 'utf8')) as { id: string };
const person = madeUpPerson(641, { region: REGION });
const stays = [1, 2].map((n) => dischargeOf(person, { encounterNo: `RP-${n}`, bill: inScopeBill(yuan('1 000.00')) }));
const directory = freshDirectory();
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, policyDir: PACKS });
  await system.client.registerHospitals({ H2: { ...HOSPITALS.H2, region: REGION } });
  await system.client.register(person);
  for (const stay of stays) await system.client.settle(stay);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

const idOf = (n: number): string => settlementIdOf('H2', stays[n]!.encounterNo);
const resettle = (n: number, pack?: 'recorded' | 'current'): Promise<Answer> =>
  system.client.post(`/v1/settlements/${idOf(n)}/resettlement`, { reason: '政策更正', operatorCode: 'OP-1', attempt: 1, pack });
const row = ({ attempt, status, selfPayFen, policy }: SettlementView) => [
  attempt,
  status,
  inYuan(selfPayFen ?? -1),
  policy.digest,
];

test('recorded: nothing changes; current: the case and the later ones of the year, under the new version', async () => {
  const old = (await system.client.get(`/v1/settlements/${idOf(0)}`)).json<SettlementView>().policy.digest;
  // The county confirms 90 % where 80 % stood.
  const confirmed = parse(stringify(content).replace('value: 8000', 'value: 9000')) as object;
  const adopted = await system.client.post('/v1/policy/packs', {
    content: confirmed,
    operatorCode: 'OP-1',
    replaces: content.id,
  });
  expect(adopted.status).toBe(201);
  const { digest } = adopted.json<{ digest: string }>();
  const head = await system.store.headPosition();
  for (const choice of ['recorded', undefined] as const) {
    expect(row((await resettle(0, choice)).json<SettlementView>())).toEqual([1, 'completed', '200.00', old]);
  }
  expect(await system.store.headPosition()).toBe(head);

  const answer = await resettle(0, 'current');
  expect([answer.status, row(answer.json<SettlementView>())]).toEqual([200, [2, 'completed', '100.00', digest]]);
  expect(answer.json<SettlementView>().differences?.selfPayFen).toBe(-yuan('100.00'));
  expect(row((await system.client.get(`/v1/settlements/${idOf(1)}`)).json<SettlementView>())).toEqual([
    2,
    'completed',
    '100.00',
    digest,
  ]);
  expect((await resettle(1, 'current')).status).toBe(409);
});
