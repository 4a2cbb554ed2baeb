/**
 * Every bad discharge that the domain rules name, through HTTP: status, stable code, every offending field, problem details
 * with the Chinese title first, and nothing recorded: neither in the log nor in the identity store.
 */
import { join } from 'node:path';
import { PROBLEM_KINDS, type ProblemBody, type ProblemCode } from '@oss/host';
import type { SettlementView } from '@oss/settlement';
import { dischargeOf, HOSPITALS, inScopeBill } from '../support/county';
import { assertHistory } from '../support/history';
import { type Answer, type Headers, type Method, refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, SetClock, type System } from '../support/in-process';
import { identityFingerprint } from '../support/whole-log';
import { CONTENT_ROWS } from './bad-input/content.table';
import { GOOD, POOR, PROVINCE_HOSPITALS, REGISTERED, RICH } from './bad-input/people';
import { SHAPE_ROWS } from './bad-input/shape.table';

/** 01:30 on 1 March 2020 in China; in UTC it is 17:30 on 29 February. */
const NOW = '2020-02-29T17:30:00Z';
const LIMIT_BYTES = 512 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };

jest.setTimeout(60_000);
const directory = freshDirectory();
const clock = new SetClock(NOW);
let system: System;
let before: readonly unknown[];

const standing = async (): Promise<readonly unknown[]> => [
  await system.store.headPosition(),
  identityFingerprint(directory.path),
];

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path, clock, policyDir: join(__dirname, 'packs') });
  await system.client.registerHospitals({ ...HOSPITALS, ...PROVINCE_HOSPITALS });
  for (const person of REGISTERED) await system.client.register(person);
});
beforeEach(async () => {
  before = await standing();
});
afterAll(async () => {
  await system.stop();
  await assertHistory(directory.path);
  directory.remove();
});

/** Problem details as RFC 9457 and the contract have them, and nothing recorded. */
async function expectRefused(answer: Answer, code: ProblemCode, paths: readonly string[]): Promise<void> {
  const { status, titleZh, titleEn, cure } = PROBLEM_KINDS[code];
  const refusal = refusalOf(answer);
  // One field may be wrong in two ways.
  expect({ ...refusal, paths: [...new Set(refusal.paths)] }).toEqual({ status, code, paths: [...paths] });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  const body = answer.json<ProblemBody>();
  expect(body).toMatchObject({ type: `urn:oss:problem:${code}`, title: `${titleZh} ${titleEn}`, status, cure });
  expect(body.title).toMatch(/^\p{Script=Han}/u);
  expect(body.detail).not.toBe('');
  expect(body.errors.every(({ message }) => message !== '')).toBe(true);
  // Neither the name nor the id number comes back: answers are logged by others.
  expect([POOR.name, POOR.idNumber].some((secret) => answer.text.includes(secret))).toBe(false);
  expect(await standing()).toEqual(before);
}

describe('400: every offending field is named', () => {
  test.each(SHAPE_ROWS.map((row) => [row.name, row] as const))('%s', async (_, { body, paths }) => {
    await expectRefused(await system.client.post('/v1/discharges', body), 'invalid-body', paths);
  });

  test('of more than 1 000 offending fields the first 1 000 are listed and the number is said', async () => {
    const lines = Array.from({ length: 1_500 }, () => ({ code: 'x', class: 'A', amountFen: -1 }));
    const answer = await system.client.post('/v1/discharges', { ...GOOD, bill: { totalFen: 1, lines } });
    const { errors, detail } = answer.json<ProblemBody>();
    expect([answer.status, errors.length, errors[999]?.path]).toEqual([400, 1_000, 'bill.lines[999].amountFen']);
    expect(detail).toContain('1500');
    expect(await standing()).toEqual(before);
  });

  test('more lines than any bill has', async () => {
    const lines = Array.from({ length: 20_001 }, () => ({ code: 'x', class: 'A', amountFen: 0 }));
    const answer = await system.client.post('/v1/discharges', { ...GOOD, bill: { totalFen: 0, lines } });
    // 20 001 of the shortest lines are above 512 KiB: the size refuses them first.
    await expectRefused(answer, 'body-too-large', []);
  });
});

describe('422: what cannot be settled', () => {
  test.each(CONTENT_ROWS.map((row) => [row.name, row] as const))('%s', async (_, { body, code, paths, says = [] }) => {
    const answer = await system.client.post('/v1/discharges', body);
    await expectRefused(answer, code, paths);
    for (const value of says) expect(answer.json<ProblemBody>().detail).toContain(value);
  });

  test('every code of the domain rules has its row', () => {
    // The year's total, corrections, rosters, packs, payments and lists have tests of their own.
    const corrections = ['nothing-to-correct', 'corrects-other-case'];
    const registry = ['categories-overlap', 'period-ends-before-start', 'duplicate-in-file'];
    const files = ['number-cell-lost-digits', 'unreadable-spreadsheet', 'pack-invalid', 'pack-not-adopted'];
    const county = ['day-in-future', 'list-counts-contradict'];
    const elsewhere = ['year-total-too-large', ...corrections, ...registry, ...files, ...county];
    const codes = Object.entries(PROBLEM_KINDS).flatMap(([code, { status }]) =>
      status === 422 && !elsewhere.includes(code) ? [code] : [],
    );
    expect([...new Set(CONTENT_ROWS.map(({ code }) => code))].sort()).toEqual(codes.sort());
  });
});

