/** The registry through HTTP on a real store: the whole record each time, nothing for a repetition, every refusal named, erasure. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { collect, type EventStore, openEmbeddedStore, type RecordedEvent, verifyStream } from '@oss/event-store';
import { createApp, createLogger, EVENT_STORE, loadSettings, type ProblemBody, TurnsModule, uuidv5 } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { encode } from 'iconv-lite';
import { IdentityStore } from '../identity/identity-store';
import { PersonRegistry } from './person-registry';
import { RegistryModule } from './registry.module';
import type { RosterReport } from './roster-import';

const ID = '11010519491231002X';
const OTHER_ID = '440524188001010014';
const NAME = '张三丰';

let directory: string;
let store: EventStore;
let app: NestFastifyApplication;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'oss-registry-'));
  store = await openEmbeddedStore({ directory });
  @Global()
  @Module({ providers: [{ provide: EVENT_STORE, useValue: store }], exports: [EVENT_STORE] })
  class TestStoreModule {}
  const settings = loadSettings({ DATA_DIR: directory });
  const texts = { title: 't', description: 'd', version: '1' };
  app = await createApp({
    settings,
    modules: [TestStoreModule, TurnsModule.of(BENEFIT_YEAR_TURNS), RegistryModule],
    texts,
    logger: createLogger('silent'),
  });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterEach(async () => {
  await app.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const person = (more: object = {}) => ({
  idNumber: ID,
  name: NAME,
  region: '360222',
  cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' },
  categories: [{ category: 'low-income', from: '2017-01-01' }],
  ...more,
});
const put = (url: string, payload: object, headers = {}) =>
  app.inject({ method: 'PUT', url: `/v1/registry/${url}`, payload, headers });
const post = (url: string, payload: object) => app.inject({ method: 'POST', url: `/v1/registry/${url}`, payload });
const events = (): Promise<RecordedEvent[]> => collect(store.readAll());
const importCsv = (payload: Buffer | string, type = 'text/csv; charset=utf-8') =>
  app.inject({
    method: 'POST',
    url: '/v1/registry/persons/import',
    payload,
    headers: { 'content-type': type, 'x-operator-code': 'OP' },
  });

describe('hospitals', () => {
  const hospital = { name: '某县人民医院', region: '360222', level: 2, designated: true };

  it('are registered, changed and read; the same again records nothing', async () => {
    for (const record of [hospital, hospital, { ...hospital, level: 3 }]) {
      expect((await put('hospitals/H360222', record, { 'x-operator-code': 'OP-1' })).statusCode).toBe(200);
    }
    expect((await events()).map(({ stream, revision, type, data }) => ({ stream, revision, type, data }))).toEqual([
      { stream: 'hospital-H360222', revision: 0, type: 'HospitalRegistered', data: { ...hospital, operatorCode: 'OP-1' } },
      {
        stream: 'hospital-H360222',
        revision: 1,
        type: 'HospitalRegistered',
        data: { ...hospital, level: 3, operatorCode: 'OP-1' },
      },
    ]);
    expect((await app.inject('/v1/registry/hospitals/H360222')).json()).toEqual({ code: 'H360222', ...hospital, level: 3 });
    expect((await app.inject('/v1/registry/hospitals/none')).json()).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('are refused with every offending field, and nothing is recorded', async () => {
    const answer = await put('hospitals/H1', { name: '', region: '36', level: '2', extra: 1 });
    expect(answer.statusCode).toBe(400);
    expect(
      answer
        .json<ProblemBody>()
        .errors.map(({ path }) => path)
        .sort(),
    ).toEqual(['designated', 'extra', 'level', 'name', 'region']);
    expect((await put('hospitals/a%20b', hospital)).statusCode).toBe(400);
    expect(await events()).toEqual([]);
  });
});

describe('persons', () => {
  it('keep one key; each change is one event with the whole record and neither name nor id number', async () => {
    const answers = [
      await put('persons', person()),
      await put('persons', person()),
      await put('persons', person({ diedOn: '2018-05-01', operatorCode: 'OP' })),
    ];
    const keys = new Set(answers.map((answer) => answer.json<{ personKey: string }>().personKey));
    expect([answers.map(({ statusCode }) => statusCode), keys.size]).toEqual([[200, 200, 200], 1]);
    const recorded = await events();
    const content = {
      approvedDiseases: [],
      categories: person().categories,
      cover: person().cover,
      memberNos: {},
      region: '360222',
    };
    expect(recorded.map(({ data }) => data)).toEqual([
      { ...content, operatorCode: '-' },
      { ...content, diedOn: '2018-05-01', operatorCode: 'OP' },
    ]);
    expect(recorded.map(({ text }) => text).join()).not.toMatch(new RegExp(`${ID}|${NAME}`));
  });

  it('keep a member number per payer, up to 64 characters', async () => {
    const memberNos = { 'medical-assistance': '救助-7', 'basic-insurance': 'A'.repeat(64) };
    expect((await put('persons', person({ memberNos }))).statusCode).toBe(200);
    expect((await events()).map(({ data }) => (data as { memberNos: object }).memberNos)).toEqual([memberNos]);
  });

  it('are one event when a hundred put the same at once, and each of two contents wins once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => put('persons', person())));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(await events()).toHaveLength(1);
  });

  it.each([
    ['a wrong check digit', { idNumber: '110105194912310021' }, 422, 'id-number-check-digit', ['idNumber']],
    ['a day that does not exist', { cover: { from: '2018-02-30', premiumPaidBy: 'person' } }, 422, 'no-such-day', ['cover.from']],
    [
      'a period that ends first',
      { cover: { from: '2018-02-03', to: '2018-02-02', premiumPaidBy: 'person' } },
      422,
      'period-ends-before-start',
      ['cover.to'],
    ],
    [
      'overlapping periods of a category',
      { categories: ['2018-01-01', '2018-06-01'].map((from) => ({ category: 'orphan', from, to: '2018-12-31' })) },
      422,
      'categories-overlap',
      ['categories[1].from'],
    ],
    [
      'a malformed disease',
      { approvedDiseases: [{ icd10: '糖尿病', from: '2018-01-01' }] },
      422,
      'malformed-icd10',
      ['approvedDiseases[0].icd10'],
    ],
    [
      'an unknown category',
      { categories: [{ category: 'rich', from: '2018-01-01' }] },
      400,
      'invalid-body',
      ['categories[0].category'],
    ],
    [
      'an id number as member number',
      { memberNos: { 'basic-insurance': ID } },
      400,
      'invalid-body',
      ['memberNos.basic-insurance'],
    ],
    [
      'a member number that is too long',
      { memberNos: { 'critical-illness': '1'.repeat(65) } },
      400,
      'invalid-body',
      ['memberNos.critical-illness'],
    ],
    ['an empty member number', { memberNos: { 'fifth-line': '' } }, 400, 'invalid-body', ['memberNos.fifth-line']],
    ['an unknown payer', { memberNos: { bank: '1' } }, 400, 'invalid-body', ['memberNos.bank']],
    ['a missing name', { name: undefined }, 400, 'invalid-body', ['name']],
  ])('are refused for %s', async (_what, wrong, status, code, paths) => {
    const answer = await put('persons', person(wrong));
    const problem = answer.json<ProblemBody>();
    expect([answer.statusCode, problem.code, problem.errors.map(({ path }) => path)]).toEqual([status, code, paths]);
    expect(await events()).toEqual([]);
    expect(await app.get(IdentityStore).find(ID)).toBeNull();
  });
});

describe('erasure', () => {
  it('forgets the person while the history still verifies', async () => {
    const { personKey } = (await put('persons', person())).json<{ personKey: string }>();
    await store.append(`benefit-year-${personKey}-2018`, 'no_stream', [
      { id: uuidv5('x'), type: 'SomethingOfTheYear', data: { personKey } },
    ]);
    const answer = await post('persons/erasure', { idNumber: ID, reason: '本人申请', operatorCode: 'OP' });
    expect(answer.json()).toEqual({ personKey, erased: true });
    expect(await app.get(PersonRegistry).find(ID)).toBeNull();
    expect(await app.get(IdentityStore).reveal(personKey)).toBeNull();
    for (const stream of [`person-${personKey}`, `benefit-year-${personKey}-2018`]) {
      expect(await verifyStream(store.readStream(stream))).toMatchObject({ broken: null });
    }
    expect((await store.readLast(`person-${personKey}`))?.data).toEqual({ operatorCode: 'OP', reason: '本人申请' });
    for (const name of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      const bytes = readFileSync(join(name.parentPath, name.name));
      for (const secret of [ID, NAME]) expect(bytes.includes(secret)).toBe(false);
    }
  });

  it('answers the same again, and a later registration is another person', async () => {
    const { personKey } = (await put('persons', person())).json<{ personKey: string }>();
    for (let time = 0; time < 2; time++)
      expect((await post('persons/erasure', { personKey, reason: 'r' })).json()).toEqual({ personKey, erased: true });
    expect(await events()).toHaveLength(2);
    expect((await put('persons', person())).json<{ personKey: string }>().personKey).not.toBe(personKey);
  });

  it('is finished by the next registration if a crash left the identity behind', async () => {
    const { personKey } = (await put('persons', person())).json<{ personKey: string }>();
    await store.append(`person-${personKey}`, 0, [
      { id: uuidv5('e'), type: 'PersonErased', data: { operatorCode: '-', reason: 'r' } },
    ]);
    expect(await app.get(PersonRegistry).find(ID)).toBeNull();
    expect((await put('persons', person())).json<{ personKey: string }>().personKey).not.toBe(personKey);
    expect(await app.get(IdentityStore).exists(personKey)).toBe(false);
  });

  it.each([
    [{ idNumber: OTHER_ID, reason: 'r' }, 404],
    [{ personKey: '0'.repeat(32), reason: 'r' }, 404],
    [{ reason: 'r' }, 400],
    [{ idNumber: ID, personKey: '0'.repeat(32), reason: 'r' }, 400],
    [{ idNumber: ID, reason: `of ${ID}` }, 400],
  ])('refuses %j', async (body, status) => {
    expect((await post('persons/erasure', body)).statusCode).toBe(status);
    expect(await events()).toEqual([]);
  });
});

describe('roster import', () => {
  const csv = [
    '序号,身份证号,姓名,参保地,参保起始日期,保费缴纳方式,救助对象类别,门诊慢性病',
    `1,${ID},${NAME},360222,2018/1/1,财政补贴,低保@2017-01-01、残疾,N18.0@20180301`,
    `2,110105194912310021,李四,360222,2018-01-01,个人,,`,
    `3,'${OTHER_ID}\t,王五,360222,2018年2月1日,,建档立卡,`,
    `4,${ID},${NAME},360222,2018-01-01,个人,,`,
    '',
  ].join('\r\n');

  it.each([
    ['UTF-8', Buffer.from(csv)],
    ['UTF-8 with BOM', Buffer.from(`\ufeff${csv}`)],
    ['GB18030', encode(csv, 'gb18030')],
  ])('reads %s; bad rows are reported and block nobody', async (_encoding, bytes) => {
    const report = (await importCsv(bytes)).json<RosterReport>();
    expect(report).toMatchObject({ rows: 4, created: 2, changed: 0, unchanged: 0, failed: 2, ignoredColumns: ['序号'] });
    expect(report.failures.map(({ row, code, fields }) => [row, code, fields.map(({ path }) => path)])).toEqual([
      [3, 'id-number-check-digit', ['idNumber']],
      [5, 'duplicate-in-file', ['idNumber']],
    ]);
    const found = await app.get(PersonRegistry).find(ID);
    expect([found?.name, found?.person]).toEqual([
      NAME,
      {
        approvedDiseases: [{ from: '2018-03-01', icd10: 'N18.0' }],
        birthDate: '1949-12-31',
        categories: [
          { category: 'disabled', from: '2018-01-01' },
          { category: 'low-income', from: '2017-01-01' },
        ],
        cover: { from: '2018-01-01', premiumPaidBy: 'subsidy' },
        memberNos: {},
        operatorCode: 'OP',
        personKey: expect.any(String) as string,
        region: '360222',
      },
    ]);
    expect((await importCsv(bytes)).json()).toMatchObject({ created: 0, changed: 0, unchanged: 2, failed: 2 });
  });

  it('refuses a file without the columns it needs, and other types', async () => {
    expect((await importCsv('姓名,参保地\n张三,360222\n')).json()).toMatchObject({
      status: 400,
      code: 'invalid-body',
      detail: expect.stringContaining('身份证号') as string,
    });
    expect((await importCsv('')).statusCode).toBe(400);
    expect((await importCsv('[]', 'application/json')).statusCode).toBe(415);
    expect(
      (await app.inject({ method: 'PUT', url: '/v1/registry/persons', payload: 'a,b', headers: { 'content-type': 'text/csv' } }))
        .statusCode,
    ).toBe(415);
  });

  it('counts rows as a spreadsheet does, empty lines too, and says where it had to break off', async () => {
    const wrong = `${ID.slice(0, -1)}1`;
    const rows = [
      '名册,',
      '',
      '身份证号,姓名,参保地',
      '',
      `${wrong},a,360222`,
      ',,',
      `${OTHER_ID},王五,360222`,
      `${wrong},b,360222`,
    ];
    rows.push(`"${'x'.repeat(70_000)}"`, `${ID},张三,360222`);
    const report = (await importCsv(rows.join('\n'))).json<RosterReport>();
    expect(report).toMatchObject({ rows: 4, created: 1, failed: 3 });
    expect(report.failures.at(-1)?.message).toContain('nothing after it was read');
    expect(report.failures.map(({ row, code }) => [row, code])).toEqual([
      [5, 'id-number-check-digit'],
      [8, 'duplicate-in-file'],
      [9, 'invalid-body'],
    ]);
  });

  it('keeps a quoted row of several lines one row', async () => {
    const report = (await importCsv(`身份证号,姓名,参保地\n${ID},"张\n三",360222\n1,李四,360222\n`)).json<RosterReport>();
    expect(report.failures.map(({ row }) => row)).toEqual([3]);
  });
});
