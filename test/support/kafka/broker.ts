/** A real Kafka for the tests, started through infra/kafka on free ports, in a directory that goes away with it. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../source-tree';
import { freshDirectory } from '../in-process';

const MAIN = join(ROOT, 'infra/kafka/main.mjs');
const run = promisify(execFile);

/** Who may log in to a broker that was started with `sasl`; not a secret. */
export const TEST_LOGIN = { user: 'tester', password: 'only-for-tests' };

/** What this machine lacks for a broker; null when it has all. In CI nothing may be missing: then it throws. */
export function missingForKafka(): string | null {
  const missing = ['java', 'mvn'].filter((program) => spawnSync(program, ['--version']).status !== 0);
  if (missing.length === 0) return null;
  const text = `Kafka cannot be started here: ${missing.join(' and ')} missing (apt-get install -y openjdk-17-jre-headless maven)`;
  if (process.env['CI'] === 'true') throw new Error(text);
  return text;
}

export class TestBroker {
  readonly #directory = freshDirectory();

  private constructor(
    private readonly port: number,
    private readonly controllerPort: number,
    private readonly saslPort: number | null,
  ) {}

  /** @param options `sasl`: with a second listener, which asks for the log-in `TEST_LOGIN` */
  static async start({ sasl = false } = {}): Promise<TestBroker> {
    const broker = new TestBroker(await freePort(), await freePort(), sasl ? await freePort() : null);
    await broker.start();
    return broker;
  }

  /** The listener that asks for the log-in. */
  get saslAddress(): string {
    return `127.0.0.1:${this.saslPort}`;
  }

  /** As KAFKA_BROKERS says it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it (again), on its data; resolves when it answers. */
  async start(): Promise<void> {
    await this.#command('start');
  }

  /** Stops it cleanly; its data stays. */
  async stop(): Promise<void> {
    await this.#command('stop');
  }

  /** Ends it as no broker expects it; its data stays. */
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
