/**
 * Corrections through HTTP (domain rules §6): reversal, cascade, the corrected bill, the late entitlement; what a repeat gets
 * after each; what two clerks get; and that nothing of a refused correction is recorded. Amounts worked out by hand, in yuan.
 */
import type { ProblemBody } from '@oss/host';
import { settlementIdOf, type SettlementView } from '@oss/settlement';
import { inYuan, yuan } from '../support/amounts';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson, type PersonBody } from '../support/county';
import { assertHistory } from '../support/history';
import { type Answer, refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';

jest.setTimeout(30_000);
const directory = freshDirectory();
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

let people = 700;
let encounters = 0;

/** A registered-poor person with stays of the given in-scope totals at a level-2 hospital. */
async function personWith(
  totals: readonly string[],
  more: Partial<PersonBody> = {},
): Promise<{ person: PersonBody; stays: DischargeBody[] }> {
  const person = madeUpPerson(people++, { category: 'registered-poor', ...more });
  await system.client.register(person);
  const stays = totals.map((total) => stay(person, total));
  for (const each of stays) await system.client.settle(each);
  return { person, stays };
}

function stay(person: PersonBody, total: string, encounterNo = `CORR-${encounters++}`): DischargeBody {
  return dischargeOf(person, { encounterNo, bill: inScopeBill(yuan(total)) });
}

const idOf = ({ hospitalCode, encounterNo }: DischargeBody): string => settlementIdOf(hospitalCode, encounterNo);

function reverse(of: DischargeBody, order: object): Promise<Answer> {
  return system.client.post(`/v1/settlements/${idOf(of)}/reversal`, {
    reason: '录入错误',
    operatorCode: 'OP-1',
    attempt: 1,
    ...order,
  });
}

async function standing(of: DischargeBody, attempt?: number): Promise<SettlementView> {
  const answer = await system.client.get(`/v1/settlements/${idOf(of)}${attempt === undefined ? '' : `?attempt=${attempt}`}`);
  expect(answer.status).toBe(200);
  return answer.json<SettlementView>();
}

/** Once no attempt of it is on its way any more. */
async function settled(of: DischargeBody): Promise<SettlementView> {
  for (;;) {
    const view = await standing(of);
    if (view.status !== 'resettling' && view.status !== 'pending') return view;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const row = ({ status, attempt, shares, selfPayFen }: SettlementView) => ({
  is: `${status} ${attempt}`,
  pays: shares.map(({ paidFen }) => inYuan(paidFen)),
  self: inYuan(selfPayFen ?? -1),
});

async function recordsNothing(act: () => Promise<Answer>): Promise<Answer> {
  const before = await system.store.headPosition();
  const answer = await act();
  expect(await system.store.headPosition()).toBe(before);
  return answer;
}

test('a reversal gives the year back; asked again it answers the same, and so does the discharge itself', async () => {
  const { person, stays } = await personWith(['40 000.00']);
  const [first] = stays as [DischargeBody];
  const answer = await reverse(first, {});
  const view = answer.json<SettlementView>();
  expect([answer.status, view.status, view.reversal]).toEqual([
    200,
    'reversed',
    {
      reason: '录入错误',
      operatorCode: 'OP-1',
      reversedAt: expect.stringMatching(/Z$/) as string,
      correction: expect.any(String) as string,
      supersededBy: null,
    },
  ]);
  // 40 000 × 80 % = 32 000; A 8 000: 1 500 × 55 % = 825; 7 175 × 70 % = 5 022.50; 2 152.50 is below 4 000.
  expect(row(view)).toEqual({ is: 'reversed 1', pays: ['32 000.00', '825.00', '5 022.50', '0.00', '0.00'], self: '2 152.50' });
  for (const again of [{}, { operatorCode: 'OP-2', reason: '另一个经办人' }]) {
    const repeat = await recordsNothing(() => reverse(first, again));
    expect([repeat.status, repeat.text]).toEqual([200, answer.text]);
  }
  const late = await recordsNothing(() => system.client.discharge(first));
  expect([late.status, late.text]).toEqual([200, answer.text]);
  // The caps are whole again, and A begins at 0: the next stay is settled as the first of the year.
  expect(row(await system.client.settle(stay(person, '40 000.00')))).toEqual({
    is: 'completed 1',
    pays: ['32 000.00', '825.00', '5 022.50', '0.00', '0.00'],
    self: '2 152.50',
  });
});

test('later cases are in the way; with cascade they are settled again, in their order, with the differences', async () => {
  const { stays } = await personWith(['40 000.00', '20 000.00', '10 000.00']);
  const [first, second, third] = stays as [DischargeBody, DischargeBody, DischargeBody];
  // A stands at 8 000 after the first: 4 000 × 55 % = 2 200; (4 000 − 2 200) × 70 % = 1 260; 540.
  expect(row(await standing(second))).toEqual({
    is: 'completed 1',
    pays: ['16 000.00', '2 200.00', '1 260.00', '0.00', '0.00'],
    self: '540.00',
  });

  const refused = await recordsNothing(() => reverse(first, {}));
  const { code, laterCases } = refused.json<ProblemBody>();
  expect([refused.status, code, laterCases]).toEqual([
    409,
    'later-cases',
    [second, third].map((each) => ({
      settlementId: idOf(each),
      attempt: 1,
      hospitalCode: 'H2',
      encounterNo: each.encounterNo,
      dischargedOn: each.care.dischargedOn,
      status: 'completed',
    })),
  ]);

  const answer = await reverse(first, { cascade: true });
  expect([answer.status, answer.json<SettlementView>().status]).toEqual([200, 'reversed']);
  // Alone in front: 20 000 → 16 000; A 4 000 is below 6 500; 4 000 × 70 % = 2 800; 1 200 is below 2 000.
  const again = await settled(second);
  expect(row(again)).toEqual({ is: 'completed 2', pays: ['16 000.00', '0.00', '2 800.00', '0.00', '0.00'], self: '1 200.00' });
  expect(again.supersedes).toEqual({
    attempt: 1,
    totalFen: 2_000_000,
    hospitalFen: 0,
    selfPayFen: yuan('540.00'),
    shares: [
      { line: 'basic', payer: 'basic-insurance', paidFen: yuan('16 000.00') },
      { line: 'critical-illness', payer: 'critical-illness', paidFen: yuan('2 200.00') },
      { line: 'assistance', payer: 'medical-assistance', paidFen: yuan('1 260.00') },
      { line: 'fifth-line', payer: 'fifth-line', paidFen: 0 },
      { line: 'free-treatment', payer: 'medical-assistance', paidFen: 0 },
    ],
  });
  expect(again.differences).toEqual({
    hospitalFen: 0,
    selfPayFen: yuan('660.00'),
    shares: [
      { line: 'basic', payer: 'basic-insurance', paidFen: 0 },
      { line: 'critical-illness', payer: 'critical-illness', paidFen: -yuan('2 200.00') },
      { line: 'assistance', payer: 'medical-assistance', paidFen: yuan('1 540.00') },
      { line: 'fifth-line', payer: 'fifth-line', paidFen: 0 },
      { line: 'free-treatment', payer: 'medical-assistance', paidFen: 0 },
    ],
  });
  // 10 000 → 8 000; A 6 000 is still below 6 500; 1 400; 600.
  expect(row(await settled(third))).toEqual({
    is: 'completed 2',
    pays: ['8 000.00', '0.00', '1 400.00', '0.00', '0.00'],
    self: '600.00',
  });

  const old = await standing(second, 1);
  expect([old.status, old.reversal?.supersededBy, inYuan(old.selfPayFen ?? -1)]).toEqual(['reversed', 2, '540.00']);
  const stale = await recordsNothing(() => reverse(second, { attempt: 1 }));
  expect([refusalOf(stale), stale.json<ProblemBody>()['lastAttempt']]).toEqual([
    { status: 409, code: 'attempt-not-live', paths: ['attempt'] },
    2,
  ]);
  // A late retry of the second's discharge gets the attempt that counts.
  expect(row((await recordsNothing(() => system.client.discharge(second))).json<SettlementView>()).is).toBe('completed 2');
});

test('a corrected bill is the next attempt, at the end of the order, and repeats like any other', async () => {
  const { stays } = await personWith(['40 000.00', '20 000.00']);
  const [first, second] = stays as [DischargeBody, DischargeBody];
  const settlementId = idOf(first);
  const corrects = { settlementId, attempt: 1 };
  const corrected = { ...first, bill: inScopeBill(yuan('30 000.00')), corrects };

  const early = await recordsNothing(() => system.client.post('/v1/discharges', corrected));
  expect(refusalOf(early)).toEqual({ status: 409, code: 'attempt-not-reversed', paths: ['corrects.attempt'] });
  await reverse(first, { cascade: true });
  await settled(second);
  const plain = await recordsNothing(() =>
    system.client.post('/v1/discharges', { ...first, bill: inScopeBill(yuan('30 000.00')) }),
  );
  expect([plain.status, plain.json<ProblemBody>().code]).toEqual([409, 'encounter-differs']);

  const quoted = await recordsNothing(() => system.client.post('/v1/pre-settlements', corrected));
  const answer = await system.client.post('/v1/discharges', corrected);
  expect(answer.status).toBe(201);
  // After the second (A 4 000): 30 000 → 24 000; A 10 000: 3 500 × 55 % = 1 925; 4 075 × 70 % = 2 852.50; 1 222.50.
  const view = answer.json<SettlementView>();
  expect(row(view)).toEqual({ is: 'completed 2', pays: ['24 000.00', '1 925.00', '2 852.50', '0.00', '0.00'], self: '1 222.50' });
  expect({ ...row(quoted.json<SettlementView>()), is: '' }).toEqual({ ...row(view), is: '' });

  const repeat = await recordsNothing(() => system.client.post('/v1/discharges', corrected));
  expect([repeat.status, repeat.text]).toEqual([200, answer.text]);
  const other = await recordsNothing(() => system.client.post('/v1/discharges', { ...corrected, bill: inScopeBill(1) }));
  expect(refusalOf(other)).toMatchObject({ status: 409, code: 'encounter-differs' });
  // The first bill, once more, answers the reversed settlement: a late retry never pays a cancelled bill again.
  const cancelled = await recordsNothing(() => system.client.discharge(first));
  expect([cancelled.status, row(cancelled.json<SettlementView>()).is]).toEqual([200, 'reversed 1']);
  const events = (await system.client.get(`/v1/settlements/${settlementId}/events`)).json<{ events: { type: string }[] }>()
    .events;
  expect(events.map(({ type }) => type).filter((type) => !type.endsWith('Settled'))).toEqual([
    'DischargeAccepted',
    'DischargeRecorded',
    'SettlementCompleted',
    'SettlementReversed',
    'DischargeAccepted',
    'DischargeRecorded',
    'SettlementCompleted',
  ]);
});

test('a corrected bill for another person, in another year', async () => {
  const { stays } = await personWith(['10 000.00']);
  const [wrong] = stays as [DischargeBody];
  await reverse(wrong, {});
  const { person } = await personWith([]);
  const right = {
    ...dischargeOf(person, {
      encounterNo: wrong.encounterNo,
      bill: wrong.bill,
      admittedOn: '2019-01-02',
      dischargedOn: '2019-01-05',
    }),
    corrects: { settlementId: idOf(wrong), attempt: 1 },
  };
  const answer = await system.client.post('/v1/discharges', right);
  expect([answer.status, row(answer.json<SettlementView>()).is]).toEqual([201, 'completed 2']);
  expect([(await standing(wrong)).dischargedOn, (await standing(wrong, 1)).status]).toEqual(['2019-01-05', 'reversed']);
  expect((await reverse(wrong, { attempt: 2 })).json<SettlementView>().status).toBe('reversed');
});

test('what a corrected bill cannot correct', async () => {
  const { person } = await personWith([]);
  const never = stay(person, '1.00');
  const unknown = await recordsNothing(() =>
    system.client.post('/v1/discharges', { ...never, corrects: { settlementId: idOf(never), attempt: 1 } }),
  );
  expect(refusalOf(unknown)).toEqual({ status: 422, code: 'nothing-to-correct', paths: ['corrects'] });
  await system.client.settle(never);
  await reverse(never, {});
  const otherCase = { settlementId: settlementIdOf('H2', 'ANOTHER'), attempt: 1 };
  const other = await recordsNothing(() => system.client.post('/v1/discharges', { ...never, corrects: otherCase }));
  expect(refusalOf(other)).toEqual({ status: 422, code: 'corrects-other-case', paths: ['corrects.settlementId'] });
  const wrong = await recordsNothing(() =>
    system.client.post('/v1/discharges', { ...never, corrects: { settlementId: idOf(never), attempt: 2 } }),
  );
  expect(refusalOf(wrong)).toEqual({ status: 409, code: 'attempt-not-live', paths: ['corrects.attempt'] });
});

test('two clerks at once: one reverses, the other is told by whom', async () => {
  const { stays } = await personWith(['10 000.00', '10 000.00']);
  const [first] = stays as [DischargeBody];
  const answers = await Promise.all(
    ['OP-A', 'OP-B', 'OP-C', 'OP-D'].map((operatorCode) => reverse(first, { operatorCode, cascade: true })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(new Set(answers.map((each) => JSON.stringify(each.json<SettlementView>().reversal))).size).toBe(1);
  const events = (await system.client.get(`/v1/settlements/${idOf(first)}/events`)).json<{ events: { type: string }[] }>().events;
  expect(events.filter(({ type }) => type === 'SettlementReversed')).toHaveLength(1);
});

test('a late entitlement settles the named case and all later ones again; without a change nothing is recorded', async () => {
  const { person, stays } = await personWith(['40 000.00', '20 000.00'], { categories: [] });
  const [first, second] = stays as [DischargeBody, DischargeBody];
  const resettle = (more: object = {}): Promise<Answer> =>
    system.client.post(`/v1/settlements/${idOf(first)}/resettlement`, {
      reason: '补录建档立卡',
      operatorCode: 'OP-1',
      attempt: 1,
      ...more,
    });
  // Ordinary: (40 000 − 400) × 80 % = 31 680; A 8 320 is below 13 000.
  expect(row(await standing(first))).toEqual({
    is: 'completed 1',
    pays: ['31 680.00', '0.00', '0.00', '0.00', '0.00'],
    self: '8 320.00',
  });
  const unchanged = await recordsNothing(() => resettle());
  expect([unchanged.status, row(unchanged.json<SettlementView>()).is]).toEqual([200, 'completed 1']);

  await system.client.register({ ...person, categories: [{ category: 'registered-poor', from: '2018-01-01' }] });
  const answer = await resettle();
  expect([answer.status, row(answer.json<SettlementView>())]).toEqual([
    200,
    { is: 'completed 2', pays: ['32 000.00', '825.00', '5 022.50', '0.00', '0.00'], self: '2 152.50' },
  ]);
  expect(answer.json<SettlementView>().differences?.selfPayFen).toBe(-yuan('6 167.50'));
  expect(row(await standing(second))).toEqual({
    is: 'completed 2',
    pays: ['16 000.00', '2 200.00', '1 260.00', '0.00', '0.00'],
    self: '540.00',
  });
  const stale = await recordsNothing(() => resettle());
  expect(refusalOf(stale)).toEqual({ status: 409, code: 'attempt-not-live', paths: ['attempt'] });
});

test('one case that cannot be settled again refuses the whole command', async () => {
  const { person, stays } = await personWith(['10 000.00', '10 000.00']);
  const [first, second] = stays as [DischargeBody, DischargeBody];
  await system.client.register({ ...person, cover: { from: '2019-01-01', premiumPaidBy: 'person' } });
  const answer = await recordsNothing(() =>
    system.client.post(`/v1/settlements/${idOf(first)}/resettlement`, { reason: '更正参保', operatorCode: 'OP-1', attempt: 1 }),
  );
  const { code, cases } = answer.json<ProblemBody & { cases: { settlementId: string }[] }>();
  expect([answer.status, code, cases.map(({ settlementId }) => settlementId)]).toEqual([
    422,
    'not-covered',
    [idOf(first), idOf(second)],
  ]);
});

test('bodies that do not fit, and settlements that are not there', async () => {
  const { stays } = await personWith(['10 000.00']);
  const [first] = stays as [DischargeBody];
  const bad = await recordsNothing(() =>
    system.client.post(`/v1/settlements/${idOf(first)}/reversal`, { attempt: '1', cascade: 1, extra: 0 }),
  );
  expect(refusalOf(bad)).toEqual({
    status: 400,
    code: 'invalid-body',
    paths: expect.arrayContaining(['reason', 'operatorCode', 'attempt', 'cascade', 'extra']) as string[],
  });
  const named = await recordsNothing(() => reverse(first, { reason: `身份证 ${madeUpPerson(1).idNumber} 录错` }));
  expect(refusalOf(named)).toEqual({ status: 400, code: 'invalid-body', paths: ['reason'] });
  for (const id of [settlementIdOf('H2', 'NEVER'), 'x']) {
    const body = { reason: 'x', operatorCode: 'x', attempt: 1 };
    expect((await system.client.post(`/v1/settlements/${id}/reversal`, body)).status).toBe(404);
    expect((await system.client.post(`/v1/settlements/${id}/resettlement`, body)).status).toBe(404);
  }
  const tooHigh = await recordsNothing(() => reverse(first, { attempt: 2 }));
  expect(refusalOf(tooHigh)).toEqual({ status: 409, code: 'attempt-not-live', paths: ['attempt'] });
});
