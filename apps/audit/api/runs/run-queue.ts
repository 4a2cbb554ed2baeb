/**
 * Runs in their order, one at a time: an audit takes a core, and the discharge window needs the others. What waits is bounded;
 * what is over is kept, within bounds. Everything that happens to a run is put down before anybody is told.
 */
import { randomUUID } from 'node:crypto';
import { isOver, type Run, type RunOrder } from './run';
import type { ProcessEnd, RunProcess } from './run-process';
import type { RunShelf } from './run-shelf';
import type { ProgressLine } from '../../cli/progress-lines';

/** Runs that wait. */
export const MAX_QUEUED = 8;
/** Of one run, on disk. */
const MAX_RUN_BYTES = 128 * 1_024 * 1_024;
const [CLEAN, FINDINGS] = [0, 1];
const INTERRUPTED = '系统在运行期间停止，请重新发起。 The system stopped while it ran: start it again.';
const TOO_LARGE =
  '结果过大，请用筛选条件缩小范围。 The result is too large to be kept: narrow it by the filters, or by fewer checks.';

/** So many runs wait that no other is taken. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

export type RunListener = (run: Run) => void;
/** Begins the process of a run. */
export type RunLauncher = (run: Run, order: RunOrder, onLine: (line: ProgressLine) => void) => RunProcess;

interface Running {
  readonly id: string;
  readonly process: RunProcess;
  readonly over: Promise<void>;
}

export class RunQueue {
  readonly #shelf: RunShelf;
  readonly #launch: RunLauncher;
  readonly #now: () => Date;
  readonly #onTrouble: (error: unknown) => void;
  /** All that are kept, oldest first. */
  readonly #runs = new Map<string, Run>();
  readonly #waiting: { readonly id: string; readonly order: RunOrder }[] = [];
  readonly #listeners = new Map<string, Set<RunListener>>();
  #running: Running | null = null;
  #isClosed = false;

  /**
   * Takes up what is on the shelf: what was not over when the system stopped has failed.
   * @param onTrouble is told when a record could not be put down; the run goes on without it
   */
  constructor(shelf: RunShelf, launch: RunLauncher, now: () => Date, onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
    this.#shelf = shelf;
    this.#launch = launch;
    this.#now = now;
    for (const run of shelf.load()) {
      this.#runs.set(run.id, run);
      if (!isOver(run)) this.#end(run, { state: 'failed', failure: INTERRUPTED });
    }
  }

  /** Newest first. */
  list(): Run[] {
    return [...this.#runs.values()].reverse();
  }

  find(id: string): Run | null {
    return this.#runs.get(id) ?? null;
  }

  /** Runs that come before it, the one under way among them; 0 for any that does not wait. */
  ahead(id: string): number {
    const at = this.#waiting.findIndex((each) => each.id === id);
    return at < 0 ? 0 : at + (this.#running === null ? 0 : 1);
  }

  /** @throws QueueFull */
  add(order: RunOrder): Run {
    if (this.#waiting.length >= MAX_QUEUED) throw new QueueFull(`${MAX_QUEUED} runs wait already`);
    const { kind, operatorCode, options } = order;
    const run: Run = {
      ...{ id: randomUUID(), kind, state: 'queued', operatorCode, options, createdAt: this.#instant(), startedAt: null },
      ...{
        endedAt: null,
        progress: null,
        clean: null,
        summary: null,
        failure: null,
        cancelledBy: null,
        keptBytes: 0,
        sequence: 1,
      },
    };
    this.#shelf.make(run, order.files);
    this.#runs.set(run.id, run);
    this.#waiting.push({ id: run.id, order });
    this.#next();
    return this.#runs.get(run.id)!;
  }

  /** Ends a run that waits or is under way; one that is over stays as it is. */
  async cancel(id: string, operatorCode: string): Promise<Run> {
    const run = this.#runs.get(id)!;
    if (isOver(run)) return run;
    const at = this.#waiting.findIndex((each) => each.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
    const running = this.#running?.id === id ? this.#running : null;
    this.#end(run, { state: 'cancelled', cancelledBy: operatorCode });
    await running?.process.kill();
    await running?.over;
    return this.#runs.get(id) ?? run;
  }

  /** Tells of what happens to a run from now on. @returns ends the telling */
  watch(id: string, listener: RunListener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }

  /** Nothing is begun any more; what waits or runs has failed, and says why. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    const running = this.#running;
    for (const run of this.#runs.values()) if (!isOver(run)) this.#end(run, { state: 'failed', failure: INTERRUPTED });
    await running?.process.kill();
    await running?.over;
  }

  #next(): void {
    if (this.#running !== null || this.#isClosed) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { id, order } = next;
    const run = this.#change(this.#runs.get(id)!, { state: 'running', startedAt: this.#instant() });
    try {
      const process = this.#launch(run, order, (line) => this.#told(id, line));
      this.#running = { id, process, over: process.ended.then((end) => this.#ended(id, end)) };
    } catch (error) {
      this.#end(run, { state: 'failed', failure: error instanceof Error ? error.message : String(error) });
      this.#next();
    }
  }

  #told(id: string, line: ProgressLine): void {
    const run = this.#runs.get(id);
    if (run === undefined || isOver(run)) return;
    // Progress is put down with the next thing that happens: it is worth no write of its own.
    this.#keep({ ...run, ...line, sequence: run.sequence + 1 });
  }

  #ended(id: string, { code, signal, words }: ProcessEnd): void {
    this.#running = null;
    const run = this.#runs.get(id);
    if (run !== undefined && !isOver(run)) {
      const keptBytes = this.#try(() => this.#shelf.bytesOf(id)) ?? 0;
      if (keptBytes > MAX_RUN_BYTES) this.#end(run, { state: 'failed', failure: TOO_LARGE });
      else if (code === CLEAN || code === FINDINGS)
        this.#end(run, { state: 'done', clean: run.kind === 'what-if' ? null : code === CLEAN, keptBytes });
      else this.#end(run, { state: 'failed', failure: words.trim() || `ended by ${signal ?? code} without a word` });
    }
    this.#next();
  }

  /** Of a run without a result only the record is kept. */
  #end(run: Run, how: Partial<Run>): void {
    if (how.state !== 'done') this.#try(() => this.#shelf.remove(run.id));
    this.#change(run, { ...how, endedAt: this.#instant() });
    for (const { id } of this.#shelf.surplus([...this.#runs.values()])) {
      this.#runs.delete(id);
      this.#try(() => this.#shelf.remove(id));
    }
  }

  #change(run: Run, change: Partial<Run>): Run {
    const changed = { ...run, ...change, sequence: run.sequence + 1 };
    this.#try(() => this.#shelf.save(changed));
    this.#keep(changed);
    return changed;
  }

  /** A full disk must not stop the system that settles: it is told, and the run is known in memory alone. */
  #try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#onTrouble(error);
      return undefined;
    }
  }

  #keep(run: Run): void {
    this.#runs.set(run.id, run);
    for (const listener of this.#listeners.get(run.id) ?? []) listener(run);
  }

  #instant(): string {
    return this.#now().toISOString();
  }
}
