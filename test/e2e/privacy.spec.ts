/**
 * No name and no id number in anything that is written: events, database files, logs, metrics, answers to others. Who a
 * person is stands encrypted in the identity store alone, and erasing it there leaves a history that still verifies.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SettlementView } from '@oss/settlement';
import {
  type DischargeBody,
  dischargeOf,
  EXAMPLE_BILL,
  HOSPITALS,
  madeUpIdNumber,
  madeUpPerson,
  type PersonBody,
} from '../support/county';
import { assertHistory } from '../support/history';
import { Client, refusalOf } from '../support/http-client';
import { freshDirectory } from '../support/in-process';
import { type RealProcess, startProcess } from '../support/real-process';
import { wholeLog } from '../support/whole-log';

jest.setTimeout(60_000);
const directory = freshDirectory();
const person = (n: number): PersonBody => ({
  ...madeUpPerson(n, { category: 'low-income' }),
  name: `欧阳绝密${['甲', '乙', '丙', '丁'][n - 61]!}`,
});
const [kept, erased, unknown, imported] = [person(61), person(62), person(63), person(64)] as const;
const all = [kept, erased, unknown, imported];
const stay = dischargeOf(erased, { encounterNo: 'P-1', bill: EXAMPLE_BILL });

let system: RealProcess;
let client: Client;
let settled: string;
let erasedKey: string;
let output = '';
const answers: string[] = [];

/** As it might stand in a file: plain, escaped as JSON may, as UTF-16, in base64 of its own, in hex. */
function disguises(secret: string): Buffer[] {
  const escaped = [...secret].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const bytes = Buffer.from(secret);
  return [
    bytes,
    Buffer.from(escaped),
    Buffer.from(secret, 'utf16le'),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
    Buffer.from(bytes.toString('hex')),
  ];
}

/** Which of the persons' secrets a text or file gives away. */
function givesAway(content: string | Buffer): string[] {
  const bytes = Buffer.from(content);
  return all.flatMap(({ idNumber, name }) =>
    [idNumber, name].filter((secret) => disguises(secret).some((disguise) => bytes.includes(disguise))),
  );
}

const keep = async (answer: Promise<{ status: number; text: string }>): Promise<number> => {
  const { status, text } = await answer;
  answers.push(text);
  return status;
};

beforeAll(async () => {
  system = await startProcess(directory.path, { LOG_LEVEL: 'trace' });
  client = new Client(system.url);
  await client.registerHospitals(HOSPITALS);
  await client.register(kept);
  erasedKey = await client.register(erased);
  settled = (await client.discharge(stay)).text;
});
afterAll(async () => {
  await client.close();
  await system.end('SIGKILL');
  directory.remove();
});

test('a busy day: settled, repeated, refused for every reason, imported, read', async () => {
  const with_ = (more: object): object => ({ ...stay, encounterNo: 'P-2', ...more });
  const csv = `身份证号,姓名,参保地\n${imported.idNumber},${imported.name},360222\n${kept.idNumber},${kept.name},36\n不是号码${unknown.idNumber},${unknown.name},360222\n`;
  const { settlementId } = JSON.parse(settled) as SettlementView;
  const statuses = [
    await keep(client.discharge(stay)),
    await keep(client.discharge(dischargeOf(kept, { encounterNo: 'P-3' }))),
    await keep(client.post('/v1/discharges', with_({ patient: { idNumber: unknown.idNumber, name: unknown.name } }))),
    await keep(client.post('/v1/discharges', with_({ patient: { idNumber: erased.idNumber, name: unknown.name } }))),
    await keep(client.post('/v1/discharges', with_({ patient: { idNumber: `${erased.idNumber}0`, name: erased.name } }))),
    await keep(client.post('/v1/discharges', with_({ [erased.idNumber]: 1 }))),
    await keep(client.post('/v1/discharges', { ...stay, patient: { idNumber: kept.idNumber, name: kept.name } })),
    await keep(client.send('POST', '/v1/discharges', JSON.stringify(stay).slice(0, -9), { 'content-type': 'application/json' })),
    await keep(client.put('/v1/registry/persons', { ...erased, region: 'x' })),
    await keep(client.get(`/v1/settlements?hospitalCode=${erased.idNumber}`)),
    await keep(client.get(`/no/such/${encodeURIComponent(erased.name)}?idNumber=${erased.idNumber}`)),
    await keep(client.send('POST', '/v1/registry/persons/import', csv, { 'content-type': 'text/csv' })),
    await keep(client.get(`/v1/settlements/${settlementId}/events`)),
    await keep(client.get('/metrics')),
  ];
  expect(statuses).toEqual([200, 201, 422, 422, 422, 400, 409, 400, 400, 400, 404, 200, 200, 200]);
});

test('no answer that others may log gives a person away', () => {
  expect(answers.filter((text) => givesAway(text).length > 0).map((text) => text.slice(0, 60))).toEqual([]);
});

