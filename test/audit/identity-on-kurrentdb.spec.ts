/**
 * Names of a KurrentDB (its test double) leave as those of a directory do: by the command line alone, with the master key, after
 * the fact that they do is in the log. It is appended there directly, whether gateways run or not, by several at once if need be.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppendOutcomeUnknown, collect, openKurrentStore, type RecordedEvent } from '@oss/event-store';
import {
  DistributedIdentityReader,
  IDENTITY_ACCESS_STREAM,
  type IdentityAccessed,
  type KnownPerson,
  Problem,
  recordIdentityAccess,
} from '@oss/host';
import { type IdentityExport, identityRows } from '../../apps/audit/export/identity-export';
import { countyInLog } from '../../apps/audit/facts/county-in-log';
import { openLog } from '../../apps/audit/log/audited-log';
import { type CommandResult, runCommand } from '../support/command';
import { dischargeOf, HOSPITALS, inScopeBill, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, TEST_KEY } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';

jest.setTimeout(240_000);
const directory = freshDirectory();
const file = (name: string): string => join(directory.path, name);
const PEOPLE = [71, 72, 73].map((n) => madeUpPerson(n, { category: 'low-income' }));
const [FIRST, SECOND, ERASED] = PEOPLE as [(typeof PEOPLE)[0], (typeof PEOPLE)[0], (typeof PEOPLE)[0]];
const MASTER = Buffer.from(TEST_KEY, 'hex');
const WHO = ['--operator', 'AUDIT-7', '--reason', '县审计局年度抽查'];
let double: KurrentDbDouble;
let personKeys: string[];

beforeAll(async () => {
  double = await KurrentDbDouble.start();
  const system = await inProcess({ dataDir: file('gateway'), kurrentdbUrl: double.url() });
  const { client } = system;
  await client.registerHospitals(HOSPITALS);
  personKeys = [];
  for (const person of PEOPLE) personKeys.push(await client.register(person));
  for (const [n, person] of PEOPLE.entries())
    await client.settle(dischargeOf(person, { encounterNo: `D-${n}`, bill: inScopeBill(1_000_000 + n) }));
  await client.settle(dischargeOf(FIRST, { encounterNo: 'D-9', bill: inScopeBill(500_000) }));
  await client.post('/v1/registry/persons/erasure', { idNumber: ERASED.idNumber, reason: '本人申请', operatorCode: 'OP-2' });
  const shown = await audit([...WHO, '--out', file('beside.ndjson')]);
  expect([shown.code, await persons()]).toEqual([0, [2]]);
  await system.stop();
});
afterAll(() => {
  double.stop();
  directory.remove();
});

/** The data directory that is named by default holds nothing, and needs to hold nothing. */
const audit = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CommandResult> =>
  runCommand('apps/audit/main.js', ['export', '--data-dir', file('nothing'), '--with-identity', ...args], {
    EVENT_STORE: 'kurrentdb',
    KURRENTDB_URL: double.url(),
    OSS_MASTER_KEY: TEST_KEY,
    ...environment,
  });

async function accesses(): Promise<RecordedEvent[]> {
  const store = openKurrentStore({ url: double.url() });
  try {
    return await collect(store.readStream(IDENTITY_ACCESS_STREAM));
  } finally {
    await store.close();
  }
}
const persons = async (): Promise<number[]> => (await accesses()).map(({ data }) => (data as { persons: number }).persons);

interface Shown {
  readonly personKey: string;
  readonly identity: string;
  readonly name: string | null;
  readonly idNumber: string | null;
}
/** Of each person in turn: how each row shows who it is. */
function shownIn(text: string): unknown[][] {
  const rows = text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Shown);
  return personKeys.map((key) =>
    rows.filter(({ personKey }) => personKey === key).map(({ identity, name, idNumber }) => [identity, name, idNumber]),
  );
}
const masked = (id: string): string => `${id.slice(0, 6)}***********${id.slice(17)}`;

