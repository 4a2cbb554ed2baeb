/** A server under measurement as a process of its own: started on a free port, watched, and stopped for certain. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dieWithUs, removeWithUs } from './children';
import { type County, HOSPITALS, roster } from './county';

export const DIST = join(__dirname, '../..');
const ROOT = join(DIST, '..');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const PROBE_MS = 2;
const REGISTRY_TIMEOUT_MS = 300_000;
/** As the whole system says it, and as an app alone does. */
const LISTENING = /(?:listening on |"url":")http:\/\/127\.0\.0\.1:(\d+)/;
/** Enough of a server's output to explain why it did not start. */
const MAX_OUTPUT = 20_000;

export const ONE_STOP = 'apps/one-stop/main.js';

/** A directory on the disk that is measured; BENCH_DIR moves it, default the system's temporary directory. */
export function temporaryDirectory(): string {
  return removeWithUs(mkdtempSync(join(process.env['BENCH_DIR'] ?? tmpdir(), 'one-stop-bench-')));
}

export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** From spawning the process to the first "ready". */
    readonly startMs: number,
  ) {}

  /** @param program below dist/ */
  static async start(program: string, environment: Readonly<Record<string, string>> = {}): Promise<Server> {
    const { nodeFlags, env: usual } = await commandStep('start');
    const began = performance.now();
    const env = { ...process.env, ...usual, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info', ...environment };
    const child = dieWithUs(
      spawn(process.execPath, [...nodeFlags, join(DIST, program)], { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    const port = await listeningPort(child, program);
    while (!(await isReady(port))) {
      if (performance.now() - began > START_TIMEOUT_MS) throw new Error(`${program} listens but does not become ready`);
      await pause(PROBE_MS);
    }
    return new Server(child, port, performance.now() - began);
  }

  /** Hospitals and persons, through HTTP as an operator would. */
  async loadRegistry(county: County): Promise<void> {
    for (const { code, name, region, level } of HOSPITALS) {
      const body = JSON.stringify({ name, region, level, designated: true });
      await this.#request(`/v1/registry/hospitals/${code}`, 'PUT', 'application/json', body);
    }
    const report = JSON.parse(await this.#request('/v1/registry/persons/import', 'POST', 'text/csv', roster(county))) as {
      created: number;
    };
    if (report.created !== county.persons)
      throw new Error(`the roster was not imported whole: ${JSON.stringify(report).slice(0, 500)}`);
  }

  /** One answer as text. @throws when it is no success */
  async post(path: string, body: object): Promise<string> {
    return this.#request(path, 'POST', 'application/json', JSON.stringify(body));
  }

  residentMb(): number {
    return residentKb(this.child.pid!) / 1_024;
  }

  /** CPU seconds used so far by all its threads; null where the system does not tell. */
  cpuSeconds(): number | null {
    try {
      const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(late);
  }

  async #request(path: string, method: string, type: string, body: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { 'content-type': type, 'x-operator-code': 'bench' },
      body,
      signal: AbortSignal.timeout(REGISTRY_TIMEOUT_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text.slice(0, 500)}`);
    return text;
  }
}

interface Step {
  readonly nodeFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Flags and environment of `npm start`, or of another command: floor and rivals get those of `start`, too. */
export async function commandStep(command: 'start' | 'audit'): Promise<Step> {
  const { COMMANDS } = (await import(join(ROOT, 'infra/run/commands.mjs'))) as {
    COMMANDS: Record<typeof command, { steps(args: readonly string[]): readonly [Step] }>;
  };
  return COMMANDS[command].steps([])[0];
}

/** Reads the port from the log, then keeps the pipes empty. */
function listeningPort(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const late = setTimeout(() => reject(new Error(`${program} did not start in time:\n${output}`)), START_TIMEOUT_MS);
    const look = (chunk: Buffer): void => {
      if (output.length < MAX_OUTPUT) output += chunk.toString();
      const port = LISTENING.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(late);
      resolve(Number(port));
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`${program} ended with code ${code} before it listened:\n${output}`));
    });
  });
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function residentKb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  } catch {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  }
}
