/** The first screen of the README settles a real bill: this runs its command and compares the lines that it prints. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './support/source-tree';

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  const blocks = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```\n([^]*?)^```/gm)].map((match) => match[1] ?? '');

  it('prints on its first screen what its first command prints', () => {
    const [command = '', lines = ''] = blocks;
    expect(command.trim()).toBe('npm run settle -- apps/one-stop/settle/example.json');
    const settle = join(ROOT, 'dist/apps/one-stop/settle/main.js');
    const flags = ['--disable-warning=ExperimentalWarning'];
    const { stdout, status } = spawnSync(process.execPath, [...flags, settle, 'apps/one-stop/settle/example.json'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(status).toBe(0);
    expect(stdout).toContain(lines.trimEnd());
  });
});
