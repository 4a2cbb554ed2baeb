/** The demo as a newcomer runs it, whole: nothing mismatches, what it prints is readable, nothing is left behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsOf } from '@oss/settlement';

test('npm run demo', () => {
  const main = join(__dirname, '../../../dist/apps/one-stop/demo/main.js');
  const home = mkdtempSync(join(tmpdir(), 'demo-spec-'));
  const env = { PATH: process.env.PATH ?? '', TMPDIR: home };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    encoding: 'utf8',
    env,
  });
  const left = readdirSync(home);
  rmSync(home, { recursive: true });
  expect({ status, left, mismatches: stderr.split('\n').filter((line) => line.includes('Mismatch')) }).toEqual({
    status: 0,
    left: [],
    mismatches: [],
  });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => columnsOf(line) > 100 && !line.startsWith('{'))).toEqual([]);
  expect(lines.filter((line) => line.includes('您要付')).length).toBe(3);
  expect(lines.filter((line) => line.includes('相符 exact')).length).toBe(12);
  const result = JSON.parse(lines.at(-1) ?? '') as Record<string, number>;
  expect(Object.keys(result)).toEqual(['posted', 'settled', 'refused', 'mismatches', 'totalFen', 'paidFen', 'selfPayFen']);
  expect(result).toMatchObject({ posted: 254, settled: 240, refused: 14, mismatches: 0 });
  expect(result.totalFen).toBe((result.paidFen ?? 0) + (result.selfPayFen ?? 0));
}, 120_000);
