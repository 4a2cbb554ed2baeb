/**
 * The calling thread's side of the writer: collects the appends of one turn of the event loop into one message, and
 * turns the answers, which come in the order of asking, into recorded events.
 */
import { Worker } from 'node:worker_threads';
import type { CheckedEvent, Draft } from '../checked-event';
import {
  AppendFailed,
  AppendOutcomeUnknown,
  type AppendResult,
  type ExpectedRevision,
  type PairResult,
  WrongExpectedRevision,
} from '../event-store';
import { Recorded } from '../recorded';
import { instantText } from '../sealing';
import { errorOf } from './opening';
import {
  ALONE,
  BEHIND,
  type CommitFailed,
  type Committed,
  EMPTY,
  expectedToNumber,
  type FromWriter,
  LEFT_OUT,
  type Note,
  REFUSED,
  REPEATED,
  type ToWriter,
  type WriterSettings,
  WRITTEN,
} from './protocol';
import { workerFile } from './worker-file';

/** Appends, notes and characters that may wait for their commit; above it the caller is refused, not queued. */
const MAX_WAITING = 65_536;
const MAX_WAITING_CHARS = 134_217_728;
/**
 * Age and characters of one message; it is sent then, without waiting for the end of the turn. A turn may answer a hundred
 * requests: the writer is to commit the first of them while this thread still works on the others, else the two threads only
 * take turns. Appends that come faster than that gain nothing by it: each message costs some 20 µs, and the disk a sync.
 */
const MAX_MESSAGE_AGE_MS = 2;
const MAX_MESSAGE_CHARS = 4_194_304;
/** The writer thread's heap. A small young generation: its garbage is short-lived, and the default would hold 50 MB more. */
const WRITER_MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 };

export interface WriterEvents {
  /** The events of each append of a commit (at least one), in the order of the log, before it is answered. */
  readonly recorded: (events: readonly Recorded[]) => void;
  /** After a commit that wrote something. */
  readonly committed: () => void;
  /** Reads events that an earlier append has written. */
  readonly readBack: (stream: string, from: number, count: number) => Promise<AppendResult>;
}

interface PendingAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly CheckedEvent[];
  readonly chars: number;
  readonly resolve: (result: AppendResult | Promise<AppendResult>) => void;
  readonly reject: (error: Error) => void;
}

interface PendingNote {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class WriterClient {
  readonly #worker: Worker;
  readonly #clock: () => number;
  readonly #events: WriterEvents;
  #appends = new Fifo<PendingAppend>();
  #notes = new Fifo<PendingNote>();
  #request = emptyRequest();
  /** Characters in the message being collected, and in all that is not yet answered. */
  #chars = 0;
  #waitingChars = 0;
  #scheduled = false;
  /** When the message being collected was begun. */
  #began = 0;
  /** Why nothing can be written any more. */
  #dead: string | null = null;
  #onClosed: () => void = () => {};

  private constructor(worker: Worker, clock: () => number, events: WriterEvents) {
    this.#worker = worker;
    this.#clock = clock;
    this.#events = events;
    worker.on('message', (message: FromWriter) => this.#answered(message));
    worker.on('error', (error: Error) => this.#died(`the writer thread failed: ${error.message}`));
    worker.on('exit', () => this.#died('the writer thread has ended'));
  }

  /** @throws DirectoryLocked, StoreUnusable */
  static async start(settings: WriterSettings, clock: () => number, events: WriterEvents): Promise<WriterClient> {
    const worker = new Worker(workerFile('writer-worker'), { workerData: settings, resourceLimits: WRITER_MEMORY });
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (message: FromWriter) => {
        worker.removeAllListeners('error');
        if ('refused' in message) reject(errorOf(settings.directory, message.refused));
        else resolve();
      });
    });
    return new WriterClient(worker, clock, events);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly CheckedEvent[]): Promise<AppendResult> {
    const refusal = this.#refusal(stream);
    if (refusal !== null) return Promise.reject(refusal);
    const result = this.#collect(stream, expected, events, ALONE);
    this.#schedule();
    return result;
  }

  /** The draft at `no_stream`, and the other events only if that is written; both in one message, so in one transaction. */
  async appendPair(
    draft: Draft,
    stream: string,
    expected: ExpectedRevision,
    events: readonly CheckedEvent[],
    both?: () => void,
  ): Promise<PairResult> {
    const refusal = this.#refusal(draft.stream);
    if (refusal !== null) throw refusal;
    const results = [
      this.#collect(draft.stream, 'no_stream', draft.events, draft.at),
      this.#collect(stream, expected, events, BEHIND, both).catch(conflict),
    ] as const;
    this.#schedule();
    const [first, second] = await Promise.all(results);
    return { first, second };
  }

