/**
 * The runs of this system: `npm run audit` as a child process, without the keys that read identities or sign. Killed when the
 * system stops; when the system is killed, a child ends at its next word to nobody.
 */
import { join, resolve } from 'node:path';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Clock, LOGGER, Problem, Settings } from '@oss/host';
import type { Logger } from 'pino';
import { auditDirectory } from '../../checkpoints/audit-files';
import { compiledFile } from '../../threads/compiled-file';
import type { Run, RunOrder } from './run';
import { RunProcess } from './run-process';
import { QueueFull, type RunListener, RunQueue } from './run-queue';
import { RunShelf } from './run-shelf';

const RUNS_DIRECTORY = 'runs';
const KEPT = { runs: 50, bytes: 512 * 1_024 * 1_024 };
/** An audit that would need more ends as failed instead of taking the machine's memory. */
const FLAGS = ['--disable-warning=ExperimentalWarning', '--max-old-space-size=1024'];
/** What an audit has no use for. */
const SECRETS = ['OSS_MASTER_KEY', 'OSS_HMAC_KEY', 'OSS_CHECKPOINT_KEY_FILE'];
/** When to come again where nobody knows better, in seconds. */
const COME_AGAIN_SECONDS = 30;
const MAX_COME_AGAIN_SECONDS = 600;

@Injectable()
export class AuditRuns implements OnModuleDestroy {
  readonly #queue: RunQueue;
  readonly #shelf: RunShelf;
  #isStopping = false;

  constructor(
    private readonly settings: Settings,
    clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    const auditDir = resolve(auditDirectory(this.settings.dataDir));
    this.#shelf = new RunShelf(join(auditDir, RUNS_DIRECTORY), KEPT);
    this.#queue = new RunQueue(
      this.#shelf,
      ({ id, kind }, { args }, onLine) => {
        const command = {
          file: process.execPath,
          args: [...FLAGS, compiledFile('main'), kind, ...args, '--json', '--progress', 'json'],
          environment: this.#environment(auditDir),
        };
        return new RunProcess(command, this.#shelf.directoryOf(id), this.#shelf.resultOf(id), onLine);
      },
      () => clock.now(),
      (error) => logger.error({ err: error }, 'the record of an audit run could not be kept'),
    );
  }

  /** Called before the server closes. */
  async onModuleDestroy(): Promise<void> {
    this.#isStopping = true;
    await this.#queue.close();
  }

  list(): Run[] {
    return this.#queue.list();
  }

  /** @throws Problem `not-found` */
  get(id: string): Run {
    const run = this.#queue.find(id);
    if (run === null)
      throw new Problem('not-found', `there is no run ${id}: it was never asked for, or made room for later ones`);
    return run;
  }

  ahead(id: string): number {
    return this.#queue.ahead(id);
  }

  /** @throws Problem `audit-busy`, `store-unavailable` */
  start(order: RunOrder): Run {
    if (this.#isStopping) throw new Problem('store-unavailable', 'the server is stopping');
    try {
      return this.#queue.add(order);
    } catch (error) {
      if (error instanceof QueueFull) throw new Problem('audit-busy', error.message, { cause: error });
      throw error;
    }
  }

  cancel(id: string, operatorCode: string): Promise<Run> {
    return this.#queue.cancel(this.get(id).id, operatorCode);
  }

  watch(id: string, listener: RunListener): () => void {
    return this.#queue.watch(id, listener);
  }

  directoryOf(id: string): string {
    return this.#shelf.directoryOf(id);
  }

  /** In how many seconds it is worth asking again for what waits for the run under way. */
  comeAgainSeconds(): number {
    const left = this.list().find(({ state }) => state === 'running')?.progress?.secondsLeft ?? COME_AGAIN_SECONDS;
    return Math.min(Math.max(1, left), MAX_COME_AGAIN_SECONDS);
  }

  /** The run opens the same store as we do. */
  #environment(auditDir: string): NodeJS.ProcessEnv {
    const { dataDir, eventStore, kurrentdbUrl } = this.settings;
    const ours = { ...process.env, DATA_DIR: resolve(dataDir), AUDIT_DIR: auditDir, EVENT_STORE: eventStore };
    const environment: NodeJS.ProcessEnv = kurrentdbUrl === undefined ? ours : { ...ours, KURRENTDB_URL: kurrentdbUrl };
    for (const name of SECRETS) delete environment[name];
    return environment;
  }
}
