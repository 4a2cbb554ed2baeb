/** Every process that the bench starts dies with it, whatever way it ends. */
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const directories = new Set<string>();

export function dieWithUs(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** Removed at the end, whatever way it comes. */
export function removeWithUs(directory: string): string {
  directories.add(directory);
  return directory;
}

const others = new Set<() => void>();

/** Called at the end, whatever way it comes, for what is no child of ours; must not wait. Answers what takes it back. */
export function endWithUs(end: () => void): () => void {
  others.add(end);
  return () => void others.delete(end);
}

function cleanUp(): void {
  for (const end of others) end();
  for (const child of children) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}

process.once('exit', cleanUp);
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    process.stderr.write(`the bench was stopped by ${signal}\n`);
    process.exit(code);
  });
}