test('masked numbers, the erased stay erased; recorded once, in the log itself, and nobody is named there', async () => {
  const before = (await accesses()).length;
  writeFileSync(file('rows.ndjson'), 'was here before, for all to read');
  const result = await audit([...WHO, '--out', file('rows.ndjson'), '--from', '2018-01-01']);
  expect([result.code, result.stderr]).toEqual([0, expect.stringContaining('AUDIT-7 查看 2 人的身份')]);
  expect(shownIn(readFileSync(file('rows.ndjson'), 'utf8'))).toEqual([
    new Array(2).fill(['known', FIRST.name, masked(FIRST.idNumber)]),
    [['known', SECOND.name, masked(SECOND.idNumber)]],
    [['erased', null, null]],
  ]);
  expect(statSync(file('rows.ndjson')).mode & 0o777).toBe(0o600);
  const facts = (await accesses()).slice(before);
  expect(facts.map(({ type, data }) => [type, data])).toEqual([
    [
      'IdentityAccessed',
      { filters: { from: '2018-01-01' }, idNumbers: 'masked', operatorCode: 'AUDIT-7', persons: 2, reason: '县审计局年度抽查' },
    ],
  ]);
  const stored = double.log.all.map(({ data, metadata }) => `${text(data)}${text(metadata)}`).join('\n');
  for (const { name, idNumber } of PEOPLE) {
    expect(stored).not.toContain(name);
    expect(stored).not.toContain(idNumber);
  }
});
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

test('whole numbers of one person, as CSV, by an address on the command line', async () => {
  const options = ['--kurrentdb', double.url(), '--format', 'csv', '--id-number', 'whole', '--person', personKeys[1]!];
  const { code, stdout } = await audit([...WHO, ...options], { EVENT_STORE: '', KURRENTDB_URL: '' });
  expect(code).toBe(0);
  const [head = '', row = '', ...rest] = stdout.split('\r\n');
  expect(head.endsWith('completedAt,identity,name,idNumber')).toBe(true);
  expect(row.endsWith(`known,${SECOND.name},${SECOND.idNumber}`)).toBe(true);
  expect(rest).toEqual(['']);
  expect((await accesses()).at(-1)!.data).toMatchObject({
    filters: { person: personKeys[1] },
    idNumbers: 'whole',
    persons: 1,
  });
});

test('several at once: each is recorded, each shows its rows', async () => {
  const before = await persons();
  const results = await Promise.all([0, 2].map((n) => audit([...WHO, '--person', personKeys[n]!])));
  expect(results.map(({ code, stdout }) => [code, shownIn(stdout).flat().length])).toEqual([
    [0, 2],
    [0, 1],
  ]);
  const after = await persons();
  expect([after.length - before.length, after.slice(before.length).sort()]).toEqual([2, [0, 1]]);
});

describe('the fact', () => {
  const access: IdentityAccessed = { filters: {}, idNumbers: 'masked', operatorCode: 'A', persons: 7, reason: '抽查' };
  const record = async (): Promise<RecordedEvent> => {
    const store = openKurrentStore({ url: double.url(1_000) });
    try {
      return await recordIdentityAccess(store, randomUUID(), access);
    } finally {
      await store.close();
    }
  };

  test.each([
    [{ reason: `查${FIRST.idNumber}` }, ['reason']],
    [{ operatorCode: ' ' }, ['operatorCode']],
    [{ operatorCode: 'x'.repeat(65), reason: '查'.repeat(501) }, ['operatorCode', 'reason']],
    [{ filters: { hospital: '张三', person: '0'.repeat(32), name: 'x' } }, ['filters.hospital', 'filters.name']],
    [{ filters: { hospital: FIRST.idNumber } }, ['filters.hospital']],
  ])('%j is not recorded, whoever asks', async (wrong, paths) => {
    const store = openKurrentStore({ url: double.url() });
    const refusal: unknown = await recordIdentityAccess(store, randomUUID(), { ...access, ...wrong }).catch(
      (error: unknown) => error,
    );
    await store.close();
    expect(refusal).toBeInstanceOf(Problem);
    expect((refusal as Problem).fields.map(({ path }) => path)).toEqual(paths);
  });

  test.each(['break after storing', 'break before storing', 'swallow the answer'] as const)(
    '%s: recorded once',
    async (fault) => {
      const before = await accesses();
      double.faults.order(fault);
      const recorded = await record();
      const after = await accesses();
      expect([after.length, after.at(-1)!.id, after.at(-1)!.hash]).toEqual([before.length + 1, recorded.id, recorded.hash]);
    },
  );

  test('answers that get lost too often: it is not known, and nothing leaves', async () => {
    const before = (await accesses()).length;
    const faults = new Array(3).fill('break before storing');
    double.faults.order(...faults);
    await expect(record()).rejects.toBeInstanceOf(AppendOutcomeUnknown);
    double.faults.order(...faults);
    const { code, stdout, stderr } = await audit(WHO);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('so nothing is exported')]);
    expect(await accesses()).toHaveLength(before);
  });
});

