/** Where the compiled form of one of the audit's programs stands: threads and child processes are not transformed by Jest. */
import { join, relative, resolve } from 'node:path';

/** @param name file below apps/audit, without its ending @returns its path in the build, also where this file runs uncompiled */
export function compiledFile(name: string): string {
  const app = resolve(__dirname, '..');
  if (!__filename.endsWith('.ts')) return join(app, `${name}.js`);
  const root = resolve(app, '../..');
  return join(root, 'dist', relative(root, app), `${name}.js`);
}
