/**
 * A batch through HTTP: a result per line, in order, as it goes; a bad line fails alone; a person's lines are recorded in
 * their order; nothing is settled twice, whatever is cut, repeated or stopped in the middle.
 */
import { once } from 'node:events';
import type { ProblemBody } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import { openBatch } from '../support/batch-stream';
import { dischargeOf, type DischargeBody, HOSPITALS, inScopeBill, madeUpPerson, mixedBill } from '../support/county';
import { assertHistory } from '../support/history';
import type { Answer } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { seeded } from '../support/seeded';
import { until } from '../contract/samples';

interface Line {
  readonly line: number;
  readonly status: number;
  readonly settlement?: SettlementView;
  readonly problem?: ProblemBody;
}

const NDJSON = { 'content-type': 'application/x-ndjson' };
const SEED = 20180406;
jest.setTimeout(120_000);
const random = seeded(SEED);
const directory = freshDirectory();
const persons = Array.from({ length: 100 }, (_, n) => madeUpPerson(800 + n, n % 2 === 0 ? { category: 'low-income' } : {}));
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  await system.client.registerHospitals(HOSPITALS);
  for (const person of persons) await system.client.register(person);
});
afterAll(async () => {
  await system.stop();
  const { accepted, completed } = await assertHistory(directory.path);
  expect(completed.size).toBe(accepted.size);
  directory.remove();
});

