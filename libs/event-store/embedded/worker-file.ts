/** Where a thread's compiled file is: a Worker is not transformed by Jest, so sources point into the build. */
import { dirname, join, relative, resolve } from 'node:path';

/** @param name of a file in this folder, without its ending */
export function workerFile(name: 'checkpoint-worker' | 'writer-worker'): string {
  if (!__filename.endsWith('.ts')) return join(__dirname, `${name}.js`);
  const root = resolve(__dirname, '../../..');
  return join(root, 'dist', relative(root, dirname(__filename)), `${name}.js`);
}
