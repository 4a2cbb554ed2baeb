/**
 * Discharges submitted twice are the users' worst pain: bills settled twice, repaired by deleting rows, books off by
 * thousands of yuan. The same discharge is one settlement, for ever; the same key with other content is refused.
 */
import type { ProblemBody } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, inScopeBill, madeUpPerson, mixedBill } from '../support/county';
import { assertHistory } from '../support/history';
import { type Answer, refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { NotStarted, startProcess } from '../support/real-process';
import { identityFingerprint } from '../support/whole-log';

jest.setTimeout(60_000);
const directory = freshDirectory();
const poor = madeUpPerson(1, { category: 'registered-poor' });
const other = madeUpPerson(2);
const many = Array.from({ length: 20 }, (_, n) => madeUpPerson(400 + n, n % 2 === 0 ? { category: 'low-income' } : {}));
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, connections: 64 });
  await system.client.registerHospitals(HOSPITALS);
  for (const person of [poor, other, ...many]) await system.client.register(person);
});
afterAll(async () => {
  await system.stop();
  const { accepted, completed } = await assertHistory(directory.path);
  expect(completed.size).toBe(accepted.size);
  directory.remove();
});

const example = (encounterNo: string) => dischargeOf(poor, { encounterNo, bill: EXAMPLE_BILL });
const statuses = (answers: readonly Answer[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, of]) => [status, of.length]));

test('1 000 times the same discharge in parallel: one settlement, one 201, every other answer 200 with the same bytes', async () => {
  const before = await system.store.headPosition();
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => system.client.discharge(example('D-1000'))));
  expect(statuses(answers)).toEqual({ 200: 999, 201: 1 });
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers[0]?.json<SettlementView>()).toMatchObject({ status: 'completed', selfPayFen: 520_000 });
  // DischargeAccepted, DischargeRecorded, five shares, SettlementCompleted: once.
  expect((await system.store.headPosition())! - before!).toBe(8n);
});

test('200 different discharges, each five times, all at once: each settled once', async () => {
  const bodies = Array.from({ length: 200 }, (_, n) =>
    dischargeOf(many[n % many.length]!, { encounterNo: `D-M${n}`, bill: inScopeBill(n) }),
  );
  const answers = await Promise.all([1, 2, 3, 4, 5].flatMap(() => bodies.map((body) => system.client.discharge(body))));
  expect(statuses(answers)).toEqual({ 200: 800, 201: 200 });
  const texts = Map.groupBy(answers, (answer) => answer.json<SettlementView>().settlementId);
  expect(texts.size).toBe(200);
  for (const [, same] of texts) expect(new Set(same.map(({ text }) => text)).size).toBe(1);
});

