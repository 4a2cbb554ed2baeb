/** Commands whose reader has gone, as processes: what they say then, and their exit codes. Needs the compiled tree. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const EXAMPLE = join(__dirname, 'settle/example.json');
const PACK = join(ROOT, 'test/e2e/packs/520000-five-shapes-2019.yaml');
/** Nobody listens there: the discard port. */
const NOWHERE = 'http://127.0.0.1:9';
jest.setTimeout(60_000);

test.each([
  ['a statement is read as far as one likes', 'settle', [EXAMPLE], 0],
  ['a check that nobody reads to its end has no result', 'policy', ['check', PACK], 2],
  ['help is read as far as one likes', 'registry', ['--help'], 0],
  ['a server that does not answer has parked nothing that we know of', 'parked', ['list', '--url', NOWHERE], 2],
])('%s: %s, and no trace', async (_, command, args, code) => {
  const main = join(ROOT, `dist/apps/one-stop/${command}/main.js`);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  expect(await once(child, 'close')).toEqual([code, null]);
  expect(said).not.toContain('EPIPE');
  expect(said).not.toMatch(/^ {4}at /m);
});
