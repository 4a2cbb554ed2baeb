/** A program of ours run to its end as a user would start it, with what it took: time, CPU of all threads, most memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dieWithUs } from './children';
import { commandStep, DIST } from './server';

const LOOK_EVERY_MS = 20;

export interface Measured {
  readonly seconds: number;
  /** All threads together; null where the system does not tell. */
  readonly cpuSeconds: number | null;
  /** Most memory that was resident; null as above. */
  readonly peakMb: number | null;
  readonly output: string;
}

/**
 * @param program below dist/
 * @param good exit codes that are no failure
 * @throws when it ends with another
 */
export async function measured(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  good: readonly number[] = [0],
): Promise<Measured> {
  const { nodeFlags, env: usual } = await commandStep('audit');
  const began = performance.now();
  const env = { ...process.env, ...usual, ...environment };
  const child = dieWithUs(
    spawn(process.execPath, [...nodeFlags, join(DIST, program), ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let used = usedBy(child.pid!);
  const looking = setInterval(() => (used = usedBy(child.pid!) ?? used), LOOK_EVERY_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(looking);
  const seconds = (performance.now() - began) / 1_000;
  if (code === null || !good.includes(code)) throw new Error(`${program} ${args[0] ?? ''} ended with code ${code}`);
  return { seconds, cpuSeconds: used?.cpuSeconds ?? null, peakMb: used?.peakMb ?? null, output };
}

/** So far; null when the process is gone or the system does not tell. */
function usedBy(pid: number): { readonly cpuSeconds: number; readonly peakMb: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const peakKb = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, peakMb: peakKb / 1_024 };
  } catch {
    return null;
  }
}
