/** The audit API of the audit app as a process of its own, on KurrentDB (its double): the shared log stated, proven, verified by a run. */
import { setTimeout as pause } from 'node:timers/promises';
import type { SettlementView } from '@oss/settlement';
import type { RunView } from '../../apps/audit/api/runs/run-view';
import type { AuditStatus } from '../../apps/audit/api/status.controller';
import { parseVerifierKey } from '../../apps/audit/notes/note-keys';
import { checkProof } from '../../apps/audit/prove/check-proof';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson } from '../support/county';
import { type Answer, Client, refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { type RealProcess, startProcess } from '../support/real-process';

jest.setTimeout(120_000);
const directories = Array.from({ length: 2 }, freshDirectory);
const [system$, audit$] = directories.map(({ path }) => path) as [string, string];
let double: KurrentDbDouble;
let system: System;
let audit: RealProcess;
let client: Client;
let settlement: SettlementView;

beforeAll(async () => {
  double = await KurrentDbDouble.start();
  const clock = new SetClock('2018-04-01T08:00:00.000Z');
  system = await inProcess({ dataDir: system$, clock, kurrentdbUrl: double.url() });
  await system.client.registerHospitals(HOSPITALS);
  const person = madeUpPerson(1, { category: 'registered-poor' });
  await system.client.register(person);
  settlement = await system.client.settle(dischargeOf(person, { encounterNo: 'A-1', bill: EXAMPLE_BILL }));
  const environment = { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: double.url(), AUDIT_CHECKPOINT_SECONDS: '1' };
  audit = await startProcess(audit$, environment, 'audit/service');
  client = new Client(audit.url);
});
afterAll(async () => {
  await client.close();
  await audit.end('SIGTERM');
  await system.stop();
  double.stop();
  for (const directory of directories) directory.remove();
});

async function until(path: string, holds: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await client.get(path);
    if (holds(answer)) return answer;
    await pause(50);
  }
}

test('the audit app proves what the system has settled', async () => {
  const path = `/v1/audit/settlements/${settlement.settlementId}/proof`;
  const proof = await until(path, ({ status }) => status === 200);
  const status = (await client.get('/v1/audit/status')).json<AuditStatus>();
  expect(status).toMatchObject({ alarm: { raised: false }, packs: { adopted: 3 } });
  const checked = checkProof(proof.json(), { log: parseVerifierKey(status.vkey!), witnesses: [] });
  expect(checked).toMatchObject({ accepted: true, settlement: { settlementId: settlement.settlementId } });
  expect((await client.get(path.replace('/proof', '/explanation'))).json()).toMatchObject({ total: { amountFen: 5_200_000 } });
});

test('a run verifies the shared log', async () => {
  const { id } = (await client.post('/v1/audit/runs', { kind: 'verify', operatorCode: 'OP-1' })).json<RunView>();
  const run = (await until(`/v1/audit/runs/${id}`, (answer) => answer.json<RunView>().endedAt !== null)).json<RunView>();
  expect([run.state, run.clean, run.failure]).toEqual(['done', true, null]);
  expect(run.summary).toMatchObject({ recomputed: { years: 1, cases: 1 } });
});

test('a process that does not sign shows the checkpoints, and says where proofs are to be had', async () => {
  const status = (await system.client.get('/v1/audit/status')).json<AuditStatus>();
  expect([status.treeSize, status.vkey, status.lastCheckpoint?.signatureHolds]).toEqual([null, null, null]);
  const answer = await system.client.get(`/v1/audit/settlements/${settlement.settlementId}/proof`);
  expect(refusalOf(answer).code).toBe('not-under-checkpoint');
  expect(answer.text).toContain('ask the audit app');
});
