/**
 * Processes of the system, so many copies of each app, under a supervisor that starts again whatever has ended, as an
 * operator's would: the whole system as one process, or every app apart on one KurrentDB. Each keeps its directory over a restart.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from './http-client';
import { freshDirectory, TEST_KEY } from './in-process';
import { type Ended, type RealProcess, startProcess } from './real-process';

export const PAYER_APPS = [
  'basic-insurance',
  'critical-illness',
  'supplementary-insurance',
  'medical-assistance',
  'fifth-line',
] as const;
export type App = 'one-stop' | 'hospital-gateway' | (typeof PAYER_APPS)[number] | 'settlement' | 'insurer-relay';

/** Pause before an ended process is started again. */
const AGAIN_MS = 100;
/** A process that never comes back becomes an error that says why. */
const PATIENCE_MS = 180_000;
/** Processes that start at the same time: more would only take the cores from each other. */
const STARTING_AT_ONCE = 4;

export interface Member {
  readonly app: App;
  /** Which copy, from 1. */
  readonly copy: number;
  readonly directory: ReturnType<typeof freshDirectory>;
  /** The process that runs now; null between two. */
  process: RealProcess | null;
  client: Client | null;
}

export interface SupervisedOptions {
  /** Copies of each app, started in this order. */
  readonly copies: Readonly<Partial<Record<App, number>>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** What processes need that share a KurrentDB. */
export function onKurrentDb(url: string): Record<string, string> {
  return { EVENT_STORE: 'kurrentdb', KURRENTDB_URL: url, OSS_MASTER_KEY: TEST_KEY, OSS_HMAC_KEY: TEST_KEY };
}

export class Supervised {
  readonly members: readonly Member[];
  /** Processes that ended although nobody had ended them: "app copy: code, last words". */
  readonly endedByThemselves: string[] = [];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #watches = new Set<Promise<void>>();
  /** Processes that a test has ended. */
  readonly #told = new WeakSet<RealProcess>();
  /** Why the last start came to nothing. */
  #notStarted = '';
  #stopping = false;

  private constructor({ copies, environment }: SupervisedOptions) {
    this.#environment = environment;
    this.members = Object.entries(copies).flatMap(([app, count]) =>
      Array.from({ length: count }, (_, index) => ({
        app: app as App,
        copy: index + 1,
        directory: freshDirectory(),
        process: null,
        client: null,
      })),
    );
  }

  /** Resolves when all of them listen. */
  static async start(options: SupervisedOptions): Promise<Supervised> {
    const supervised = new Supervised(options);
    const waiting = [...supervised.members];
    const starter = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await supervised.#start(next);
    };
    await Promise.all(Array.from({ length: STARTING_AT_ONCE }, starter));
    return supervised;
  }

  of(app: App): readonly Member[] {
    return this.members.filter((member) => member.app === app);
  }

  /** A copy of an app that answers now, the n-th of those there are; null while none does. */
  client(app: App, n = 0): Client | null {
    const clients = this.of(app).flatMap(({ client }) => client ?? []);
    return clients[n % clients.length] ?? null;
  }

  /** Ends a process as no process expects it; the supervisor starts it again. */
  async kill({ process }: Member): Promise<void> {
    if (process === null) return;
    this.#told.add(process);
    await process.end('SIGKILL');
  }

  /** Resolves when every member runs. */
  async whole(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let down = this.#down(); down.length > 0; down = this.#down()) {
      if (performance.now() > until) throw new Error(`do not start again: ${down.join(', ')}: ${this.#notStarted}`);
      await pause(20);
    }
  }

  /** Stops all of them and removes what they kept. @returns how each ended, by "app copy" */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Map<string, Ended>> {
    this.#stopping = true;
    const ends = this.members.map(async ({ app, copy, process, client }) => {
      await client?.close();
      return process === null ? null : ([`${app} ${copy}`, await process.end(signal)] as const);
    });
    const ended = await Promise.all(ends);
    await Promise.all(this.#watches);
    for (const { directory } of this.members) directory.remove();
    return new Map(ended.filter((each) => each !== null));
  }

  #down(): string[] {
    return this.members.filter(({ process }) => process === null).map(({ app, copy }) => `${app} ${copy}`);
  }

  async #start(member: Member): Promise<void> {
    const process = await startProcess(member.directory.path, this.#environment, member.app);
    if (this.#stopping) return void (await process.end('SIGKILL'));
    member.process = process;
    member.client = new Client(process.url, 64);
    const watch = this.#watch(member, process).finally(() => this.#watches.delete(watch));
    this.#watches.add(watch);
  }

  async #watch(member: Member, process: RealProcess): Promise<void> {
    const { code, signal } = await process.ended;
    const { client } = member;
    member.process = null;
    member.client = null;
    await client?.close();
    if (this.#stopping) return;
    if (!this.#told.has(process)) {
      this.endedByThemselves.push(`${member.app} ${member.copy}: ${code ?? signal}, ${process.output().slice(-2_000)}`);
    }
    await this.#again(member);
  }

  /** A start may fail, as when the store is away: the next one follows. */
  async #again(member: Member): Promise<void> {
    while (!this.#stopping) {
      await pause(AGAIN_MS);
      try {
        return await this.#start(member);
      } catch (error) {
        this.#notStarted = error instanceof Error ? error.message : String(error);
      }
    }
  }
}
