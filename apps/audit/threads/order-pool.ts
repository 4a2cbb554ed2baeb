/**
 * Threads that do a command's work in parts: each has at most two orders, and answers are told in the order in which the orders
 * were given, so that what is made of them does not depend on how many threads there are or which was quicker.
 */
import { Worker } from 'node:worker_threads';
import { compiledFile } from './compiled-file';

const ORDERS_AHEAD = 2;
/** Answers that wait for an earlier one: then no more is handed out until it has come. */
const MAX_WAITING = 64;
/** Of one thread: what it holds are packs, a page of facts and one person. */
const MEMORY = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 160 };

/** What goes to a thread and comes back. */
export interface Numbered<T> {
  readonly number: number;
  readonly content: T;
}
export type FromThread<Answer> = { readonly ready: true } | Numbered<Answer>;

interface Helper {
  readonly worker: Worker;
  orders: number;
}

export interface PoolOptions<Answer> {
  /** The thread's file below apps/audit, without its ending; it calls `takeOrders`. */
  readonly worker: string;
  readonly settings: unknown;
  readonly threads: number;
  readonly onAnswer: (answer: Answer) => void;
}

export class OrderPool<Order, Answer> {
  readonly #helpers: Helper[];
  readonly #onAnswer: (answer: Answer) => void;
  readonly #queue: Order[] = [];
  /** Answers that came before an earlier one, by their numbers. */
  readonly #waiting = new Map<number, Answer>();
  readonly #end = Promise.withResolvers<void>();
  #handed = 0;
  #told = 0;
  #isComplete = false;
  #isClosing = false;

  constructor({ worker, settings, threads, onAnswer }: PoolOptions<Answer>) {
    this.#onAnswer = onAnswer;
    const file = compiledFile(worker);
    this.#helpers = Array.from({ length: threads }, () => this.#helper(file, settings));
    // Whoever waits for the end is told of a thread that broke; until then nobody need look.
    this.#end.promise.catch(() => undefined);
  }

  give(order: Order): void {
    this.#queue.push(order);
    this.#hand();
  }

  /** No more orders will come: resolves when all are answered and told. @throws what ended a thread */
  async finish(): Promise<void> {
    this.#isComplete = true;
    this.#finishIfDone();
    await this.#end.promise;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#helpers.map(({ worker }) => worker.terminate()));
  }

  #helper(file: string, settings: unknown): Helper {
    const worker = new Worker(file, { workerData: settings, resourceLimits: MEMORY });
    const helper: Helper = { worker, orders: ORDERS_AHEAD };
    worker.on('message', (message: FromThread<Answer>) => {
      if ('ready' in message) helper.orders = 0;
      else {
        helper.orders -= 1;
        this.#take(message);
      }
      this.#hand();
      this.#finishIfDone();
    });
    worker.on('error', (error) => this.#end.reject(error));
    worker.on('exit', (code) => {
      if (!this.#isClosing) this.#end.reject(new Error(`a thread of ${file} ended with code ${code} before its work was done`));
    });
    return helper;
  }

  #take({ number, content }: Numbered<Answer>): void {
    this.#waiting.set(number, content);
    try {
      for (let next = this.#waiting.get(this.#told); next !== undefined; next = this.#waiting.get(this.#told)) {
        this.#waiting.delete(this.#told);
        this.#told += 1;
        this.#onAnswer(next);
      }
    } catch (error) {
      this.#end.reject(error);
    }
  }

  #hand(): void {
    for (const helper of this.#helpers) {
      while (helper.orders < ORDERS_AHEAD && this.#queue.length > 0 && this.#handed - this.#told < MAX_WAITING) {
        const order: Numbered<Order> = { number: this.#handed, content: this.#queue.shift()! };
        this.#handed += 1;
        helper.orders += 1;
        helper.worker.postMessage(order);
      }
    }
  }

  #finishIfDone(): void {
    if (this.#isComplete && this.#queue.length === 0 && this.#told === this.#handed) this.#end.resolve();
  }
}