  /** Why nothing more can be taken in; null when it can. */
  #refusal(stream: string): AppendFailed | null {
    if (this.#dead !== null) return new AppendFailed(stream, this.#dead);
    if (this.#appends.length < MAX_WAITING && this.#waitingChars <= MAX_WAITING_CHARS) return null;
    return new AppendFailed(stream, `${this.#appends.length} appends are waiting for the disk: try again later`);
  }

  /** Puts an append into the message that is being collected. @param stands called at once when it stands, not a turn later */
  #collect(
    stream: string,
    expected: ExpectedRevision,
    events: readonly CheckedEvent[],
    link: number,
    stands?: () => void,
  ): Promise<AppendResult> {
    return new Promise((answer, reject) => {
      const resolve = (result: AppendResult | Promise<AppendResult>): void => {
        stands?.();
        answer(result);
      };
      const { streams, shapes, fields } = this.#request;
      streams.push(stream);
      shapes.push(expectedToNumber(expected), events.length, link);
      let chars = 0;
      for (const { id, type, text, due, trace } of events) {
        fields.push(id, type, text, due, trace);
        chars += text.length;
      }
      this.#chars += chars;
      this.#waitingChars += chars;
      this.#appends.push({ stream, expected, events, chars, resolve, reject });
    });
  }

  /** Resolves when the note is on disk; it rides on the next commit. */
  note(note: Note): Promise<void> {
    if (this.#dead !== null) return Promise.reject(new Error(this.#dead));
    if (this.#notes.length >= MAX_WAITING) return Promise.reject(new Error(`${MAX_WAITING} notes are waiting for the disk`));
    return new Promise((resolve, reject) => {
      this.#request.notes.push(note);
      this.#notes.push({ resolve, reject });
      this.#schedule();
    });
  }

  /** Waits for everything asked before; releases the directory. */
  async close(): Promise<void> {
    this.#send();
    if (this.#dead !== null) return;
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      this.#worker.postMessage({ close: true } satisfies ToWriter);
    });
  }

  #schedule(): void {
    const now = performance.now();
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#began = now;
      setImmediate(() => this.#send());
    } else if (this.#chars > MAX_MESSAGE_CHARS || now - this.#began >= MAX_MESSAGE_AGE_MS) this.#send();
  }

  #send(): void {
    this.#scheduled = false;
    if (this.#request.streams.length === 0 && this.#request.notes.length === 0) return;
    this.#worker.postMessage({ ...this.#request, now: this.#clock() } satisfies ToWriter);
    this.#request = emptyRequest();
    this.#chars = 0;
  }

  #answered(message: FromWriter): void {
    if ('failure' in message) this.#failed(message);
    else if ('results' in message) this.#committed(message);
  }

  #committed({ results, hashes, appends, notes }: Committed): void {
    let at = 0;
    let hashed = 0;
    for (let i = 0; i < appends; i++) {
      const { stream, expected, events, chars, resolve, reject } = this.#appends.shift()!;
      this.#waitingChars -= chars;
      const kind = results[at]!;
      const first = results[at + 1]!;
      at += 2;
      if (kind === WRITTEN) {
        const recorded = this.#record(stream, events, first, results[at]!, instantText(results[at + 1]!), hashes, hashed);
        at += 2;
        hashed += events.length;
        resolve({ revision: recorded.at(-1)!.revision, events: recorded });
      } else if (kind === REPEATED) resolve(this.#events.readBack(stream, first, events.length));
      else if (kind === EMPTY) resolve({ revision: first, events: [] });
      else if (kind === LEFT_OUT) reject(new WrongExpectedRevision(stream, expected, 'no_stream'));
      else if (kind === REFUSED) reject(new WrongExpectedRevision(stream, expected, first < 0 ? 'no_stream' : first));
    }
    for (let i = 0; i < notes; i++) this.#notes.shift()!.resolve();
    if (hashed > 0) this.#events.committed();
  }

  #record(
    stream: string,
    events: readonly CheckedEvent[],
    position: number,
    revision: number,
    recordedAt: string,
    hashes: readonly string[],
    hashed: number,
  ): Recorded[] {
    const recorded = new Array<Recorded>(events.length);
    for (let i = 0; i < events.length; i++) {
      const { id, type, text, data, due, trace } = events[i]!;
      const at = BigInt(position + i);
      recorded[i] = new Recorded(at, stream, revision + i, id, type, text, recordedAt, hashes[hashed + i]!, due, trace, data);
    }
    this.#events.recorded(recorded);
    return recorded;
  }

  #failed({ failure, unknown, appends, notes }: CommitFailed): void {
    const cause = new Error(failure);
    for (let i = 0; i < appends; i++) {
      const { stream, chars, reject } = this.#appends.shift()!;
      this.#waitingChars -= chars;
      reject(unknown ? new AppendOutcomeUnknown(stream, { cause }) : new AppendFailed(stream, failure, { cause }));
    }
    for (let i = 0; i < notes; i++) this.#notes.shift()!.reject(cause);
  }

  #died(reason: string): void {
    if (this.#dead !== null) return;
    this.#dead = reason;
    this.#failed({ failure: reason, unknown: true, appends: this.#appends.length, notes: this.#notes.length });
    this.#onClosed();
  }
}

/** A refused second append is an answer: the first stands. */
function conflict(error: unknown): WrongExpectedRevision {
  if (error instanceof WrongExpectedRevision) return error;
  throw error;
}

function emptyRequest() {
  return { streams: [] as string[], shapes: [] as number[], fields: [] as (string | undefined)[], notes: [] as Note[] };
}

/** A queue whose head costs nothing to take, however long it is. */
class Fifo<T> {
  #items: (T | undefined)[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#start];
    if (item === undefined) return undefined;
    // What was taken must not stay reachable: it would grow old for the garbage collector.
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.#start * 2 > this.#items.length && this.#start > 64) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return item;
  }
}
