/** The command itself, as a process: what it prints, and the exit codes that scripts rely on. Needs the compiled tree. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const EXAMPLE = join(__dirname, 'example.json');
const directory = mkdtempSync(join(tmpdir(), 'settle-'));
afterAll(() => rmSync(directory, { recursive: true }));
jest.setTimeout(60_000);

function settle(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const main = join(ROOT, 'dist/apps/one-stop/settle/main.js');
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

test('0: prints the statement; with --json the settlement of the contract', () => {
  expect(settle([EXAMPLE])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('您要付 You pay：5,200.00 元'),
  });
  const { stdout } = settle([EXAMPLE, '--pack', '360222/2018-01-01', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', selfPayFen: 520000, policy: { pack: '360222/2018-01-01' } });
});

test('0: a further pack through POLICY_DIR', () => {
  const bill = join(ROOT, 'test/cases/bills/huiyibao-zhou.json');
  const packs = join(ROOT, 'test/cases/packs');
  expect(settle([bill], { POLICY_DIR: packs })).toMatchObject({ status: 0, stdout: expect.stringContaining('36,491.10') });
});

test('1: a refusal says code, Chinese title, fields and cure', () => {
  const content = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as { discharge: { bill: { totalFen: number } } };
  content.discharge.bill.totalFen += 1;
  const file = join(directory, 'bill.json');
  writeFileSync(file, JSON.stringify(content));
  const { status, stdout } = settle([file]);
  expect(status).toBe(1);
  for (const text of ['不予结算', '明细与合计不符', 'lines-do-not-add-up', 'bill.totalFen', '处理 Cure'])
    expect(stdout).toContain(text);
});

test('2: what could not run is named on stderr', () => {
  expect(settle([join(directory, 'none.json')])).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('none.json cannot be read'),
  });
  expect(settle([EXAMPLE, '--pack', '360222/1999-01-01'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('there is no policy pack'),
  });
  expect(settle([])).toMatchObject({ status: 2, stderr: expect.stringContaining('missing required argument') });
});

test('--help holds the example that settles', () => {
  const { status, stdout } = settle(['--help']);
  expect(status).toBe(0);
  expect(stdout).toContain(readFileSync(EXAMPLE, 'utf8'));
});
