/** `npm run settle -- --batch` as a process, against a running system: what it prints and writes, and its exit codes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, inScopeBill, madeUpPerson } from '../../../test/support/county';
import { freshDirectory, inProcess, type System } from '../../../test/support/in-process';

const MAIN = join(__dirname, '../../../dist/apps/one-stop/settle/main.js');
jest.setTimeout(60_000);
const directory = freshDirectory();
const poor = madeUpPerson(981, { category: 'registered-poor' });
let system: System;

beforeAll(async () => {
  system = await inProcess({ dataDir: join(directory.path, 'data') });
  await system.client.registerHospitals(HOSPITALS);
  await system.client.register(poor);
});
afterAll(async () => {
  await system.stop();
  directory.remove();
});

async function settle(...args: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { status, stdout, stderr };
}

function file(name: string, lines: readonly object[]): string {
  const path = join(directory.path, name);
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

const example = dischargeOf(poor, { encounterNo: 'CLI-1', bill: EXAMPLE_BILL });
const stay = (n: number) => dischargeOf(poor, { encounterNo: `CLI-${n}`, bill: inScopeBill(100_000) });

test('0: everything settles; the summary has the sums in yuan, --out the results; again, everything was settled before', async () => {
  const batch = file('good.ndjson', [example, stay(2)]);
  const out = join(directory.path, 'results.ndjson');
  const first = await settle('--batch', batch, '--url', system.url, '--out', out);
  expect([first.status, first.stderr]).toEqual([0, '']);
  // 1 000.00 at level 2, after the example: basic 800.00, critical illness 55 % of 200.00 = 110.00, assistance 63.00, left 27.00.
  expect(first.stdout).toBe(
    [
      `批量结算完成 Batch finished: ${batch}`,
      '                      笔数      总费用 Total     各方支付 Paid 医院负担 Hospital 个人自付 Self-pay',
      '  本次结算 Settled       2         53,000.00         47,773.00              0.00          5,227.00',
      '  此前已结 Before        0              0.00              0.00              0.00              0.00',
      '  待完成 Pending         0',
      '  拒付 Refused           0',
      '',
    ].join('\n'),
  );
  const results = readFileSync(out, 'utf8').split('\n');
  const posted = await Promise.all([example, stay(2)].map((body) => system.client.discharge(body)));
  expect(results).toEqual([
    `{"line":1,"status":201,"settlement":${posted[0]!.text}}`,
    `{"line":2,"status":201,"settlement":${posted[1]!.text}}`,
    '',
  ]);
  const again = await settle('--batch', batch, '--url', `${system.url}/`);
  expect(again.status).toBe(0);
  expect(again.stdout).toContain(
    '  此前已结 Before        2         53,000.00         47,773.00              0.00          5,227.00\n',
  );
});

test('1: some lines are refused: how many by code, and which', async () => {
  const wrong = { ...stay(3), bill: { ...stay(3).bill, totalFen: 1 } };
  const { status, stdout } = await settle('--batch', file('bad.ndjson', [wrong, stay(4), {}, wrong]), '--url', system.url);
  expect(status).toBe(1);
  expect(stdout.split('\n').slice(4)).toEqual([
    '  待完成 Pending         0',
    '  拒付 Refused           3',
    '    2 × 明细与合计不符 Lines do not add up to the total [lines-do-not-add-up]',
    '    1 × 请求内容不合规 The request does not fit the contract [invalid-body]',
    '',
    '被拒的行 Refused lines',
    '  第 1 行 line 1: [lines-do-not-add-up] the lines add up to 100000 fen, the total says 1 fen',
    '  第 3 行 line 3: [invalid-body] 6 fields of the request cannot be accepted',
    '  第 4 行 line 4: [lines-do-not-add-up] the lines add up to 100000 fen, the total says 1 fen',
    '',
  ]);
});

test('a file whose answers are far more than any buffer holds goes through', async () => {
  const bodies = Array.from({ length: 3_000 }, () => stay(2));
  const out = join(directory.path, 'many.ndjson');
  const { status, stdout } = await settle('--batch', file('many.ndjson', bodies), '--url', system.url, '--out', out + '.out');
  expect(status).toBe(0);
  expect(stdout).toContain('  此前已结 Before     3000');
  const lines = readFileSync(`${out}.out`, 'utf8').split('\n');
  expect(lines.slice(0, -1).map((line) => (JSON.parse(line) as { line: number }).line)).toEqual(bodies.map((_, n) => n + 1));
});

describe('2: what could not run says why on stderr', () => {
  test('no file, no server, results that cannot be written, contradicting arguments', async () => {
    const batch = file('good.ndjson', [example]);
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--batch', join(directory.path, 'none.ndjson')], 'there is no file'],
      [['--batch', batch, '--url', 'http://127.0.0.1:9'], 'no answer from http://127.0.0.1:9'],
      [['--batch', batch, '--url', system.url, '--out', batch], '--out would overwrite the batch itself'],
      [['--batch', batch, '--url', system.url, '--out', directory.path], 'cannot be written'],
      [['bill.json', '--batch', batch], 'give either bill.json or --batch'],
      [['--batch', batch, '--json'], "cannot be used with option '--json'"],
    ];
    for (const [args, says] of cases) {
      const { status, stdout, stderr } = await settle(...args);
      expect([status, stdout, stderr.includes(says)]).toEqual([2, '', true]);
    }
  });

  test('an answer that breaks off: what came is told, and the cure', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response.setHeader('content-type', 'application/x-ndjson');
      response.write('{"line":1,"status":202,"settlement":{}}\n', () => response.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, stdout, stderr } = await settle('--batch', file('cut.ndjson', [stay(5), stay(6)]), '--url', url);
    server.close();
    expect(status).toBe(2);
    expect(stdout).toContain('批量结算中断 Batch broken off');
    expect(stdout).toContain('  待完成 Pending         1\n');
    expect(stderr).toContain('the answer broke off after 1 results');
  });

  test('a refusal of the whole is told with its cure', async () => {
    const { status, stderr } = await settle('--batch', file('one.ndjson', [example]), '--url', `${system.url}/elsewhere`);
    expect(status).toBe(2);
    expect(stderr).toContain('不支持的内容类型 Unsupported media type');
  });
});
