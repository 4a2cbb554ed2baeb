/** A broker as a process of this machine, started through infra/kafka on free ports, in a directory that goes away with it. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../free-port';
import { freshDirectory } from '../in-process';
import { ROOT } from '../source-tree';
import { type BrokerOptions, TEST_LOGIN, type TestBroker } from './test-broker';

const MAIN = join(ROOT, 'infra/kafka/main.mjs');
const run = promisify(execFile);

/** What this machine lacks for it, each with its cure; empty when nothing. */
export function lackingForJava(): readonly string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'lacks'], { encoding: 'utf8' });
  if (status === 0) return [];
  return `${stdout}${stderr}`.trim().split('\n');
}

export class JavaBroker implements TestBroker {
  readonly #directory = freshDirectory();

  private constructor(
    private readonly port: number,
    private readonly controllerPort: number,
    private readonly saslPort: number | null,
  ) {}

  static async start({ sasl = false }: BrokerOptions): Promise<JavaBroker> {
    const broker = new JavaBroker(await freePort(), await freePort(), sasl ? await freePort() : null);
    await broker.start();
    return broker;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get saslAddress(): string {
    return `127.0.0.1:${this.saslPort}`;
  }

  async start(): Promise<void> {
    await this.#command('start');
  }

  async stop(): Promise<void> {
    await this.#command('stop');
  }

  async kill(): Promise<void> {
    const pid = Number(readFileSync(join(this.#directory.path, 'pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    // Nothing is left to stop: this only waits until the process is gone.
    await this.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    this.#directory.remove();
  }

  async #command(command: string): Promise<void> {
    const where = ['--port', this.port, '--controller-port', this.controllerPort, '--dir', this.#directory.path];
    const { user, password } = TEST_LOGIN;
    if (this.saslPort !== null) where.push('--sasl-port', this.saslPort, '--sasl-user', user, '--sasl-password', password);
    await run(process.execPath, [MAIN, command, ...where.map(String)]);
  }
}
