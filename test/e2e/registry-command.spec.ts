/** `npm run registry` as a process, against the running system: rosters in, the cover report out, exit codes that scripts rely on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoverReport } from '../../apps/hospital-gateway/registry/cover/cover-report';
import { type CommandResult, runCommand } from '../support/command';
import { madeUpIdNumber } from '../support/county';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { numberCell, xlsxFile } from '../support/xlsx-file';

jest.setTimeout(60_000);
const directory = freshDirectory();
const files = mkdtempSync(join(tmpdir(), 'oss-registry-'));
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
});
afterAll(async () => {
  await system.stop();
  directory.remove();
  rmSync(files, { recursive: true });
});

const registry = (...args: string[]): Promise<CommandResult> =>
  runCommand('apps/one-stop/registry/main.js', args, { OSS_URL: system.url });
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(files, name), content);
  return join(files, name);
};
const HEADER = ['身份证号', '姓名', '参保地', '参保起始日期', '保费缴纳方式', '救助对象类别'];
const june = ['cover', '--region', '360222', '--date', '2018-06-30'];

test('cover, 0: nobody is on a list', async () => {
  expect(await registry(...june)).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      '参保核查 Cover report：360222，2018-06-30，登记 0 人 persons registered',
      '应保未保 should be covered, is not：0 人',
      '不应补而补 subsidised, not entitled：0 人',
      '',
    ].join('\n'),
  });
});

test('import, 0: a CSV roster', async () => {
  const rows = [HEADER, [madeUpIdNumber(1), '例一', '360222', '2018-01-01', '财政补贴', '低保']];
  const { code, stdout } = await registry(
    'import',
    file('a.csv', rows.map((row) => row.join(',')).join('\n')),
    '--operator',
    'OP-7',
  );
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    { rows: 1, created: 1, changed: 0, unchanged: 0, failed: 0, failures: [], ignoredColumns: [] },
  ]);
});

test('import, 3: an XLSX roster with a row that failed, which is named', async () => {
  const bad = [numberCell(Number(madeUpIdNumber(2))), '例二', '360222', null, null, null];
  const uncovered = [madeUpIdNumber(3), '例三', '360222', null, null, '建档立卡@2016-01-01'];
  const subsidised = [madeUpIdNumber(4), '例四', '360222', numberCell(43101, 1), '财政补贴', null];
  const { code, stdout, stderr } = await registry(
    'import',
    file('b.xlsx', xlsxFile([{ rows: [HEADER, bad, uncovered, subsidised] }])),
  );
  expect([code, JSON.parse(stdout)]).toMatchObject([3, { rows: 3, created: 2, failed: 1 }]);
  expect(stderr).toContain('row 2: number-cell-lost-digits: idNumber: id number stored as a number');
});

test.each([
  ['a file that is not there', () => join(files, 'none.csv'), 'there is no file'],
  ['another kind of file', () => file('c.doc', 'x'), 'only .csv and .xlsx files are read'],
  ['a damaged file', () => file('d.xlsx', 'x'), '表格文件无法读取 The spreadsheet cannot be read'],
  ['a roster without its columns', () => file('e.csv', 'a,b\n1,2\n'), '身份证号 (idNumber) is missing'],
])('import, 1: %s', async (_, path, said) => {
  const { code, stdout, stderr } = await registry('import', path());
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(said);
});

test('cover, 1: a table in Chinese first, and names of nobody', async () => {
  const { code, stdout } = await registry(...june);
  expect(code).toBe(1);
  const lines = stdout.split('\n').map((line) => line.replace(/[0-9a-f]{32}/, '<personKey>').trimEnd());
  expect(lines.slice(0, 3)).toEqual([
    '参保核查 Cover report：360222，2018-06-30，登记 3 人 persons registered',
    '应保未保 should be covered, is not：1 人',
    '不应补而补 subsidised, not entitled：1 人',
  ]);
  expect(lines.slice(5).map((line) => line.split(/ {2,}/))).toEqual([
    ['应保未保 should be covered, is not', '<personKey>', '360222', '建档立卡', '无 none', '无参保记录 no cover is recorded'],
    [
      '不应补而补 subsidised, not entitled',
      '<personKey>',
      '360222',
      '无 none',
      '2018-01-01 至 今 财政补贴',
      '从未属于资助对象 no subsidised category is recorded',
    ],
    [''],
  ]);
  expect(stdout).not.toMatch(/例|\d{17}/);
});

test('cover, 1: as JSON, and as a CSV file that spreadsheets read', async () => {
  const csv = join(files, 'cover.csv');
  const { code, stdout } = await registry(...june, '--json', '--csv', csv);
  const report = JSON.parse(stdout) as CoverReport;
  expect([code, report.counts]).toEqual([1, { persons: 3, shouldBeCovered: 1, noLongerEntitled: 1 }]);
  const [unsubsidised, subsidised] = [report.shouldBeCovered[0]!, report.noLongerEntitled[0]!];
  expect(readFileSync(csv, 'utf8')).toBe(
    [
      '\ufeff清单 List,参保人假名 personKey,参保地,类别 Categories,参保 Cover,死亡日期,原因 Reason',
      `"应保未保 should be covered, is not",${unsubsidised.personKey},360222,建档立卡,无 none,,无参保记录 no cover is recorded`,
      `"不应补而补 subsidised, not entitled",${subsidised.personKey},360222,无 none,2018-01-01 至 今 财政补贴,,从未属于资助对象 no subsidised category is recorded`,
      '',
    ].join('\r\n'),
  );
});

test.each([
  ['no server', ['--url', 'http://127.0.0.1:9', ...june], 'no answer from'],
  ['a day that is none', ['cover', '--region', '360222', '--date', '2018-02-30'], 'date: is no day of the calendar'],
  ['no region', ['cover', '--date', '2018-06-30'], "required option '--region <code>' not specified"],
  ['a file that cannot be written', [...june, '--csv', join(files, 'no/such/folder.csv')], 'cannot be written'],
])('cover, 2: %s', async (_, args, said) => {
  const { code, stderr } = await registry(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
