/**
 * Hands the events of the log to a handler, for `follow` and `work` alike. Events of one lane go one after another, lanes
 * side by side. An event that fails is tried again in its own lane, then parked; it never delays another lane.
 * The checkpoint is what lies before the oldest event that is neither handled nor parked.
 */
import { type Handler, type RecordedEvent, StoreUnavailable, type Subscription } from '../event-store';
import { PassingMap } from '../passing-map';
import type { Recorded } from '../recorded';
import { CheckpointSaver } from './checkpoint-saver';
import type { Source } from './source';

/** Events taken from the log and not yet handled or parked, waiting for their lane included. */
const MAX_OUTSTANDING = 2_048;
/** Events begun in one go; then the event loop has its turn. */
const MAX_PER_TURN = 256;
const MAX_RETRY_DELAY_MS = 5_000;
const OUTAGE_DELAY_MS = 1_000;
const MAX_ERROR_CHARS = 1_000;

export interface DeliveryOptions {
  /** Null: all events go one after another. */
  readonly lane: ((event: RecordedEvent) => string) | null;
  readonly concurrency: number;
  readonly maxAttempts: number;
  readonly retryDelayMs: number;
  /** Absent: a handler may take as long as it needs. */
  readonly timeoutMs?: number;
}

/** An attempt that failed. `parked`: it was the last one. */
export interface DeliveryFailure {
  readonly event: RecordedEvent;
  readonly attempt: number;
  readonly error: unknown;
  readonly parked: boolean;
}

/** A failed attempt to handle an event, told to whoever logs and counts. `subscription` is absent for a transient one. */
export type FailedDelivery = DeliveryFailure & { readonly subscription: string | undefined };

/** What must outlive the process; a subscription without a name has none of it. */
export interface Ledger {
  /** Told of each event that was handled and had not been parked. */
  readonly handled?: (event: RecordedEvent) => void;
  readonly save: (position: number) => Promise<void>;
  readonly park: (event: RecordedEvent, attempts: number, error: string) => Promise<void>;
  readonly unpark: (event: RecordedEvent) => Promise<void>;
}

interface Task {
  /** Null once it is finished: a table that a map has outgrown still refers to its tasks for a while. */
  event: Recorded | null;
  readonly lane: string;
  /** What the lane's rule threw: the event is treated as if its handler had. */
  readonly flaw: Error | undefined;
  /** Attempts before it was parked, for a parked event that is delivered again. */
  readonly parkedAttempts: number | null;
  attempts: number;
  /** Set while the handler runs: the attempt whose outcome still counts. */
  running: number;
  startedAt: number;
}

/** Stands for a task that is over, or has begun, already. */
const BEGUN = Symbol('begun');

export class Delivery implements Subscription {
  readonly closed: Promise<void>;
  readonly #source: Source;
  readonly #head: () => number | Promise<number>;
  readonly #ledger: Ledger | null;
  readonly #options: DeliveryOptions;
  readonly #handler: Handler;
  readonly #onFailure: (failure: DeliveryFailure) => void;
  /** Busy lanes, each with the tasks that wait for it. */
  readonly #lanes = new PassingMap<string, Task[]>();
  /** Tasks whose turn in their lane has come, waiting for a free place. */
  #ready: Task[] = [];
  /** Positions in the order of the log, so the first one is the oldest; each with the position before it. */
  readonly #outstanding = new PassingMap<number, number>();
  readonly #replaying = new Set<number>();
  readonly #inHandler = new PassingMap<Task, true>();
  /** The place before the event that a handler has been given directly and has not yet returned from; else null. */
  #beforeDirect: number | null = null;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Events finished since the last look at the progress. */
  #finished = 0;
  /** What is being written down of parked events: that they are, or no longer are. */
  readonly #records = new Set<Promise<void>>();
  #pumping = false;
  #turnScheduled = false;
  readonly #saver: CheckpointSaver | null;
  #waiters: { target: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  #stopping: Promise<void> | null = null;
  #onIdle: (() => void) | null = null;
  #end!: () => void;

