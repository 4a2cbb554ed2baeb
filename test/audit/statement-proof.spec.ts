/**
 * From the paper in a patient's hand to the signed log: the QR code of the statement, read by an independent decoder, names the
 * leaf that the independent verifier computes, and proofs of other settlements are told apart.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettlementView } from '@oss/settlement';
import { LogCheckpoints } from '../../apps/audit/audit.module';
import { dischargeOf, HOSPITALS, madeUpPerson, mixedBill } from '../support/county';
import { type CommandResult, runCommand } from '../support/command';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { qrInSvg, qrInText } from '../support/qr-reader';
import { ROOT } from '../support/source-tree';

jest.setTimeout(120_000);
const directory = freshDirectory();
const file = (name: string): string => join(directory.path, name);
const PERSON = madeUpPerson(41, { category: 'low-income' });
let system: System;
let settled: SettlementView[];

beforeAll(async () => {
  system = await inProcess({ dataDir: directory.path });
  const { client } = system;
  await client.registerHospitals(HOSPITALS);
  await client.register(PERSON);
  settled = [];
  for (const encounterNo of ['S-1', 'S-2'])
    settled.push(await client.settle(dischargeOf(PERSON, { encounterNo, bill: mixedBill(2_000_000, 300_000, 40_001) })));
  await system.app.get(LogCheckpoints).sign();
});
afterAll(async () => {
  await system.stop();
  directory.remove();
});

const audit = (...args: readonly string[]): Promise<CommandResult> =>
  runCommand('apps/audit/main.js', ['prove', '--data-dir', directory.path, ...args]);
const page = async (at: number, accept = 'text/html', query = ''): Promise<string> => {
  const path = `/v1/settlements/${settled[at]!.settlementId}/statement${query}`;
  const { status, text, headers } = await system.client.send('GET', path, undefined, { accept });
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, `${accept}; charset=utf-8`, 'no-store']);
  return text;
};

function independent(proof: string): { accepted: boolean; settlements: { settlementId: string; leaf: string }[] } {
  const key = readFileSync(join(directory.path, 'audit', 'log.vkey'), 'utf8').trim();
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'apps/audit/verifier/verify-bundle.mjs'), proof, key], {
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as ReturnType<typeof independent>;
}

test('page and text carry one code; proof, bundle and the independent verifier agree on its leaf', async () => {
  const code = qrInSvg(await page(0))!;
  expect(qrInText(await page(0, 'text/plain'))).toBe(code);
  const { settlementId } = settled[0]!;
  const [, leaf = ''] = new RegExp(`^OSS1:${settlementId.toUpperCase()}:1:([0-9A-F]{64})$`).exec(code) ?? [];
  for (const [named, bundle] of [
    [code, []],
    [leaf.toLowerCase(), ['--bundle']],
  ] as const) {
    expect(await audit('--leaf', named, ...bundle, '--out', file('proof.json'))).toEqual({ code: 0, stdout: '', stderr: '' });
    const { accepted, settlements } = independent(file('proof.json'));
    expect([accepted, settlements.map((each) => [each.settlementId, each.leaf.toUpperCase()])]).toEqual([
      true,
      [[settlementId, leaf]],
    ]);
    const checked = await audit('--check', file('proof.json'), '--leaf', code);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('通过 passed   结算单核验码 leaf')]);
  }
});

test('a proof of another settlement is true and not of this statement', async () => {
  const other = qrInSvg(await page(1))!;
  await audit(settled[0]!.settlementId, '--out', file('proof.json'));
  const { code, stdout } = await audit('--check', file('proof.json'), '--leaf', other, '--json');
  expect([code, (JSON.parse(stdout) as { failed: { check: string } }).failed.check]).toEqual([1, 'leaf']);
  await audit('--consistency', '0', '--out', file('growth.json'));
  expect((await audit('--check', file('growth.json'), '--leaf', other)).code).toBe(1);
});

test.each([
  ['a forged leaf', (code: string) => `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`, 1, '核验码不符'],
  ['a forged leaf alone', (code: string) => `f${code.slice(-63)}`.replace(/^ff/, '0f'), 1, '核验码不符'],
  ['an attempt that never was', (code: string) => code.replace(':1:', ':3:'), 2, 'the log holds no settlement'],
  ['no code', () => 'OSS1', 2, 'this is no proof code'],
])('%s', async (_, forged, code, reason) => {
  const result = await audit('--leaf', forged(qrInSvg(await page(0))!));
  expect([result.code, `${result.stdout}${result.stderr}`]).toEqual([code, expect.stringContaining(reason)]);
});

test('no name and no id number is on the page; it asks for neither', async () => {
  for (const text of [await page(0), await page(0, 'text/plain')]) {
    expect(text).not.toContain(PERSON.name);
    expect(text).not.toContain(PERSON.idNumber);
  }
  expect(await page(0)).toContain('<dt>姓名 Patient</dt><dd></dd>');
});

test('what is not there, and what is no attempt', async () => {
  const { client } = system;
  const id = settled[0]!.settlementId;
  const asked = [
    '00000000-0000-4000-8000-000000000000/statement',
    'x/statement',
    `${id}/statement?attempt=2`,
    `${id}/statement?attempt=0`,
  ];
  const answers = await Promise.all(asked.map((path) => client.get(`/v1/settlements/${path}`)));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 400]);
});

test('reversed, the paper says so; the attempt keeps its code, and a bundle tells that it was reversed', async () => {
  const before = qrInSvg(await page(1));
  const order = { reason: '费用录入错误', operatorCode: 'OP-1', attempt: 1 };
  expect((await system.client.post(`/v1/settlements/${settled[1]!.settlementId}/reversal`, order)).status).toBe(200);
  const after = await page(1, 'text/html', '?attempt=1');
  expect(after).toContain('本笔结算已撤销');
  expect(qrInSvg(after)).toBe(before);
});