test('no free text that is recorded may hold the id number of the patient: refused, naming the field', async () => {
  const { idNumber } = erased;
  const line = { code: 'A1', class: 'A' as const, amountFen: 100 };
  const hidden: [Partial<DischargeBody>, string][] = [
    [{ encounterNo: `ZY${idNumber}` }, 'encounterNo'],
    [{ encounterNo: 'P-9', bill: { totalFen: 100, invoiceNo: idNumber, lines: [line] } }, 'bill.invoiceNo'],
    [{ encounterNo: 'P-9', bill: { totalFen: 100, lines: [{ ...line, code: idNumber }] } }, 'bill.lines[0].code'],
    [
      { encounterNo: 'P-9', bill: { totalFen: 100, lines: [{ ...line, name: `床位费 ${idNumber.toLowerCase()}` }] } },
      'bill.lines[0].name',
    ],
  ];
  for (const [more, path] of hidden) {
    expect(refusalOf(await client.discharge({ ...stay, ...more }))).toEqual({ status: 400, code: 'invalid-body', paths: [path] });
  }
  const reason = { personKey: erasedKey, reason: `本人申请 ${idNumber}` };
  expect(refusalOf(await client.post('/v1/registry/persons/erasure', reason)).paths).toEqual(['reason']);
});

/** Everything below the data directory: databases, keys, what the audit app keeps. */
function filesOnDisk(): string[] {
  const entries = readdirSync(directory.path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(directory.path, join(parentPath, name)));
}

test('before erasure too, nothing on the disk is readable: events, write-ahead logs, identities', () => {
  const files = filesOnDisk();
  expect(files).toEqual(expect.arrayContaining(['events.sqlite', 'events.sqlite-wal', 'identity.sqlite', 'identity.sqlite-wal']));
  expect(files.filter((name) => givesAway(readFileSync(join(directory.path, name))).length > 0)).toEqual([]);
});

describe('erasure', () => {
  test('the person is forgotten: the rows are gone, their bytes too, and the answer says only the pseudonym', async () => {
    const rowOf = (): { wrapped: Uint8Array; sealed: Uint8Array; lookup: Uint8Array } | undefined => {
      const database = new DatabaseSync(join(directory.path, 'identity.sqlite'), { readOnly: true });
      const row = database.prepare('SELECT lookup, wrapped, sealed FROM identity WHERE person_key = ?').get(erasedKey);
      database.close();
      return row as ReturnType<typeof rowOf>;
    };
    const before = rowOf();
    const answer = await client.post('/v1/registry/persons/erasure', {
      personKey: erasedKey,
      reason: '本人申请',
      operatorCode: 'OP-1',
    });
    expect([answer.status, answer.json()]).toEqual([200, { personKey: erasedKey, erased: true }]);
    expect(rowOf()).toBeUndefined();
    for (const name of ['identity.sqlite', 'identity.sqlite-wal']) {
      const bytes = readFileSync(join(directory.path, name));
      for (const secret of Object.values(before!)) expect(bytes.includes(Buffer.from(secret))).toBe(false);
    }
  });

  test('asking again answers the same and records nothing', async () => {
    const length = (await wholeLog(directory.path)).length;
    expect((await client.post('/v1/registry/persons/erasure', { personKey: erasedKey, reason: '本人申请' })).status).toBe(200);
    expect((await wholeLog(directory.path)).length).toBe(length);
  });

  test('the history still verifies and gives every share again; the settlement is read as before', async () => {
    const { completed } = await assertHistory(directory.path);
    const { settlementId } = JSON.parse(settled) as SettlementView;
    expect(completed.get(`${settlementId}/1`)?.selfPayFen).toBe(520_000);
    expect((await client.get(`/v1/settlements/${settlementId}`)).text).toBe(settled);
  });

  test('a late retry of the settled discharge still answers 200; a new discharge is refused; other content still differs', async () => {
    const again = await client.discharge(stay);
    expect([again.status, again.text]).toEqual([200, settled]);
    expect(refusalOf(await client.discharge({ ...stay, encounterNo: 'P-7' })).code).toBe('unknown-person');
    expect(refusalOf(await client.discharge({ ...stay, bill: { ...EXAMPLE_BILL, invoiceNo: 'I' } })).code).toBe(
      'encounter-differs',
    );
  });

  test('registered anew the person is somebody else, whose year begins empty', async () => {
    const newKey = await client.register(erased);
    expect(newKey).not.toBe(erasedKey);
    const view = await client.settle({ ...stay, encounterNo: 'P-8' });
    // As the first case of a year: critical illness pays (9 600.00 − 6 500.00) × 55 % again.
    expect(view.shares.map(({ paidFen }) => paidFen)).toEqual([3_840_000, 170_500, 552_650, 116_850, 0]);
  });
});

describe('what the process wrote', () => {
  beforeAll(async () => {
    const { code } = await system.end('SIGTERM');
    expect(code).toBe(0);
    output = system.output();
  });

  test('its log at trace level, where every request is told, names nobody', () => {
    expect(output).toContain('"route":"/v1/discharges"');
    expect(givesAway(output)).toEqual([]);
  });

  test('no event names anybody', async () => {
    const events = await wholeLog(directory.path);
    expect(events.length).toBeGreaterThan(30);
    expect(events.filter(({ text, stream }) => givesAway(`${stream}${text}`).length > 0).map(({ type }) => type)).toEqual([]);
  });

  test('no file holds a name or an id number, and none of them any part that looks like one', () => {
    for (const name of filesOnDisk()) {
      const bytes = readFileSync(join(directory.path, name));
      expect([name, givesAway(bytes)]).toEqual([name, []]);
      // The first 14 digits tell division and birth day: as much as a name.
      expect(bytes.includes(madeUpIdNumber(62).slice(0, 14))).toBe(false);
    }
  });
});