test('nothing leaves where the access is not recorded', async () => {
  const before = (await accesses()).length;
  const refuses = async (reason: string, args: readonly string[], environment = {}): Promise<void> => {
    const { code, stdout, stderr } = await audit([...args, '--out', file('never.ndjson')], environment);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(reason)]);
    expect(existsSync(file('never.ndjson'))).toBe(false);
  };
  // Before anything is read: no server answers there.
  const nowhere = { KURRENTDB_URL: 'kurrentdb://127.0.0.1:9?tls=false' };
  await refuses('needs --operator CODE and --reason TEXT', ['--operator', 'A', '--reason', ' '], nowhere);
  await refuses('filters.hospital is no filter, or not in its form', [...WHO, '--hospital', '张三'], nowhere);
  await refuses('set OSS_MASTER_KEY', WHO, { ...nowhere, OSS_MASTER_KEY: '' });
  await refuses('KurrentDB needs a connection string', WHO, { KURRENTDB_URL: '' });
  await refuses('holds the name of a person', ['--operator', 'A', '--reason', `${FIRST.name}的申诉`]);
  // As it is for a user who may read and not write: the store refuses.
  double.log.tombstone(IDENTITY_ACCESS_STREAM);
  await refuses('nothing was appended to identity-access', WHO);
  double.log.bringBack(IDENTITY_ACCESS_STREAM);
  expect(await accesses()).toHaveLength(before);
});

test('identities are read with the key that they were written with, and where there are any', async () => {
  const empty = await KurrentDbDouble.start();
  const open = (url: string, key?: Buffer) => DistributedIdentityReader.open(url, key);
  await expect(open(double.url())).rejects.toThrow('set OSS_MASTER_KEY');
  await expect(open(double.url(), Buffer.alloc(32))).rejects.toThrow('the master key is not the one');
  await expect(open(empty.url(), MASTER)).rejects.toThrow('holds no identities');
  const reader = await open(double.url(), MASTER);
  const found = await Promise.all([...personKeys, '0'.repeat(32)].map((key) => reader.reveal(key)));
  await reader.close();
  empty.stop();
  const known = ({ name, idNumber }: (typeof PEOPLE)[0]): KnownPerson => ({ idNumber, name });
  expect(found).toEqual([known(FIRST), known(SECOND), null, null]);
});

test('who is erased after the access was recorded and before his row leaves is not shown', async () => {
  const log = await openLog({ dataDir: '', kurrentdb: double.url() });
  const identities = await DistributedIdentityReader.open(double.url(), MASTER);
  const asked: IdentityExport = {
    facts: await countyInLog(log, { bills: false }),
    identities,
    selection: {},
    operatorCode: 'AUDIT-7',
    reason: '抽查',
    idNumbers: 'whole',
    onPersons: () => undefined,
    record: async (count) => {
      expect(count).toBe(2);
      // What an erasure does to the way to a person.
      double.log.tombstone(`@person-${personKeys[0]!}`);
    },
  };
  const rows = await collect(identityRows(asked));
  double.log.bringBack(`@person-${personKeys[0]!}`);
  await Promise.all([log.close(), identities.close()]);
  const shown = rows.map(({ cells }) => [cells[2], ...cells.slice(-3)]);
  const expected = [
    [personKeys[0], 'erased', null, null],
    [personKeys[0], 'erased', null, null],
    [personKeys[1], 'known', SECOND.name, SECOND.idNumber],
    [personKeys[2], 'erased', null, null],
  ];
  const byKey = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
  expect(shown.sort(byKey)).toEqual(expected.sort(byKey));
});
