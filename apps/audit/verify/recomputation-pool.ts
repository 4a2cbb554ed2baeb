/** The threads that derive benefit years again. They begin while the log is still being read; each has at most two orders. */
import { dirname, join, relative, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Finding, Findings } from './finding';
import {
  type FromRecomputer,
  type OrderDone,
  type RecomputationSettings,
  type ToRecomputer,
  YEARS_PER_ORDER,
} from './recomputation-protocol';

const ORDERS_AHEAD = 2;
/** Of one thread: a year is small, a pack and a page of events are what it holds. */
const MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 160 };

export interface Recomputed {
  readonly years: number;
  readonly cases: number;
  readonly compared: number;
}

interface Helper {
  readonly worker: Worker;
  orders: number;
}

export class RecomputationPool {
  readonly #helpers: Helper[];
  readonly #findings: Findings;
  readonly #onYears: (done: number, known: number) => void;
  readonly #queue: string[] = [];
  readonly #missingPacks = new Map<string, number>();
  readonly #end = Promise.withResolvers<void>();
  #known = 0;
  #years = 0;
  #cases = 0;
  #compared = 0;
  #isComplete = false;

  /** @param onYears told how many years are done and how many are known */
  constructor(
    settings: RecomputationSettings,
    threads: number,
    findings: Findings,
    onYears: (done: number, known: number) => void,
  ) {
    this.#findings = findings;
    this.#onYears = onYears;
    this.#helpers = Array.from({ length: threads }, () => this.#helper(settings));
    // Whoever waits for the end is told of a thread that broke; until then nobody need look.
    this.#end.promise.catch(() => undefined);
  }

  /** A benefit year to derive again. */
  add(stream: string): void {
    this.#known += 1;
    if (this.#queue.push(stream) >= YEARS_PER_ORDER) this.#hand();
  }

  /** No more years will come: resolves when all are done. @throws what ended a thread */
  async finish(): Promise<Recomputed> {
    this.#isComplete = true;
    this.#hand();
    this.#finishIfDone();
    await this.#end.promise;
    for (const [pack, years] of this.#missingPacks) this.#findings.add(missingPack(pack, years));
    return { years: this.#years, cases: this.#cases, compared: this.#compared };
  }

  async close(): Promise<void> {
    await Promise.all(this.#helpers.map(({ worker }) => worker.terminate()));
  }

  #helper(settings: RecomputationSettings): Helper {
    const worker = new Worker(workerFile(), { workerData: settings, resourceLimits: MEMORY });
    const helper: Helper = { worker, orders: ORDERS_AHEAD };
    worker.on('message', (message: FromRecomputer) => {
      if ('ready' in message) helper.orders = 0;
      else this.#take(message, helper);
      this.#hand();
      this.#finishIfDone();
    });
    worker.on('error', (error) => this.#end.reject(error));
    return helper;
  }

  #take({ years, cases, compared, findings, missingPacks }: OrderDone, helper: Helper): void {
    helper.orders -= 1;
    this.#years += years;
    this.#cases += cases;
    this.#compared += compared;
    this.#findings.add(...findings);
    for (const [pack, held] of missingPacks) this.#missingPacks.set(pack, (this.#missingPacks.get(pack) ?? 0) + held);
    this.#onYears(this.#years, this.#known);
  }

  #hand(): void {
    for (const helper of this.#helpers) {
      while (
        helper.orders < ORDERS_AHEAD &&
        (this.#queue.length >= YEARS_PER_ORDER || (this.#isComplete && this.#queue.length > 0))
      ) {
        const order: ToRecomputer = { years: this.#queue.splice(0, YEARS_PER_ORDER) };
        helper.orders += 1;
        helper.worker.postMessage(order);
      }
    }
  }

  #finishIfDone(): void {
    if (this.#isComplete && this.#years === this.#known) this.#end.resolve();
  }
}

function missingPack(pack: string, years: number): Finding {
  return {
    check: 'recomputation',
    what: 'underivable',
    message:
      `日志中没有内容与摘要相符的政策包 ${pack}：${years} 个年度未能核对。 ` +
      `The log holds no pack ${pack} whose content gives that digest: ${years} benefit years could not be derived again.`,
  };
}

/** The thread's compiled file: a Worker is not transformed by Jest, so sources point into the build. */
function workerFile(): string {
  if (!__filename.endsWith('.ts')) return join(__dirname, 'recomputation-worker.js');
  const root = resolve(__dirname, '../../..');
  return join(root, 'dist', relative(root, dirname(__filename)), 'recomputation-worker.js');
}
