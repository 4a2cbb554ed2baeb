/**
 * Names leave only by the command line, with the master key, and after the fact that they do is in the log: through the running
 * system, or under the lock where none runs. Nothing of anybody's identity is in that fact, and no route gives any.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { collect, openEmbeddedReader, openEmbeddedStore, type RecordedEvent } from '@oss/event-store';
import { IDENTITY_ACCESS_STREAM } from '@oss/host';
import { type CommandResult, runCommand } from '../support/command';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { refusalOf } from '../support/http-client';
import { freshDirectory, inProcess, type System } from '../support/in-process';

jest.setTimeout(120_000);
const directory = freshDirectory();
const file = (name: string): string => join(directory.path, name);
const PEOPLE = [61, 62, 63].map((n) => madeUpPerson(n, { category: 'low-income' }));
const [FIRST, SECOND, ERASED] = PEOPLE as [(typeof PEOPLE)[0], (typeof PEOPLE)[0], (typeof PEOPLE)[0]];
const WHO = ['--operator', 'AUDIT-7', '--reason', '县审计局年度抽查'];
let system: System | null = null;
let personKeys: string[];

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  const { client } = system;
  await client.registerHospitals(HOSPITALS);
  personKeys = [];
  for (const person of PEOPLE) personKeys.push(await client.register(person));
  for (const [n, person] of PEOPLE.entries())
    await client.settle(dischargeOf(person, { encounterNo: `I-${n}`, bill: inScopeBill(1_000_000 + n) }));
  await client.settle(dischargeOf(FIRST, { encounterNo: 'I-9', bill: inScopeBill(500_000) }));
  await client.post('/v1/registry/persons/erasure', { idNumber: ERASED.idNumber, reason: '本人申请', operatorCode: 'OP-2' });
});
afterAll(async () => {
  await system?.stop();
  directory.remove();
});

const audit = (args: readonly string[], environment: Record<string, string> = {}): Promise<CommandResult> =>
  runCommand('apps/audit/main.js', ['export', '--data-dir', directory.path, '--with-identity', ...args], environment);

async function accesses(): Promise<RecordedEvent[]> {
  const reader = await openEmbeddedReader({ directory: directory.path });
  try {
    return await collect(reader.readStream(IDENTITY_ACCESS_STREAM));
  } finally {
    await reader.close();
  }
}

interface Row {
  readonly personKey: string;
  readonly identity: string;
  readonly name: string | null;
  readonly idNumber: string | null;
}
const rowsOf = (text: string): Row[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);

test('through the running system: recorded once, masked numbers, the erased stay erased', async () => {
  const result = await audit([...WHO, '--out', file('rows.ndjson'), '--from', '2018-01-01'], { OSS_URL: system!.url });
  expect([result.code, result.stderr]).toEqual([0, expect.stringContaining('AUDIT-7 查看 2 人的身份')]);
  const rows = rowsOf(readFileSync(file('rows.ndjson'), 'utf8'));
  const masked = (id: string): string => `${id.slice(0, 6)}***********${id.slice(17)}`;
  const byKey = Map.groupBy(rows, ({ personKey }) => personKey);
  const shown = (n: number): unknown[] =>
    byKey.get(personKeys[n]!)!.map(({ identity, name, idNumber }) => [identity, name, idNumber]);
  expect(shown(0)).toEqual(new Array(2).fill(['known', FIRST.name, masked(FIRST.idNumber)]));
  expect(shown(1)).toEqual([['known', SECOND.name, masked(SECOND.idNumber)]]);
  expect(shown(2)).toEqual([['erased', null, null]]);
  expect(statSync(file('rows.ndjson')).mode & 0o777).toBe(0o600);
  const facts = await accesses();
  expect(facts.map(({ type, data }) => [type, data])).toEqual([
    [
      'IdentityAccessed',
      { filters: { from: '2018-01-01' }, idNumbers: 'masked', operatorCode: 'AUDIT-7', persons: 2, reason: '县审计局年度抽查' },
    ],
  ]);
  for (const { name, idNumber } of PEOPLE) {
    expect(facts[0]!.text).not.toContain(name);
    expect(facts[0]!.text).not.toContain(idNumber);
  }
});

test('the route records and gives nothing back; what would name somebody is refused', async () => {
  const access = {
    accessId: '7f6b3f39-4c35-4d6a-9f5e-2c2a8a0d9b11',
    operatorCode: 'OP',
    reason: '核对',
    idNumbers: 'whole',
    persons: 1,
    filters: {},
  };
  const path = '/v1/registry/identity-accesses';
  const { client } = system!;
  const first = await client.post(path, access);
  expect([first.status, Object.keys(first.json<object>()).sort()]).toEqual([201, ['accessId', 'recordedAt']]);
  expect((await client.post(path, access)).text).toBe(first.text);
  const wrong = [
    { ...access, reason: `查${FIRST.idNumber}` },
    { ...access, operatorCode: ' ' },
    { ...access, filters: { hospital: '张三' } },
    { ...access, filters: { name: 'x' } },
    { ...access, persons: -1 },
    { ...access, accessId: 'x' },
  ];
  const answers = await Promise.all(
    wrong.map((each) =>
      client.post(path, { ...each, accessId: each.accessId === 'x' ? 'x' : '7f6b3f39-4c35-4d6a-9f5e-2c2a8a0d9b12' }),
    ),
  );
  expect(answers.map((answer) => refusalOf(answer).paths)).toEqual([
    ['reason'],
    ['operatorCode'],
    ['filters.hospital'],
    ['filters.name'],
    ['persons'],
    ['accessId'],
  ]);
  expect(await accesses()).toHaveLength(2);
});

test('nothing leaves where the access is not recorded', async () => {
  const before = (await accesses()).length;
  const other = freshDirectory();
  const elsewhere = await inProcess({ dataDir: other.path });
  try {
    for (const [args, environment, reason] of [
      [WHO, { OSS_URL: 'http://127.0.0.1:9' }, 'the access cannot be recorded, so nothing is exported'],
      [WHO, { OSS_URL: elsewhere.url }, 'it keeps another one'],
      [[], { OSS_URL: system!.url }, 'needs --operator CODE and --reason TEXT'],
      [['--operator', 'A', '--reason', `${FIRST.name}的申诉`], { OSS_URL: system!.url }, 'holds the name of a person'],
      [['--operator', FIRST.idNumber, '--reason', '抽查'], { OSS_URL: system!.url }, 'must not hold an id number'],
      [WHO, { OSS_URL: system!.url, OSS_MASTER_KEY: '0'.repeat(64) }, 'the master key is not the one'],
      [WHO, { OSS_URL: system!.url, OSS_MASTER_KEY: 'short' }, 'must be 32 bytes'],
    ] as const) {
      const result = await audit([...args, '--out', file('never.ndjson')], environment);
      expect([result.code, result.stdout, result.stderr]).toEqual([2, '', expect.stringContaining(reason)]);
      expect(existsSync(file('never.ndjson'))).toBe(false);
    }
  } finally {
    await elsewhere.stop();
    other.remove();
  }
  expect(await accesses()).toHaveLength(before);
});

test('where no system runs: under the lock; whole numbers, as CSV; not while somebody else holds the lock', async () => {
  await system!.stop();
  system = null;
  const before = (await accesses()).length;
  const holder = await openEmbeddedStore({ directory: directory.path });
  const refused = await audit(WHO, { OSS_URL: 'http://127.0.0.1:9' });
  await holder.close();
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('another process writes in the data directory');
  const { code, stdout } = await audit([...WHO, '--format', 'csv', '--id-number', 'whole', '--person', personKeys[1]!], {
    OSS_URL: 'http://127.0.0.1:9',
  });
  expect(code).toBe(0);
  const [head = '', row = '', ...rest] = stdout.split('\r\n');
  expect(head.endsWith('completedAt,identity,name,idNumber')).toBe(true);
  expect(row.endsWith(`known,${SECOND.name},${SECOND.idNumber}`)).toBe(true);
  expect(rest).toEqual(['']);
  const facts = await accesses();
  expect(facts).toHaveLength(before + 1);
  expect(facts.at(-1)!.data).toMatchObject({ filters: { person: personKeys[1] }, idNumbers: 'whole', persons: 1 });
});

test('where the directory cannot be written for another reason, that is what is said', async () => {
  const before = (await accesses()).length;
  rmSync(file('writer.lock'));
  mkdirSync(file('writer.lock'));
  const { code, stdout, stderr } = await audit(WHO, { OSS_URL: 'http://127.0.0.1:9' });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(
    `the access cannot be recorded, so nothing is exported: the event store in ${directory.path} cannot be opened for writing`,
  );
  expect(await accesses()).toHaveLength(before);
});