const batch = (body: string | Buffer): Promise<Answer> => system.client.send('POST', '/v1/discharges/batch', body, NDJSON);
const text = (lines: readonly (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
const linesOf = (answer: Answer): Line[] =>
  answer.text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
const outcome = ({ line, status, settlement, problem }: Line): string =>
  `${line} ${status} ${settlement?.encounterNo ?? problem?.code ?? ''}`;
const stay = (n: number, encounterNo: string): DischargeBody => {
  const bill =
    random.whole(0, 1) === 0
      ? inScopeBill(random.whole(0, 9_000_000))
      : mixedBill(random.whole(0, 3_000_000), random.whole(0, 999_999), random.whole(0, 99_999));
  const hospital = random.pick(['H1', 'H2', 'H3'] as const);
  return dischargeOf(persons[n % persons.length]!, { encounterNo, hospital, bill });
};

/** What spoils a line, and the code that its result must have. */
const SPOILT: readonly (readonly [string, (body: DischargeBody) => object | string])[] = [
  ['400 malformed-json', () => '{ "hospitalCode": '],
  ['400 invalid-body', () => '[1, 2]'],
  ['400 invalid-body', (body) => ({ ...body, unheard: 1 })],
  ['400 invalid-body', (body) => ({ ...body, bill: { ...body.bill, summary: {}, lines: body.bill.lines } })],
  ['422 lines-do-not-add-up', (body) => ({ ...body, bill: { ...body.bill, totalFen: body.bill.totalFen + 1 } })],
  ['422 unknown-hospital', (body) => ({ ...body, hospitalCode: 'NOWHERE' })],
  ['422 name-differs', (body) => ({ ...body, patient: { ...body.patient, name: '别人' } })],
  ['422 id-number-check-digit', (body) => ({ ...body, patient: { ...body.patient, idNumber: '110105194912310020' } })],
  ['413 body-too-large', (body) => ({ ...body, filler: 'x'.repeat(512 * 1024) })],
  ['400 invalid-body', (body) => ({ ...body, bill: { totalFen: '1', lines: [] } })],
];

test(`2 000 lines, 50 of them bad: a result per line, in order, the bad ones alone refused; again, nothing is new (seed ${SEED})`, async () => {
  const bodies = Array.from({ length: 2_000 }, (_, n) => stay(random.whole(0, 99), `B-${n + 1}`));
  const wanted = bodies.map(({ encounterNo }, index) => `${index + 1} 201 ${encounterNo}`);
  const lines: (object | string)[] = [...bodies];
  for (let n = 0; n < 50; n += 1) {
    const at = n * 40 + random.whole(0, 39);
    const [code, spoil] = SPOILT[n % SPOILT.length]!;
    lines[at] = spoil(bodies[at]!);
    wanted[at] = `${at + 1} ${code}`;
  }
  const before = (await system.store.headPosition())!;
  const answer = await batch(text(lines));
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  expect(linesOf(answer).map(outcome)).toEqual(wanted);
  const head = (await system.store.headPosition())!;
  // DischargeAccepted, DischargeRecorded, five shares, SettlementCompleted for each good line; nothing for a bad one.
  expect(head - before).toBe(1_950n * 8n);

  const again = await batch(text(lines));
  expect(linesOf(again).map(outcome)).toEqual(wanted.map((each) => each.replace(' 201 ', ' 200 ')));
  expect(await system.store.headPosition()).toBe(head);
  const settlements = (of: Answer): unknown[] => linesOf(of).map(({ settlement }) => settlement);
  expect(settlements(again)).toEqual(settlements(answer));
});

test('a result is what a single post answers: the same settlement, the same problem', async () => {
  const good = stay(1, 'B-SAME');
  const bad = { ...good, encounterNo: 'B-BAD', bill: { ...good.bill, totalFen: 1 } };
  const [settled, refused] = linesOf(await batch(text([good, bad])));
  const posted = [await system.client.discharge(good), await system.client.post('/v1/discharges', bad)];
  expect([settled?.status, settled?.settlement]).toEqual([201, posted[0]?.json()]);
  const { instance: _, ...problem } = refused!.problem!;
  const { instance, ...expected } = posted[1]!.json<ProblemBody>();
  expect([refused?.status, problem]).toEqual([posted[1]?.status, expected]);
  expect(instance).toMatch(/^urn:oss:request:/);
});

test('one person’s 50 lines are recorded in their order: the same year as posting them one by one', async () => {
  const [batched, single] = [
    madeUpPerson(950, { category: 'registered-poor' }),
    madeUpPerson(951, { category: 'registered-poor' }),
  ];
  for (const person of [batched, single]) await system.client.register(person);
  const stays = Array.from({ length: 50 }, (_, n) => ({
    hospital: random.pick(['H1', 'H2', 'H3'] as const),
    dischargedOn: `2018-0${random.whole(1, 9)}-${random.whole(10, 28)}`,
    bill: inScopeBill(random.whole(1, 3_000_000)),
    encounterNo: `-${n}`,
  }));
  const bodies = (person: typeof single, key: string): DischargeBody[] =>
    stays.map((each) => dischargeOf(person, { ...each, encounterNo: `${key}${each.encounterNo}` }));
  // Lines of others in between, so that the window is full of both.
  const mixed = bodies(batched, 'B-LANE').flatMap((body, n) => [body, stay(n, `B-OTHER-${n}`), stay(n + 50, `B-THIRD-${n}`)]);
  const lane = linesOf(await batch(text(mixed))).filter((_, index) => index % 3 === 0);
  const oneByOne: SettlementView[] = [];
  for (const body of bodies(single, 'S-LANE')) oneByOne.push(await system.client.settle(body));
  const money = ({ totalFen, inScopeFen, shares, hospitalFen, selfPayFen }: SettlementView): unknown => ({
    totalFen,
    inScopeFen,
    shares,
    hospitalFen,
    selfPayFen,
  });
  expect(lane.map(({ status }) => status)).toEqual(stays.map(() => 201));
  expect(lane.map(({ settlement }) => money(settlement!))).toEqual(oneByOne.map(money));
});

test('a result comes while the batch is still being sent; blank lines are counted and skipped', async () => {
  const stream = openBatch(system.url);
  await stream.send(text([stay(1, 'B-STEP-1')]));
  expect(outcome(JSON.parse((await stream.next())!) as Line)).toBe('1 201 B-STEP-1');
  await stream.send('\n \t\r\n');
  // Half a line, and the other half: with CRLF, and without an end at the very last.
  const second = JSON.stringify(stay(2, 'B-STEP-2'));
  await stream.send(second.slice(0, 40));
  await stream.send(`${second.slice(40)}\r\n`);
  expect(outcome(JSON.parse((await stream.next())!) as Line)).toBe('4 201 B-STEP-2');
  await stream.send(JSON.stringify(stay(3, 'B-STEP-3')));
  stream.end();
  expect(outcome(JSON.parse((await stream.next())!) as Line)).toBe('5 201 B-STEP-3');
  expect(await stream.next()).toBeNull();
});

test('Prefer: wait=0: each line is answered 202 and settles by itself', async () => {
  const stream = openBatch(system.url, { prefer: 'wait=0' });
  await stream.send(text([stay(4, 'B-202')]));
  stream.end();
  const { status, settlement } = JSON.parse((await stream.next())!) as Line;
  expect([status, settlement?.encounterNo]).toEqual([202, 'B-202']);
  const location = `/v1/settlements/${settlement!.settlementId}`;
  await until(async () => (await system.client.get(location)).json<SettlementView>().status === 'completed');
});

test('a line of 200 MB is skipped as it comes: one refusal, and its neighbours settle', async () => {
  const stream = openBatch(system.url);
  await stream.send(text([stay(5, 'B-BEFORE')]));
  const mebibyte = Buffer.alloc(1_048_576, 'x');
  for (let n = 0; n < 200; n += 1) await stream.send(mebibyte);
  await stream.send('\n');
  await stream.send(text([stay(6, 'B-AFTER')]));
  stream.end();
  const results: string[] = [];
  for (let line = await stream.next(); line !== null; line = await stream.next()) results.push(outcome(JSON.parse(line) as Line));
  expect(results).toEqual(['1 201 B-BEFORE', '2 413 body-too-large', '3 201 B-AFTER']);
});

test('a sender that goes away in the middle: the reading stops, what was accepted stays, the rest follows when it is sent again', async () => {
  const bodies = Array.from({ length: 3_000 }, (_, n) => stay(n, `B-CUT-${n}`));
  const stream = openBatch(system.url);
  const sending = (async () => {
    for (const body of bodies) await stream.send(text([body]));
  })();
  for (let n = 0; n < 20; n += 1) await stream.next();
  stream.cut();
  await sending;
  // Until nothing moves any more.
  let head: bigint | null = null;
  await until(async () => {
    const now = await system.store.headPosition();
    const still = now === head;
    head = now;
    if (!still) await new Promise((resolve) => setTimeout(resolve, 200));
    return still;
  });
  const statuses = linesOf(await batch(text(bodies))).map(({ status }) => status);
  const counted = { 200: statuses.filter((each) => each === 200).length, 201: statuses.filter((each) => each === 201).length };
  expect(counted[200] + counted[201]).toBe(3_000);
  expect(counted[200]).toBeGreaterThanOrEqual(20);
  expect(counted[201]).toBeGreaterThan(0);
});

test('a stop in the middle: what was read is settled, the answer breaks off, and the system stops cleanly', async () => {
  const apart = freshDirectory();
  const other = await inProcess({ dataDir: apart.path });
  await other.client.registerHospitals(HOSPITALS);
  await other.client.register(persons[0]!);
  const stream = openBatch(other.url);
  await stream.send(text([stay(0, 'B-STOP')]));
  expect(outcome(JSON.parse((await stream.next())!) as Line)).toBe('1 201 B-STOP');
  const arrived = once(other.app.getHttpServer(), 'request');
  const silent = openBatch(other.url);
  await silent.send('\n');
  await arrived;
  const endings = [stream, silent].map((each) => expect(each.next()).rejects.toThrow());
  await other.stop();
  await Promise.all(endings);
  const { completed } = await assertHistory(apart.path);
  expect(completed.size).toBe(1);
  apart.remove();
});

test('nothing in, nothing out; another media type is refused here, and this one elsewhere', async () => {
  const empty = await batch('');
  expect([empty.status, empty.text]).toEqual([200, '']);
  for (const type of ['application/ndjson', 'application/jsonl; charset=utf-8', 'application/x-jsonlines']) {
    const named = await system.client.send('POST', '/v1/discharges/batch', '', { 'content-type': type });
    expect([named.status, named.text]).toEqual([200, '']);
  }
  const json = await system.client.post('/v1/discharges/batch', stay(7, 'B-JSON'));
  const elsewhere = await system.client.send('POST', '/v1/discharges', text([stay(7, 'B-ELSE')]), NDJSON);
  for (const answer of [json, elsewhere]) {
    expect([answer.status, answer.json<ProblemBody>().code]).toEqual([415, 'unsupported-media-type']);
  }
});

test('the OpenAPI page names the route, Chinese first', async () => {
  const { paths } = (await system.client.get('/docs/openapi.json')).json<{
    paths: Record<string, { post?: { summary: string; requestBody: { content: object } } }>;
  }>();
  const { summary, requestBody } = paths['/v1/discharges/batch']!.post!;
  expect(summary).toMatch(/^批量结算 /);
  expect(Object.keys(requestBody.content)).toEqual(['application/x-ndjson']);
});
