/** What is exported is what the log holds: settlements to the fen, facts that can be checked again, events byte for byte. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { factsInFile } from '../../apps/audit/facts/facts-file';
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

test.each([
  [['--what', 'facts', '--format', 'csv'], 'are no table'],
  [['--what', 'events', '--region', '36'], 'filters choose settlements'],
  [['--format', 'parquet'], 'Allowed choices are csv, ndjson'],
])('%j: 2, and why', async (args, reason) => {
  const { code, stderr } = await audit(...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
});

test('a text that a spreadsheet would run is made a text', () => {
  expect(csvOf({ name: 't', head: ['a'], rows: [['=1+1'], ['a"b,c'], [-5], [null]] })).toBe(
    '\uFEFFa\r\n\'=1+1\r\n"a""b,c"\r\n-5\r\n\r\n',
  );
});
