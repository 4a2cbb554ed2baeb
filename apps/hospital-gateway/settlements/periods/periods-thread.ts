/**
 * The main thread's side of the period list's file. A completion costs it about two microseconds: the stored text is put
 * into a batch as it is, and another thread parses and writes it. What waits is bounded; above it the log waits.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RecordedEvent } from '@oss/event-store';
import type { CompletionBatch, FromPeriods, PeriodPage, PeriodQuestion, PeriodsSettings, Progress, ToPeriods } from './protocol';

/**
 * A batch is sent when it holds so many, or has waited so long: sooner than it is written, for a text that waits here outlives the
 * collections of young objects, and was a quarter of what the collections of old ones, which hold everybody up, had to clear.
 */
const BATCH_ROWS = 128;
const BATCH_MS = 50;
/** Completions sent and not yet written (about 1 KB each); above it the subscription waits. */
const MAX_UNWRITTEN = 8_000;
const MAX_QUESTIONS = 64;
const MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 };

/** The file cannot be asked now; the same question may be asked again. */
export class PeriodsUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PeriodsUnavailable';
  }
}

interface Asked {
  readonly resolve: (page: PeriodPage) => void;
  readonly reject: (error: Error) => void;
}

export class PeriodsThread {
  /** Resolves when the thread has ended: with why, or with null after `close`. */
  readonly ended: Promise<Error | null>;
  readonly #worker: Worker;
  #batch = emptyBatch();
  #timer: NodeJS.Timeout | null = null;
  #unwritten = 0;
  #resume: (() => void) | null = null;
  readonly #asked: Asked[] = [];
  #opened: (progress: Progress) => void = () => undefined;
  #failure: Error | null = null;
  #over = false;

  private constructor(settings: PeriodsSettings) {
    this.#worker = new Worker(workerFile(), { workerData: settings, resourceLimits: MEMORY });
    this.#worker.on('message', (message: FromPeriods) => this.#answered(message));
    this.#worker.on('error', (error: Error) => (this.#failure = error));
    this.ended = new Promise((resolve) => this.#worker.on('exit', () => resolve(this.#end())));
  }

  /** Opens the file in a thread of its own. @throws what keeps it from opening */
  static async start(settings: PeriodsSettings): Promise<{ readonly thread: PeriodsThread; readonly progress: Progress }> {
    const thread = new PeriodsThread(settings);
    return { thread, progress: await thread.#untilOpened() };
  }

  /** Takes a completion or what a correction did, in the order of the log. @returns a promise when the next one must wait for the disk */
  take(event: RecordedEvent): void | Promise<void> {
    if (this.#over) return;
    const batch = this.#batch;
    batch.positions.push(Number(event.position));
    batch.instants.push(event.recordedAt);
    batch.types.push(event.type);
    batch.hash = event.hash;
    if (batch.texts.push(event.text) >= BATCH_ROWS) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), BATCH_MS);
    if (this.#unwritten >= MAX_UNWRITTEN) return new Promise((resolve) => (this.#resume = resolve));
  }

  /** Answers from everything taken so far. @throws PeriodsUnavailable */
  ask(question: PeriodQuestion): Promise<PeriodPage> {
    if (this.#over) return Promise.reject(new PeriodsUnavailable('the period list is closed'));
    if (this.#asked.length >= MAX_QUESTIONS) {
      return Promise.reject(new PeriodsUnavailable(`${MAX_QUESTIONS} questions to the period list wait for their answers`));
    }
    this.#send();
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#post({ question });
    });
  }

  /** Empties the file, before anything is taken. */
  startAnew(): Promise<Progress> {
    const opened = this.#untilOpened();
    this.#post({ command: 'start anew' });
    return opened;
  }

  /** Writes what was taken, then closes the file. */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#send();
      this.#post({ command: 'close' });
    }
    await this.ended;
  }

  async #untilOpened(): Promise<Progress> {
    const opened = new Promise<Progress>((resolve) => (this.#opened = resolve));
    const ended = this.ended.then((error): never => {
      throw error ?? new PeriodsUnavailable('the period list was closed');
    });
    return Promise.race([opened, ended]);
  }

  #post(message: ToPeriods): void {
    this.#worker.postMessage(message);
  }

  #send(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#batch;
    if (batch.texts.length === 0) return;
    this.#batch = emptyBatch();
    this.#unwritten += batch.texts.length;
    this.#post({ write: batch });
  }

  #answered(message: FromPeriods): void {
    if ('written' in message) {
      this.#unwritten -= message.written;
      if (this.#unwritten < MAX_UNWRITTEN) this.#goOn();
    } else if ('opened' in message) this.#opened(message.opened);
    else if ('page' in message) this.#asked.shift()!.resolve(message.page);
    else this.#asked.shift()!.reject(new Error(`the period list cannot answer: ${message.refused}`));
  }

  #goOn(): void {
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
  }

  #end(): Error | null {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const unavailable = new PeriodsUnavailable('the period list has stopped', { cause: this.#failure });
    for (const { reject } of this.#asked.splice(0)) reject(unavailable);
    this.#goOn();
    return this.#failure;
  }
}

function emptyBatch(): CompletionBatch & { hash: string } {
  return { positions: [], instants: [], types: [], texts: [], hash: '' };
}

/** The thread's compiled file: a Worker is not transformed by Jest, so sources point into the build. */
function workerFile(): string {
  if (!__filename.endsWith('.ts')) return join(__dirname, 'periods-worker.js');
  const root = resolve(__dirname, '../../../..');
  return join(root, 'dist', relative(root, dirname(__filename)), 'periods-worker.js');
}
