/** The compiled system, or one of its apps, as a process of its own: started, signalled, killed, its output kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-tree';

/** As `npm start` has it: what one start compiled, the next one need not. */
const COMPILED = join(ROOT, 'dist', '.compile-cache');
const FLAGS = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RealProcess {
  /** Where it listens. */
  readonly url: string;
  readonly ended: Promise<Ended>;
  /** Everything it wrote so far, stdout and stderr. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** A start that did not come to listening. */
export class NotStarted extends Error {
  constructor(
    readonly ended: Ended,
    readonly output: string,
  ) {
    super(`the process ended (${ended.code ?? ended.signal}) before it listened:\n${output}`);
  }
}

/**
 * Starts an app on a data directory and waits until it listens.
 * @param app folder under apps/; default the whole system, as `npm start` runs it
 * @throws NotStarted
 */
export async function startProcess(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
  app = 'one-stop',
): Promise<RealProcess> {
  const main = join(ROOT, 'dist/apps', app, 'main.js');
  if (!existsSync(main)) throw new Error('dist/ is missing: run "npm run build" (npm test does it by itself)');
  const child = spawn(process.execPath, [...FLAGS, main], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: COMPILED,
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'info',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const listening = new Promise<string>((resolve) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const url = /"url":"(http:[^"]+)"/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  });
  const first = await Promise.race([listening, ended]);
  if (typeof first !== 'string') throw new NotStarted(first, text);
  return {
    url: first,
    ended,
    output: () => text,
    signal: (signal) => void child.kill(signal),
    end: (signal) => end(child, signal, ended),
  };
}

function end(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<Ended>): Promise<Ended> {
  child.kill(signal);
  return ended;
}
