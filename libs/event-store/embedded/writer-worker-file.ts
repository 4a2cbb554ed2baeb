/** Where the writer thread's compiled file is: a Worker is not transformed by Jest, so sources point into the build. */
import { dirname, join, relative, resolve } from 'node:path';

export function writerWorkerFile(): string {
  if (!__filename.endsWith('.ts')) return join(__dirname, 'writer-worker.js');
  const root = resolve(__dirname, '../../..');
  return join(root, 'dist', relative(root, dirname(__filename)), 'writer-worker.js');
}
