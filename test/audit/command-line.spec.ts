/** `npm run audit` as a script uses it: the compiled program, its exit codes, its JSON, its help. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { auditDirectory } from '../../apps/audit/checkpoints/audit-files';
import type { VerifyReport } from '../../apps/audit/verify/verify';
import { freshDirectory } from '../support/in-process';
import { ROOT } from '../support/source-tree';
import { AuditedStore } from './audited-store';
import { changeText } from './forger';

jest.setTimeout(60_000);
const MAIN = join(ROOT, 'dist/apps/audit/main.js');
const files = freshDirectory();
let store: AuditedStore;
let settlementId: string;

beforeAll(async () => {
  store = await AuditedStore.settled();
  const events = await store.scene.events();
  settlementId = (events.find(({ type }) => type === SETTLEMENT_COMPLETED)!.data as SettlementCompleted).settlementId;
});
afterAll(async () => {
  await store.close();
  files.remove();
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function audit(...args: readonly string[]): Ran {
  const flags = ['--disable-warning=ExperimentalWarning'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, MAIN, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: files.path,
  });
  return { code: status, out: stdout, err: stderr };
}

const at = (directory: string): string[] => ['--data-dir', directory];
const file = (name: string): string => join(files.path, name);

test('verify beside the running system: 0 and a report', () => {
  const { code, out, err } = audit('verify', ...at(store.directory));
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('核验通过 Clean');
  expect(out).toContain('第 45 个事件 event 45');
});

test('verify with findings: 1, and the same as JSON', () => {
  const copy = store.copy(changeText(4, '"paidFen":4160000', '"paidFen":4160001'));
  const { code, out } = audit('verify', ...at(copy), '--json');
  const { clean, findings } = JSON.parse(out) as VerifyReport;
  expect([code, clean, findings.map(({ check, what }) => `${check}/${what}`)]).toEqual([
    1,
    false,
    ['chain/changed', 'recomputation/changed'],
  ]);
  expect(audit('verify', ...at(copy), '--no-recompute').out).toContain('[哈希链被修改 chain/changed]');
});

test.each([
  ['no store', ['verify', '--data-dir', '/nowhere'], 'there is no event store in /nowhere'],
  ['a filter of no day', ['verify', '--from', '2018-02-30'], 'no such day'],
  ['a payer that is none', ['verify', '--payer', 'nobody'], 'one of basic-insurance'],
  ['an option of no command', ['verify', '--no-such'], 'unknown option'],
  ['a key that is none', ['prove', '--check', 'x', '--key', 'a+b'], 'not a verifier key'],
  ['no such file', ['prove', '--check', 'nothing.json', '--key', 'missing.vkey'], 'missing.vkey cannot be read'],
  ['a checkpoint file that is missing', ['verify', '--checkpoints', 'nothing.txt'], 'there is no file nothing.txt'],
])('%s: 2, and why', (_, args, reason) => {
  const { code, err } = audit(...args);
  expect(code).toBe(2);
  expect(err).toContain(reason);
});

test('a damaged file: 2, and what to do', () => {
  const copy = store.copy();
  const path = join(copy, 'events.sqlite');
  const bytes = readFileSync(path);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 8_192), Buffer.alloc(bytes.length - 8_192, 0x5a)]));
  const { code, err } = audit('verify', ...at(copy));
  expect([code, err]).toEqual([2, expect.stringContaining('the file is damaged: restore it from your backup')]);
});

test.each([[['checks', '--list']], [['export', '--what', 'events']]])('%j | head: it ends without a word', async (args) => {
  const child = spawn(process.execPath, [MAIN, ...args, ...at(store.directory)], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  expect([code, said.replace(/^.*(ExperimentalWarning|trace-warnings).*$/gm, '').trim()]).toEqual([2, '']);
});

test.each([[[]], [['verify']], [['prove']], [['witness']], [['replay']], [['explain']]])('%j --help', (command) => {
  const { code, out } = audit(...command, '--help');
  expect(code).toBe(0);
  expect(out).toContain('Usage: npm run audit --');
});

test('a proof from the log to its check, cosigned on the way', () => {
  const key = join(auditDirectory(store.directory), 'log.vkey');
  const witness = ['witness', '--name', 'witness.example/office', '--state', file('witness'), '--key', key];
  const { out: seen } = audit(...witness, '--seen');
  expect(seen).toBe('0\n');
  expect(audit('prove', ...at(store.directory), '--consistency', '0', '--out', file('growth.json')).code).toBe(0);
  expect(audit(...witness, file('growth.json'), '--out', file('cosigned.txt')).code).toBe(0);
  const pinned = audit(...witness).out.trim();
  expect(audit(...witness, '--seen').out).toBe('45\n');
  expect(audit(...witness, '--compare', file('cosigned.txt')).code).toBe(0);

  const made = audit(
    'prove',
    settlementId,
    ...at(store.directory),
    '--cosigned',
    file('cosigned.txt'),
    '--out',
    file('proof.json'),
  );
  expect(made).toEqual({ code: 0, out: '', err: '' });
  const check = ['prove', '--check', file('proof.json'), '--key', key, '--witness', pinned];
  const { code, out } = audit(...check);
  expect(code).toBe(0);
  expect(out).toContain('证明成立 Accepted');
  expect(out).toContain(`结算 ${settlementId}：总费用 total 52,000.00`);
  const stale = audit(...check, '--at-least', '46', '--json');
  expect([stale.code, (JSON.parse(stale.out) as { failed: { check: string } }).failed.check]).toEqual([1, 'fresh']);
  writeFileSync(file('broken.json'), '{}');
  expect(audit('prove', '--check', file('broken.json'), '--key', key).code).toBe(1);
  expect(audit(...witness, file('broken.json')).out).toContain('不予见证 Refused [format]');
});

test('a bundle of a settlement and of a year', () => {
  for (const subject of [[settlementId], ['--person', '1'.padStart(32, '0'), '--year', '2018']]) {
    const { code, out } = audit('prove', ...subject, '--bundle', ...at(store.directory));
    expect(code).toBe(0);
    expect((JSON.parse(out) as { format: string }).format).toBe('oss-evidence-bundle/1');
  }
  expect(audit('prove', ...at(store.directory)).err).toContain('name a settlement');
});
