/** The contract's answers around a settlement: 201, 202 with Location, reading it back in every way, its facts with their hashes. */
import { canonicalJson } from '@oss/event-store';
import { hash } from 'node:crypto';
import type { SettlementView } from '@oss/settlement';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson } from '../support/county';
import { assertHistory } from '../support/history';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { until } from '../contract/samples';

jest.setTimeout(30_000);
const directory = freshDirectory();
const poor = madeUpPerson(301, { category: 'registered-poor' });
const example = (encounterNo: string) =>
  dischargeOf(poor, { encounterNo, admittedOn: '2018-03-07', dischargedOn: '2018-03-19', bill: EXAMPLE_BILL });
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
  await system.client.register(poor);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

test('201: the settlement of the contract, every member of it', async () => {
  const answer = await system.client.discharge(example('ANSWER-1'));
  const view = answer.json<SettlementView>();
  expect([answer.status, answer.headers['content-type'], answer.headers['location']]).toEqual([
    201,
    'application/json; charset=utf-8',
    `/v1/settlements/${view.settlementId}`,
  ]);
  expect(view).toMatchObject({
    status: 'completed',
    attempt: 1,
    hospitalCode: 'H2',
    encounterNo: 'ANSWER-1',
    region: '360222',
    dischargedOn: '2018-03-19',
    totalFen: 5_200_000,
    inScopeFen: 4_800_000,
    shares: [
      { line: 'basic', payer: 'basic-insurance', paidFen: 3_840_000, inScopeFen: 3_840_000, outOfScopeFen: 0 },
      { line: 'critical-illness', payer: 'critical-illness', paidFen: 170_500, inScopeFen: 170_500, outOfScopeFen: 0 },
      { line: 'assistance', payer: 'medical-assistance', paidFen: 552_650, inScopeFen: 552_650, outOfScopeFen: 0 },
      { line: 'fifth-line', payer: 'fifth-line', paidFen: 116_850, inScopeFen: 116_850, outOfScopeFen: 0 },
      { line: 'free-treatment', payer: 'medical-assistance', paidFen: 0, inScopeFen: 0, outOfScopeFen: 0 },
    ],
    hospitalFen: 0,
    selfPayFen: 520_000,
    selfPayBp: 1_000,
    policy: { pack: '360222/2018-01-01', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string },
    completedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
  });
  const basic = view.shares[0]?.workings.map(({ label, clause, provenance, amountFen }) => ({
    label,
    clause,
    provenance,
    amountFen,
  }));
  expect(basic).toContainEqual({ label: '起付线', clause: '三(三)3', provenance: 'stated', amountFen: 0 });
  expect(view.settlementId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a line that pays nothing stands there too, with the reason', async () => {
  const ordinary = madeUpPerson(302);
  await system.client.register(ordinary);
  const { shares } = await system.client.settle(dischargeOf(ordinary, { encounterNo: 'ANSWER-2' }));
  const reasons = shares.slice(2).map(({ line, paidFen, workings }) => [line, paidFen, workings.map(({ label }) => label)]);
  expect(reasons).toEqual([
    ['assistance', 0, ['非救助对象，不享受医疗救助']],
    ['fifth-line', 0, ['非贫困人员，不享受第五道保障线']],
    ['free-treatment', 0, ['不属于十类免费救治病种']],
  ]);
});

test('Prefer: wait=0 is answered 202 with Location; there it completes by itself, and a repeat answers 200', async () => {
  const answer = await system.client.discharge(example('ANSWER-3'), { prefer: 'respond-async, wait=0' });
  const { settlementId, totalFen } = answer.json<SettlementView>();
  expect([answer.status, answer.headers['location'], totalFen]).toEqual([202, `/v1/settlements/${settlementId}`, 5_200_000]);
  const location = answer.headers['location'] as string;
  await until(async () => (await system.client.get(location)).json<SettlementView>().status === 'completed');
  const completed = await system.client.get(location);
  const again = await system.client.discharge(example('ANSWER-3'));
  expect([completed.status, again.status, again.text]).toEqual([200, 200, completed.text]);
});

test('read back by id, by attempt and by encounter: the same bytes as the answer', async () => {
  const { text } = await system.client.discharge(example('ANSWER-4'));
  const { settlementId } = JSON.parse(text) as SettlementView;
  expect((await system.client.get(`/v1/settlements/${settlementId}`)).text).toBe(text);
  expect((await system.client.get(`/v1/settlements/${settlementId}?attempt=1`)).text).toBe(text);
  expect((await system.client.get('/v1/settlements?hospitalCode=H2&encounterNo=ANSWER-4')).text).toBe(`{"items":[${text}]}`);
  expect((await system.client.get('/v1/settlements?hospitalCode=H3&encounterNo=ANSWER-4')).text).toBe('{"items":[]}');
  expect((await system.client.get(`/v1/settlements/${settlementId}?attempt=2`)).status).toBe(404);
});

test('its facts in order, each with stream, revision and a hash that anybody can compute', async () => {
  const { settlementId } = await system.client.settle(example('ANSWER-5'));
  const { events } = (await system.client.get(`/v1/settlements/${settlementId}/events`)).json<{
    events: {
      stream: string;
      revision: number;
      position: string;
      id: string;
      type: string;
      recordedAt: string;
      hash: string;
      data: object;
    }[];
  }>();
  expect(events.map(({ type }) => type)).toEqual([
    'DischargeAccepted',
    'DischargeRecorded',
    'BasicInsuranceSettled',
    'CriticalIllnessSettled',
    'MedicalAssistanceSettled',
    'FifthLineSettled',
    'MedicalAssistanceSettled',
    'SettlementCompleted',
  ]);
  expect([events[0]?.stream, events[0]?.revision]).toEqual([`encounter-${settlementId}`, 0]);
  expect(new Set(events.slice(1).map(({ stream }) => stream)).size).toBe(1);
  const sealed = (at: number, previous: string): string => {
    const { stream, revision, id, type, data, recordedAt } = events[at]!;
    return hash('sha256', canonicalJson([stream, revision, id, type, data, recordedAt, previous]), 'hex');
  };
  expect(events[0]?.hash).toBe(sealed(0, ''));
  for (let at = 2; at < events.length; at += 1) expect(events[at]?.hash).toBe(sealed(at, events[at - 1]!.hash));
  const recorded = events[1]?.data as { acceptance: string };
  expect(recorded.acceptance).toBe(events[0]?.hash);
});
