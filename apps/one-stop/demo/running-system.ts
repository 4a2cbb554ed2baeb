/** The real system as a process of its own on a fresh store, started and stopped as an operator would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The system did not start, or ended on its own; the message holds its last words. */
export class SystemFailed extends Error {
  override readonly name = 'SystemFailed';
}

const MAIN = join(__dirname, '../main.js');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 35_000;
const READY_POLL_MS = 50;
/** Lines of output kept for the message when something fails. */
const LAST_WORDS = 20;

export interface RunningSystem {
  readonly url: string;
  /** Resolves when the process has ended, by whatever cause. */
  readonly ended: Promise<void>;
  /** SIGTERM, and SIGKILL if it does not drain in time. */
  stop(): Promise<void>;
}

/** Starts the compiled system and waits until it is ready. @throws SystemFailed */
export async function startSystem(dataDir: string, policyDir: string): Promise<RunningSystem> {
  const { PORT = '0', HOST = '127.0.0.1' } = process.env;
  const child = spawn(process.execPath, ['--enable-source-maps', '--disable-warning=ExperimentalWarning', MAIN], {
    env: { ...process.env, PORT, HOST, LOG_LEVEL: 'info', DATA_DIR: dataDir, POLICY_DIR: policyDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(() => undefined);
  const words: string[] = [];
  try {
    const url = await within(START_TIMEOUT_MS, Promise.race([addressOf(child, words), endedTooEarly(ended, words)]), words);
    await ready(url, Date.now() + START_TIMEOUT_MS, words);
    return { url, ended, stop: () => stop(child, ended) };
  } catch (error) {
    await stop(child, ended);
    throw error;
  }
}

/** The address that the system logs once it listens. Its output is read to the end, so that it never blocks on a full pipe. */
function addressOf(child: ChildProcess, words: string[]): Promise<string> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        words.push(line);
        if (words.length > LAST_WORDS) words.shift();
        const url = urlIn(line);
        if (url !== null) resolve(url);
      });
    }
  });
}

function urlIn(line: string): string | null {
  if (!line.startsWith('{')) return null;
  try {
    const { url } = JSON.parse(line) as { url?: unknown };
    return typeof url === 'string' ? url : null;
  } catch {
    return null; // Not a log line of ours: kept among the last words.
  }
}

async function endedTooEarly(ended: Promise<void>, words: string[]): Promise<never> {
  await ended;
  throw new SystemFailed(`the system ended before it was ready. Its last words:\n${words.join('\n')}`);
}

async function ready(url: string, deadline: number, words: string[]): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/health/ready`).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > deadline)
      throw new SystemFailed(`the system is not ready (last status ${status}). Its last words:\n${words.join('\n')}`);
    await pause(READY_POLL_MS);
  }
}

async function within<T>(ms: number, promise: Promise<T>, words: string[]): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new SystemFailed(`the system did not start in ${ms / 1_000} s. Its last words:\n${words.join('\n')}`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