describe('the same key with other content', () => {
  const differing: [string, (body: ReturnType<typeof example>) => object, string[]][] = [
    [
      'total and a line',
      (body) => ({ ...body, bill: mixedBill(3_000_000, 2_000_000, 300_000) }),
      ['bill.lines[2].amountFen', 'bill.totalFen'],
    ],
    [
      'one line more',
      (body) => ({ ...body, bill: { ...body.bill, lines: [...body.bill.lines!, { code: 'X', class: 'A', amountFen: 0 }] } }),
      ['bill.lines'],
    ],
    [
      'a summary instead of lines',
      (body) => ({
        ...body,
        bill: { totalFen: 5_200_000, summary: { outOfCatalogueFen: 200_000, overLimitFen: 0, firstSelfPayFen: 200_000 } },
      }),
      ['bill.lines', 'bill.summary'],
    ],
    ['an invoice number', (body) => ({ ...body, bill: { ...body.bill, invoiceNo: 'I-1' } }), ['bill.invoiceNo']],
    ['another patient', (body) => ({ ...body, patient: { idNumber: other.idNumber, name: other.name } }), ['patient.idNumber']],
    ['another day', (body) => ({ ...body, care: { ...body.care, admittedOn: '2018-03-01' } }), ['care.admittedOn']],
    ['another diagnosis', (body) => ({ ...body, care: { ...body.care, diagnoses: ['C16.8'] } }), ['care.diagnoses[0]']],
    [
      'the first self-pay of a line',
      (body) => ({
        ...body,
        bill: {
          ...body.bill,
          lines: body.bill.lines!.map((line) => (line.class === 'B' ? { ...line, firstSelfPayBp: 500 } : line)),
        },
      }),
      ['bill.lines[1].firstSelfPayBp'],
    ],
  ];

  beforeAll(() => system.client.discharge(example('D-409')));

  test.each(differing)('%s: 409 naming the differing fields, and nothing is recorded', async (_, change, paths) => {
    const before = [await system.store.headPosition(), identityFingerprint(directory.path)];
    const answer = await system.client.post('/v1/discharges', change(example('D-409')));
    expect({ ...refusalOf(answer), paths: refusalOf(answer).paths.sort() }).toEqual({
      status: 409,
      code: 'encounter-differs',
      paths,
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json<ProblemBody>()['settlementId']).toBe(
      (await system.client.discharge(example('D-409'))).json<SettlementView>().settlementId,
    );
    expect([await system.store.headPosition(), identityFingerprint(directory.path)]).toEqual(before);
  });

  test('every differing field is named at once', async () => {
    const body = { ...example('D-409'), bill: mixedBill(1, 2, 3), patient: { idNumber: other.idNumber, name: other.name } };
    const { paths } = refusalOf(await system.client.post('/v1/discharges', body));
    expect(paths.sort()).toEqual([
      'bill.lines[0].amountFen',
      'bill.lines[1].amountFen',
      'bill.lines[2].amountFen',
      'bill.totalFen',
      'patient.idNumber',
    ]);
  });
});

describe('the same content in other words', () => {
  const bill = (names: string, defaults: object) => ({
    totalFen: 300_000,
    lines: [
      { code: 'A1', name: names, class: 'A', amountFen: 100_000, ...(defaults === EXPLICIT ? { overLimitFen: 0 } : {}) },
      { code: 'B1', name: names, class: 'B', amountFen: 200_000, ...defaults },
    ],
  });
  // The Fuliang pack's default first self-pay of class B is 10 %.
  const EXPLICIT = { firstSelfPayBp: 1_000, overLimitFen: 0 };
  const body = (named: string, defaults: object, patient: object = poor) => ({
    ...example('D-SAME'),
    bill: bill(named, defaults),
    patient: { ...patient },
  });
  const patient = { idNumber: poor.idNumber, name: poor.name };

  test('names of items, defaults left out or given, null or absent, blanks in the name: 200 with the same bytes', async () => {
    const first = await system.client.post('/v1/discharges', body('药', {}, patient));
    const head = await system.store.headPosition();
    const again = [
      body('另一种写法', {}, patient),
      body('药', EXPLICIT, patient),
      {
        ...body('药', { firstSelfPayBp: null, overLimitFen: null }, patient),
        bill: { ...bill('药', EXPLICIT), invoiceNo: null, summary: null },
      },
      body('药', {}, { ...patient, name: ` ${poor.name} ` }),
    ];
    expect(first.status).toBe(201);
    for (const words of again) {
      const { status, text } = await system.client.post('/v1/discharges', words);
      expect([status, text]).toEqual([200, first.text]);
    }
    expect(await system.store.headPosition()).toBe(head);
  });

  test('what the registry says since changes nothing: accepted once stays accepted', async () => {
    const leaving = madeUpPerson(3, { category: 'low-income' });
    await system.client.register(leaving);
    const stay = dischargeOf(leaving, { encounterNo: 'D-LEFT' });
    const first = await system.client.discharge(stay);
    await system.client.register({ ...leaving, cover: null, categories: [] });
    const { status, text } = await system.client.discharge(stay);
    expect([first.status, status, text]).toEqual([201, 200, first.text]);
  });
});

describe('one writing process', () => {
  test('a second start on the same DATA_DIR is refused, says why and what to do, and disturbs nothing', async () => {
    const refused = await startProcess(directory.path).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(NotStarted);
    const { ended, output } = refused as NotStarted;
    expect(ended).toEqual({ code: 2, signal: null });
    expect(output).toContain(`the event store in ${directory.path} is already open for writing by another process`);
    expect(output).toContain('choose another directory');
    expect((await system.client.discharge(example('D-AFTER'))).status).toBe(201);
  });

  test('after a restart the same discharge still answers 200 with the same bytes', async () => {
    const first = await system.client.discharge(example('D-RESTART'));
    await system.stop();
    system = await inProcess({ dataDir: directory.path, connections: 64 });
    const head = await system.store.headPosition();
    const again = await Promise.all(Array.from({ length: 20 }, () => system.client.discharge(example('D-RESTART'))));
    expect(first.status).toBe(201);
    expect(statuses(again)).toEqual({ 200: 20 });
    expect(new Set(again.map(({ text }) => text))).toEqual(new Set([first.text]));
    expect(await system.store.headPosition()).toBe(head);
  });
});