describe('bodies that are no JSON object of ours', () => {
  const good = JSON.stringify(GOOD);
  const raw: [string, string | Buffer | undefined, Headers, ProblemCode][] = [
    ['no body', undefined, JSON_TYPE, 'malformed-json'],
    ['an empty body', '', JSON_TYPE, 'malformed-json'],
    ['half of a body', good.slice(0, 200), JSON_TYPE, 'malformed-json'],
    ['a comma too many', `${good.slice(0, -1)},}`, JSON_TYPE, 'malformed-json'],
    ['NaN', good.replace('5200000', 'NaN'), JSON_TYPE, 'malformed-json'],
    ['two bodies', good + good, JSON_TYPE, 'malformed-json'],
    ['XML', '<discharge/>', { 'content-type': 'application/xml' }, 'unsupported-media-type'],
    ['a form', 'hospitalCode=H2', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported-media-type'],
    ['plain text', good, { 'content-type': 'text/plain' }, 'unsupported-media-type'],
    ['CSV, which only the roster is', good, { 'content-type': 'text/csv' }, 'unsupported-media-type'],
    ['no media type', good, {}, 'unsupported-media-type'],
  ];
  test.each(raw)('%s', async (_, body, headers, code) => {
    await expectRefused(await system.client.send('POST', '/v1/discharges', body, headers), code, []);
  });

  test.each(['__proto__', 'constructor'])('a %s key that would reach a prototype', async (key) => {
    const sent = good.replace('"care":', `"${key}":{"prototype":{"polluted":1},"polluted":1},"care":`);
    const answer = await system.client.send('POST', '/v1/discharges', sent, JSON_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(await standing()).toEqual(before);
  });

  test('a hundred thousand nested arrays, and as many nested objects', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(80_000)}${open === '[' ? '' : '1'}${close.repeat(80_000)}`;
      const sent = good.replace('"care":', `"extra":${deep.slice(0, 480_000)},"care":`);
      const answer = await system.client.send('POST', '/v1/discharges', sent, JSON_TYPE);
      expect([400, 413]).toContain(answer.status);
    }
    expect(await standing()).toEqual(before);
    expect((await system.client.get('/health/live')).status).toBe(200);
  });
});

describe('413: one discharge above 512 KiB', () => {
  const padded = (bytes: number, encounterNo: string): string => {
    const text = JSON.stringify(dischargeOf(RICH, { encounterNo }));
    return text + ' '.repeat(bytes - Buffer.byteLength(text));
  };

  test('one byte too many is refused, with and without a stated length; the largest one allowed settles', async () => {
    await expectRefused(
      await system.client.send('POST', '/v1/discharges', padded(LIMIT_BYTES + 1, 'L-1'), JSON_TYPE),
      'body-too-large',
      [],
    );
    // Without Content-Length, in chunks, as a client that streams sends it.
    const body = new Blob([padded(LIMIT_BYTES + 1, 'L-1')]).stream();
    const chunked = await fetch(`${system.url}/v1/discharges`, { method: 'POST', body, headers: JSON_TYPE, duplex: 'half' });
    expect([chunked.status, ((await chunked.json()) as ProblemBody).code]).toEqual([413, 'body-too-large']);
    expect(await standing()).toEqual(before);
    const largest = await system.client.send('POST', '/v1/discharges', padded(LIMIT_BYTES, 'L-1'), JSON_TYPE);
    expect(largest.status).toBe(201);
    before = await standing();
  });
});

describe('404: no such route', () => {
  const routes: [Method, string][] = [
    ['GET', '/'],
    ['GET', '/v1/discharges'],
    ['PUT', '/v1/discharges'],
    ['DELETE', '/v1/discharges'],
    ['POST', '/v1/discharge'],
    ['POST', '/v2/discharges'],
    ['GET', '/v1/settlements/not-a-uuid'],
    ['GET', '/v1/settlements/5a0d4b0e-7c0b-5f0a-9a6e-360222018404'],
    ['GET', '/v1/settlements/5a0d4b0e-7c0b-5f0a-9a6e-360222018404/events'],
    ['GET', '/v1/settlements/../../etc/passwd'],
    ['GET', '/v1/registry/hospitals/NONE'],
  ];
  test.each(routes)('%s %s', async (method, path) => {
    await expectRefused(
      await system.client.send(
        method,
        path,
        method === 'GET' || method === 'DELETE' ? undefined : JSON.stringify(GOOD),
        method === 'GET' || method === 'DELETE' ? {} : JSON_TYPE,
      ),
      'not-found',
      [],
    );
  });

  test.each([
    ['', ['hospitalCode', 'from', 'to']],
    ['hospitalCode=H2', ['from', 'to']],
    ['encounterNo=1', ['hospitalCode']],
    ['hospitalCode=H2&encounterNo=1&other=1', ['other']],
    ['hospitalCode=H2&hospitalCode=H3&encounterNo=1', ['hospitalCode']],
  ])('a query that does not fit: ?%s', async (query, paths) => {
    await expectRefused(await system.client.get(`/v1/settlements?${query}`), 'invalid-body', paths);
  });
});

describe('the edges that are not bad', () => {
  test('a discharge of today in China, which is not yet today in UTC, settles', async () => {
    await system.client.settle(dischargeOf(RICH, { encounterNo: 'E-TODAY', dischargedOn: '2020-03-01' }));
  });

  test('one minute before midnight in China tomorrow is refused, at midnight it settles', async () => {
    const body = dischargeOf(RICH, { encounterNo: 'E-MIDNIGHT', dischargedOn: '2020-03-02' });
    clock.set('2020-03-01T15:59:59.999Z');
    expect(refusalOf(await system.client.discharge(body)).code).toBe('discharge-in-future');
    clock.set('2020-03-01T16:00:00Z');
    expect((await system.client.discharge(body)).status).toBe(201);
  });

  test('29 February of a leap year, a total of zero, firstSelfPayBp 0 and 10 000, and nulls for what is optional', async () => {
    const settle = (encounterNo: string, lines: object[], totalFen: number) =>
      system.client.post('/v1/discharges', {
        ...dischargeOf(RICH, { encounterNo, dischargedOn: '2020-02-29' }),
        bill: { totalFen, lines, invoiceNo: null, summary: null },
      });
    const nothing = await settle('E-ZERO', [], 0);
    expect([nothing.status, nothing.json<SettlementView>().selfPayBp]).toEqual([201, 0]);
    const edges = await settle(
      'E-BP',
      [0, 10_000, null].map((firstSelfPayBp, n) => ({
        code: `${n}`,
        name: null,
        class: 'B',
        amountFen: 1_000,
        firstSelfPayBp,
        overLimitFen: null,
      })),
      3_000,
    );
    expect([edges.status, edges.json<SettlementView>().scope?.classBSelfPayFen]).toEqual([201, 0 + 1_000 + 100]);
  });

  test('the names of 100 characters, an encounter number with inner blanks and Chinese characters', async () => {
    const body = dischargeOf(RICH, { encounterNo: '住院 2018-03/第1号' });
    expect((await system.client.discharge(body)).status).toBe(201);
    const query = `hospitalCode=H2&encounterNo=${encodeURIComponent(body.encounterNo)}`;
    expect(
      (await system.client.get(`/v1/settlements?${query}`))
        .json<{ items: SettlementView[] }>()
        .items.map(({ encounterNo }) => encounterNo),
    ).toEqual([body.encounterNo]);
  });
});

describe('a year above 2^53 − 1 fen', () => {
  test('the bill that would take it there is refused; what was before it stands', async () => {
    const huge = (encounterNo: string, totalFen: number) =>
      dischargeOf(POOR, { encounterNo, dischargedOn: '2019-03-19', bill: inScopeBill(totalFen) });
    await system.client.settle(huge('Y-1', Number.MAX_SAFE_INTEGER - 1_000_000_000));
    before = await standing();
    await expectRefused(await system.client.discharge(huge('Y-2', 1_000_000_001)), 'year-total-too-large', ['bill.totalFen']);
    await system.client.settle(huge('Y-3', 1_000_000_000));
    before = await standing();
    await expectRefused(await system.client.discharge(huge('Y-4', 1)), 'year-total-too-large', ['bill.totalFen']);
    await system.client.settle(huge('Y-5', 0));
  });

  test('of two such bills at the same moment one is settled, the other refused', async () => {
    const huge = (encounterNo: string) =>
      dischargeOf(POOR, { encounterNo, dischargedOn: '2020-02-19', bill: inScopeBill(Number.MAX_SAFE_INTEGER - 1) });
    const answers = await Promise.all(['Z-1', 'Z-2'].map((encounterNo) => system.client.discharge({ ...huge(encounterNo) })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });
});

describe('never refused: audit findings, not errors', () => {
  test('overlapping stays, a readmission on the same day, a discharge older than one already recorded', async () => {
    const stay = (encounterNo: string, admittedOn: string, dischargedOn: string) =>
      dischargeOf(RICH, { encounterNo, admittedOn, dischargedOn, bill: { ...inScopeBill(100_000), invoiceNo: 'SAME' } });
    for (const body of [
      stay('N-1', '2018-05-01', '2018-05-20'),
      stay('N-2', '2018-05-10', '2018-05-25'),
      stay('N-3', '2018-05-25', '2018-05-30'),
      stay('N-4', '2018-01-01', '2018-01-05'),
      { ...stay('N-1', '2018-05-01', '2018-05-20'), hospitalCode: 'H3' },
    ]) {
      expect((await system.client.settle(body)).status).toBe('completed');
    }
  });
});