  constructor(
    source: Source,
    head: () => number | Promise<number>,
    ledger: Ledger | null,
    options: DeliveryOptions,
    handler: Handler,
    onFailure: (failure: DeliveryFailure) => void,
  ) {
    this.#source = source;
    this.#head = head;
    this.#ledger = ledger;
    this.#options = options;
    this.#handler = handler;
    this.#onFailure = onFailure;
    this.#saver = ledger && new CheckpointSaver(ledger.save, () => this.#done());
    this.closed = new Promise((resolve) => (this.#end = resolve));
    if (options.timeoutMs !== undefined) this.#watchTimeouts(options.timeoutMs);
  }

  /** Up to here the log has been taken: handled, or held by a task. */
  get taken(): number {
    return this.#source.position;
  }

  get checkpoint(): bigint {
    return BigInt(this.#done());
  }

  async caughtUp(): Promise<void> {
    const target = await this.#head();
    if (this.#done() >= target) return;
    if (this.#stopping) throw stoppedBefore(target);
    await new Promise<void>((resolve, reject) => this.#waiters.push({ target, resolve, reject }));
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  /** Begins what can be begun: called when the log has grown and when a place has become free. */
  pump(): void {
    if (this.#pumping || this.#stopping) return;
    this.#pumping = true;
    for (let begun = 0; this.#inHandler.size < this.#options.concurrency; begun++) {
      if (begun === MAX_PER_TURN) {
        this.#nextTurn();
        break;
      }
      const task = this.#ready.shift() ?? this.#pull();
      if (!task) break;
      if (task !== BEGUN) this.#begin(task);
    }
    this.#pumping = false;
    this.#progress();
  }

  /**
   * Resolves when what is being written down of parked events at the time of the call has been: the list may show an event
   * before the writer's answer has reached us, and only then can it be delivered again.
   */
  async recorded(): Promise<void> {
    await Promise.all(this.#records);
  }

  /** Delivers parked events again; answers how many it took. Those already on their way are left out. */
  replay(parked: readonly { readonly event: Recorded; readonly attempts: number }[]): number {
    let taken = 0;
    for (const { event, attempts } of parked) {
      const position = Number(event.position);
      if (this.#stopping || this.#replaying.has(position) || this.#outstanding.has(position)) continue;
      this.#replaying.add(position);
      const task = this.#enter(event, attempts);
      if (task) this.#ready.push(task);
      taken += 1;
    }
    this.pump();
    return taken;
  }

  /** Next event of the log whose lane is free; those whose lane is busy go and wait there. */
  #pull(): Task | typeof BEGUN | undefined {
    while (this.#outstanding.size < MAX_OUTSTANDING) {
      const event = this.#source.next();
      if (!event) {
        if (!this.#source.atEnd) this.#nextTurn();
        return undefined;
      }
      if (this.#options.lane === null && this.#lanes.size === 0) return this.#beginDirectly(event);
      this.#outstanding.set(Number(event.position), this.#source.before);
      const task = this.#enter(event, null);
      if (task) return task;
    }
    return undefined;
  }

  /** Nobody waits and nobody is before it: an event whose handler is done at once leaves no trace, and most are such. */
  #beginDirectly(event: Recorded): typeof BEGUN {
    const { before } = this.#source;
    this.#beforeDirect = before;
    const outcome = this.#call(event);
    this.#beforeDirect = null;
    if (outcome === null) {
      this.#ledger?.handled?.(event);
      this.#finished += 1;
    } else {
      this.#outstanding.set(Number(event.position), before);
      const task = this.#enter(event, null)!;
      this.#await(task, this.#enterHandler(task), outcome);
    }
    return BEGUN;
  }

  /** The task, when its lane was free and is now its own. */
  #enter(event: Recorded, parkedAttempts: number | null): Task | undefined {
    const { lane, flaw } = this.#lane(event);
    const task: Task = { event, lane, flaw, parkedAttempts, attempts: 0, running: 0, startedAt: 0 };
    const queue = this.#lanes.get(lane);
    if (queue) {
      queue.push(task);
      return undefined;
    }
    this.#lanes.set(lane, []);
    return task;
  }

  #lane(event: Recorded): { lane: string; flaw: Error | undefined } {
    try {
      return { lane: this.#options.lane?.(event) ?? '', flaw: undefined };
    } catch (error) {
      return { lane: `no lane: ${event.position}`, flaw: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  #begin(task: Task): void {
    const attempt = this.#enterHandler(task);
    const outcome = task.flaw ? Promise.reject(task.flaw) : this.#call(task.event!);
    if (outcome === null) this.#handled(task, attempt);
    else this.#await(task, attempt, outcome);
  }

  /** Answers which attempt it is. */
  #enterHandler(task: Task): number {
    task.attempts += 1;
    task.running = task.attempts;
    if (this.#options.timeoutMs !== undefined) task.startedAt = Date.now();
    this.#inHandler.set(task, true);
    return task.attempts;
  }

  /** What there is to wait for; null when the handler is done at once, whatever it answers: that needs no promise. */
  #call(event: Recorded): Promise<void> | null {
    try {
      const outcome = this.#handler(event);
      return typeof outcome?.then === 'function' ? outcome : null;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  #await(task: Task, attempt: number, outcome: Promise<void>): void {
    outcome.then(
      () => this.#handled(task, attempt),
      (error: unknown) => this.#failed(task, attempt, error),
    );
  }

  #handled(task: Task, attempt: number): void {
    if (!this.#leaveHandler(task, attempt)) return;
    if (task.parkedAttempts === null) {
      this.#ledger?.handled?.(task.event!);
      this.#finish(task);
    } else this.#record(task, () => this.#ledger!.unpark(task.event!));
  }

  #failed(task: Task, attempt: number, error: unknown): void {
    if (!this.#leaveHandler(task, attempt)) return;
    if (this.#stopping) return; // it stays before the checkpoint and is delivered again after the next start
    // An outage of the store is not the event's fault: it is tried again until the store is back.
    const outage = error instanceof StoreUnavailable;
    if (outage) task.attempts -= 1;
    const parked = !outage && attempt >= this.#options.maxAttempts;
    this.#onFailure({ event: task.event!, attempt, error, parked });
    if (!parked) {
      const delay = outage ? OUTAGE_DELAY_MS : Math.min(MAX_RETRY_DELAY_MS, this.#options.retryDelayMs * 2 ** (attempt - 1));
      this.#later(delay, () => this.#ready.push(task));
      this.pump();
    } else if (this.#ledger) {
      const reason = (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_CHARS);
      const ledger = this.#ledger;
      this.#record(task, () => ledger.park(task.event!, (task.parkedAttempts ?? 0) + attempt, reason));
    } else this.#finish(task);
  }

  /** False when the attempt no longer counts: it had timed out before. */
  #leaveHandler(task: Task, attempt: number): boolean {
    if (task.running !== attempt) return false;
    task.running = 0;
    this.#inHandler.delete(task);
    if (this.#stopping) this.#becomeIdle();
    return true;
  }

  /** Writes the outcome down, trying as long as it takes: the checkpoint may not pass an event that nobody remembers. */
  #record(task: Task, write: () => Promise<void>): void {
    const record: Promise<void> = write().then(
      () => {
        this.#records.delete(record);
        this.#finish(task);
        if (this.#stopping) this.#becomeIdle();
      },
      () => {
        this.#records.delete(record);
        if (this.#stopping) this.#becomeIdle();
        else this.#later(MAX_RETRY_DELAY_MS, () => this.#record(task, write));
      },
    );
    this.#records.add(record);
    this.pump();
  }

  #finish(task: Task): void {
    const position = Number(task.event!.position);
    task.event = null;
    if (task.parkedAttempts === null) this.#outstanding.delete(position);
    else this.#replaying.delete(position);
    const next = this.#lanes.get(task.lane)!.shift();
    if (next) this.#ready.push(next);
    else this.#lanes.delete(task.lane);
    this.#finished += 1;
    this.pump();
  }

  #later(delayMs: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
      this.pump();
    }, delayMs);
    this.#timers.add(timer);
  }

  #nextTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    setImmediate(() => {
      this.#turnScheduled = false;
      this.pump();
    });
  }

  #done(): number {
    for (const before of this.#outstanding.values()) return before;
    return this.#beforeDirect ?? this.#source.position;
  }

  #progress(): void {
    if (this.#waiters.length > 0) {
      const done = this.#done();
      this.#waiters = this.#waiters.filter(({ target, resolve }) => target > done || resolve());
    }
    this.#saver?.advance(this.#finished, this.#source.position);
    this.#finished = 0;
  }

  async #stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const { target, reject } of this.#waiters) reject(stoppedBefore(target));
    this.#waiters = [];
    if (this.#inHandler.size > 0 || this.#records.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#saver?.stop();
    this.#end();
  }

  #becomeIdle(): void {
    if (this.#inHandler.size === 0 && this.#records.size === 0) this.#onIdle?.();
  }

  #watchTimeouts(timeoutMs: number): void {
    const sweep = setInterval(
      () => {
        const now = Date.now();
        for (const [task] of this.#inHandler) {
          if (task.running === 0 || now - task.startedAt < timeoutMs) continue;
          this.#failed(task, task.running, new Error(`the handler took longer than ${timeoutMs} ms`));
        }
      },
      Math.min(1_000, Math.max(5, timeoutMs / 4)),
    );
    sweep.unref();
    void this.closed.then(() => clearInterval(sweep));
  }
}

function stoppedBefore(target: number): Error {
  return new Error(`the subscription was stopped before it reached position ${target}`);
}
