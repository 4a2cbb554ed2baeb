/** V8's helping threads give way: seen from outside, in a process of its own, for a priority is not given back. Needs the compiled tree. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const COMPILED = join(__dirname, '../../dist/libs/host/collector-threads.js');

const PROGRAM = `
  const { readdirSync, readFileSync } = require('node:fs');
  const { getPriority } = require('node:os');
  const told = require(${JSON.stringify(COMPILED)}).letCollectorsGiveWay();
  const threads = process.platform !== 'linux' ? [] : readdirSync('/proc/self/task').map((thread) => ({
    name: readFileSync('/proc/self/task/' + thread + '/comm', 'utf8').trim(),
    priority: getPriority(Number(thread)),
  }));
  console.log(JSON.stringify({ told, threads }));
`;

interface Seen {
  readonly told: number;
  readonly threads: readonly { readonly name: string; readonly priority: number }[];
}

test('the collectors have a lower priority afterwards, and nobody else', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', PROGRAM], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const { told, threads } = JSON.parse(stdout) as Seen;
  const collectors = threads.filter(({ name }) => name === 'V8Worker');
  expect(collectors).toHaveLength(told);
  expect(told > 0).toBe(process.platform === 'linux');
  const others = threads.filter(({ name }) => name !== 'V8Worker').map(({ priority }) => priority);
  expect(new Set(others).size).toBeLessThanOrEqual(1);
  // A process that has been told to give way itself has collectors no quicker than it.
  for (const { priority } of collectors) expect(priority).toBe(Math.max(others[0] ?? 0, 5));
});
