/** What agencies and other offices report beside the settlements: payments to hospitals, lists of people. */
import { collect } from '@oss/event-store';
import { clearingStream, listStream } from '@oss/settlement';
import { HOSPITALS, madeUpIdNumber, madeUpPerson } from '../support/county';
import { refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';

jest.setTimeout(60_000);
const directory = freshDirectory();
const persons = [1, 2, 3].map((n) => madeUpPerson(n, { category: 'low-income' }));
const keys: string[] = [];
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, clock: new SetClock('2018-07-01T00:00:00Z') });
  await system.client.registerHospitals(HOSPITALS);
  for (const person of persons) keys.push(await system.client.register(person));
});
afterAll(async () => {
  await system.stop();
  directory.remove();
});

const facts = async (stream: string): Promise<unknown[]> =>
  (await collect(system.store.readStream(stream))).map(({ type, data }) => ({ type, data }));

describe('payments', () => {
  const payment = {
    payer: 'basic-insurance',
    hospitalCode: 'H2',
    month: '2018-03',
    paidFen: 4_160_000,
    paidOn: '2018-04-20',
    operatorCode: 'OP-1',
  };
  const post = (more: object = {}): ReturnType<System['client']['post']> =>
    system.client.post('/v1/clearing/payments', { ...payment, ...more });

  test('one is recorded once, whoever reports it again; another number or amount is another payment', async () => {
    const answers = [await post(), await post(), await post({ operatorCode: 'OP-2' }), await post({ paymentNo: '2018-0077' })];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 201]);
    expect(answers[2]!.json()).toEqual(payment);
    expect(await facts(clearingStream('H2', '2018-03'))).toEqual([
      { type: 'PaymentRecorded', data: payment },
      { type: 'PaymentRecorded', data: { ...payment, paymentNo: '2018-0077' } },
    ]);
  });

  test('many at one moment are all recorded', async () => {
    const each = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((paidFen) => post({ month: '2018-05', paidFen })));
    expect(each.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(await facts(clearingStream('H2', '2018-05'))).toHaveLength(8);
  });

  test.each([
    ['a payer that clears nothing', { payer: 'hospital' }, 400, 'invalid-body', 'payer'],
    ['no amount', { paidFen: 0 }, 400, 'invalid-body', 'paidFen'],
    ['a text for an amount', { paidFen: '1' }, 400, 'invalid-body', 'paidFen'],
    ['a month that is none', { month: '2018-13' }, 400, 'invalid-body', 'month'],
    ['an id number', { operatorCode: madeUpIdNumber(1) }, 400, 'invalid-body', 'operatorCode'],
    ['a day that is none', { paidOn: '2018-02-30' }, 422, 'no-such-day', 'paidOn'],
    ['a day to come', { paidOn: '2018-07-02' }, 422, 'day-in-future', 'paidOn'],
    ['a hospital that nobody knows', { hospitalCode: 'NOBODY' }, 422, 'unknown-hospital', 'hospitalCode'],
  ])('%s is refused', async (_, more, status, code, path) => {
    expect(refusalOf(await post(more))).toEqual({ status, code, paths: [path] });
  });
});

describe('lists', () => {
  const list = { region: '360222', date: '2018-06-30', headCount: 4, operatorCode: 'OP-3' };
  const members = [persons[2]!.idNumber, madeUpIdNumber(900), persons[0]!.idNumber];
  const post = (more: object = {}, kind = 'register'): ReturnType<System['client']['post']> =>
    system.client.post(`/v1/registry/lists/${kind}`, { ...list, ...more });

  test('members become pseudonyms, unknown ones a number; the same again records nothing, a corrected one stands in its place', async () => {
    const first = await post({ members });
    expect([first.status, (await post({ members, operatorCode: 'OP-4' })).status]).toEqual([201, 200]);
    expect(first.json()).toEqual({
      kind: 'register',
      region: '360222',
      date: '2018-06-30',
      part: 1,
      parts: 1,
      headCount: 4,
      known: 2,
      unknown: 1,
      unknownAt: [1],
    });
    expect((await post({ members: [persons[1]!.idNumber] })).status).toBe(201);
    const common = {
      date: '2018-06-30',
      headCount: 4,
      kind: 'register',
      operatorCode: 'OP-3',
      part: 1,
      parts: 1,
      region: '360222',
    };
    expect(await facts(listStream('register', '360222'))).toEqual([
      { type: 'ListRecorded', data: { ...common, members: [keys[0], keys[2]].sort(), unknownMembers: 1 } },
      { type: 'ListRecorded', data: { ...common, members: [keys[1]], unknownMembers: 0 } },
    ]);
  });

  test('a head count alone, and a list in parts', async () => {
    const statuses = [
      await post({}, 'insurance'),
      await post({ members: [persons[0]!.idNumber], part: 1, parts: 2 }, 'assistance'),
      await post({ members: [persons[1]!.idNumber], part: 2, parts: 2 }, 'assistance'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 201]);
    expect(await facts(listStream('assistance', '360222'))).toHaveLength(2);
  });

  test.each([
    ['another kind', {}, 'poor', 404, 'not-found', []],
    ['a part beyond the last', { part: 3, parts: 2 }, 'register', 422, 'list-counts-contradict', ['part']],
    ['more members than heads', { headCount: 1, members }, 'register', 422, 'list-counts-contradict', ['members']],
    ['somebody twice', { members: [members[0], members[0]] }, 'register', 422, 'duplicate-in-file', ['members[1]']],
    ['a wrong digit', { members: ['110105194912310021'] }, 'register', 422, 'id-number-check-digit', ['members[0]']],
    ['a day to come', { date: '2018-07-02' }, 'register', 422, 'day-in-future', ['date']],
  ])('%s is refused', async (_, more, kind, status, code, paths) => {
    expect(refusalOf(await post(more, kind))).toEqual({ status, code, paths });
  });

  test('no id number stands in the log', async () => {
    const log = (await collect(system.store.readAll())).map(({ text }) => text).join('\n');
    expect([...persons.map(({ idNumber }) => idNumber), madeUpIdNumber(900)].filter((number) => log.includes(number))).toEqual(
      [],
    );
  });
});
