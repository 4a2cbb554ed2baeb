/** What is exported is what the log holds: settlements to the fen, facts that can be checked again, events byte for byte. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { factsInFile } from '../../apps/audit/facts/facts-file';
import { parquetOf } from '../../apps/audit/tables/parquet';
import { csvOf } from '../../apps/audit/tables/table';
import { type CommandResult, runCommand } from '../support/command';
import { freshDirectory } from '../support/in-process';
import { AuditedStore } from './audited-store';

jest.setTimeout(60_000);
const files = freshDirectory();
const file = (name: string): string => join(files.path, name);
let store: AuditedStore;
let completed: readonly SettlementCompleted[];

beforeAll(async () => {
  store = await AuditedStore.settled();
  const events = await store.scene.events();
  completed = events.filter(({ type }) => type === SETTLEMENT_COMPLETED).map(({ data }) => data as SettlementCompleted);
});
afterAll(async () => {
  await store.close();
  files.remove();
});

const audit = (...args: readonly string[]): Promise<CommandResult> =>
  runCommand('apps/audit/main.js', ['export', '--data-dir', store.directory, ...args]);
/** A Parquet file as another library reads it. */
function bytesOf(path: string): ArrayBuffer {
  return new Uint8Array(readFileSync(path)).buffer;
}
const inParquet = (path: string): Promise<Record<string, unknown>[]> => parquetReadObjects({ file: bytesOf(path) });
const paidBy = ({ shares }: SettlementCompleted, payer: string): number =>
  shares.filter((share) => share.payer === payer).reduce((sum, { paidFen }) => sum + paidFen, 0);

test('settlements: a row each, CSV and NDJSON alike, without a number that names an encounter', async () => {
  const { code, stdout } = await audit();
  const rows = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(code).toBe(0);
  const expected = completed.map((each) => [
    each.settlementId,
    each.totalFen,
    paidBy(each, 'basic-insurance'),
    paidBy(each, 'fifth-line'),
    each.selfPayFen,
  ]);
  const fields = ['settlementId', 'totalFen', 'basic-insuranceFen', 'fifth-lineFen', 'selfPayFen'];
  const byId = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
  expect(rows.map((row) => fields.map((field) => row[field])).sort(byId)).toEqual([...expected].sort(byId));
  expect(rows.map((row) => 'encounterNo' in row)).toEqual(completed.map(() => false));

  expect(await audit('--format', 'csv', '--out', file('rows.csv'))).toEqual({ code: 0, stdout: '', stderr: '' });
  const csv = parse<Record<string, string>>(readFileSync(file('rows.csv')), { bom: true, columns: true });
  const texts = rows.map(({ shares: _, categories, ...row }) => ({ ...row, categories: (categories as string[]).join(';') }));
  expect(csv).toEqual(
    texts.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')]))),
  );
  expect((await audit('--hospital', 'NOBODY')).stdout).toBe('');
});

test('facts: what the checks read', async () => {
  await audit('--what', 'facts', '--out', file('facts.ndjson'));
  const { persons } = await factsInFile(file('facts.ndjson'));
  const ids: string[] = [];
  for await (const { cases } of persons()) ids.push(...cases.map(({ settlementId }) => settlementId));
  expect(ids.sort()).toEqual(completed.map(({ settlementId }) => settlementId).sort());
});

test('events: the log as it stands, byte for byte', async () => {
  const events = await store.scene.events();
  const { stdout } = await audit('--what', 'events');
  const lines = stdout.split('\n').filter(Boolean);
  expect(lines.map((line) => line.slice(line.indexOf(',"data":') + 8, -1))).toEqual(events.map(({ text }) => text));
  await audit('--what', 'events', '--format', 'csv', '--out', file('events.csv'));
  const csv = parse<{ hash: string; data: string }>(readFileSync(file('events.csv')), { bom: true, columns: true });
  expect(csv.map(({ hash, data }) => [hash, data])).toEqual(events.map(({ hash, text }) => [hash, text]));
});

test('Parquet: the same rows in the types of their columns, whether there are any or none', async () => {
  expect((await audit('--format', 'parquet', '--out', file('rows.parquet'))).code).toBe(0);
  const rows = await inParquet(file('rows.parquet'));
  const { stdout } = await audit();
  const expected = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, string | number | string[]>);
  expect(rows).toEqual(
    expected.map(({ shares: _, categories, admittedOn, dischargedOn, completedAt, ...row }) => ({
      ...Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
      ),
      categories: (categories as string[]).join(';'),
      admittedOn: new Date(`${String(admittedOn)}T00:00:00.000Z`),
      dischargedOn: new Date(`${String(dischargedOn)}T00:00:00.000Z`),
      completedAt: new Date(String(completedAt)),
    })),
  );
  await audit('--format', 'parquet', '--hospital', 'NOBODY', '--out', file('none.parquet'));
  const { num_rows, schema } = parquetMetadata(bytesOf(file('none.parquet')));
  expect([num_rows, schema.length - 1]).toEqual([0n, Object.keys(rows[0]!).length]);
});

test('Parquet: events with their data byte for byte, and a table of more rows than a row group holds', async () => {
  await audit('--what', 'events', '--format', 'parquet', '--out', file('events.parquet'));
  const events = await store.scene.events();
  const found = await inParquet(file('events.parquet'));
  expect(found.map(({ position, hash, data }) => [position, hash, data])).toEqual(
    events.map(({ position, hash, text }) => [position, hash, text]),
  );
  const count = 12_345;
  const pieces: Uint8Array[] = [];
  const rows = (async function* () {
    for (let n = 0; n < count; n++) yield [n % 3 === 0 ? null : `第${n}行`, n * 1_000_003];
  })();
  for await (const piece of parquetOf({ label: 'text', fen: 'whole' }, rows)) pieces.push(piece);
  expect(pieces).toHaveLength(3);
  writeFileSync(file('long.parquet'), Buffer.concat(pieces));
  expect(parquetMetadata(bytesOf(file('long.parquet'))).row_groups.map(({ num_rows }) => num_rows)).toEqual([
    5_000n,
    5_000n,
    2_345n,
  ]);
  const long = await inParquet(file('long.parquet'));
  expect(long.map(({ label, fen }) => [label, fen])).toEqual(
    Array.from({ length: count }, (_, n) => [n % 3 === 0 ? null : `第${n}行`, BigInt(n * 1_000_003)]),
  );
});

test.each([
  [['--what', 'facts', '--format', 'csv'], 'are no table'],
  [['--what', 'events', '--region', '36'], 'filters choose settlements'],
  [['--what', 'facts', '--format', 'parquet'], 'are no table'],
  [['--format', 'xlsx'], 'Allowed choices are csv, ndjson, parquet'],
  [['--what', 'events', '--with-identity'], 'identities go with settlements'],
  [['--id-number', 'whole'], 'go with --with-identity'],
])('%j: 2, and why', async (args, reason) => {
  const { code, stderr } = await audit(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
});

test('a text that a spreadsheet would run is made a text', () => {
  expect(csvOf({ name: 't', head: ['a'], rows: [['=1+1'], ['a"b,c'], [-5], [null]] })).toBe(
    '\uFEFFa\r\n\'=1+1\r\n"a""b,c"\r\n-5\r\n\r\n',
  );
});
