/**
 * The port: what every store of facts must do, in KurrentDB's words. Two adapters keep it (embedded SQLite, KurrentDB),
 * and one contract suite (`test/contract`) asserts what each must do and, as much, what each must refuse.
 * This library knows events, not their meaning: no patient, no fen.
 */

import type { Draft } from './checked-event';

/** The revision that the writer believes the stream to be at. Application code appends only at `no_stream` or a number. */
export type ExpectedRevision = 'no_stream' | 'stream_exists' | 'any' | number;

/** What a JSON value may be in a stored event: finite numbers only (in practice whole ones), well-formed strings. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** An event before it is stored. */
export interface NewEvent {
  /** UUID, derived from the decision (UUIDv5), so that a repeated decision repeats the id. */
  readonly id: string;
  readonly type: string;
  /** The fact itself. Keys in alphabetical order by construction; the store refuses nothing but makes them canonical. */
  readonly data: object;
  /** Who must act next on this stream (a nudge's address); outside the hash. */
  readonly due?: string;
  /** W3C traceparent of the work that wrote it; outside the hash. */
  readonly trace?: string;
}

/** An event as it stands in the log. */
export interface RecordedEvent<T = unknown> {
  /** Order in the whole log: strictly increasing, not necessarily without gaps. Comparable as bigint in distributed stores. */
  readonly position: bigint;
  readonly stream: string;
  /** Order in its stream: 0, 1, 2 … without gaps. */
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  /** The canonical JSON text that is hashed and stored. */
  readonly text: string;
  /** `text`, parsed (once, on first use). Treat as frozen. */
  readonly data: T;
  /** Instant, RFC 3339 UTC with milliseconds; never earlier than that of the event before it in its stream. */
  readonly recordedAt: string;
  /** SHA-256, 64 hex digits, over the canonical bytes of [stream, revision, id, type, data, recordedAt, previous hash]. */
  readonly hash: string;
  readonly due?: string;
  readonly trace?: string;
}

export interface AppendResult {
  /** Revision of the last event written. */
  readonly revision: number;
  /** The events as recorded (of a repeated append: as they were recorded the first time). */
  readonly events: readonly RecordedEvent[];
}

export interface ReadOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First revision to return; default the start (forwards) or the end (backwards). */
  readonly from?: number | 'start' | 'end';
  /** At most so many events; default no limit. Read in pages, so memory stays bounded. */
  readonly limit?: number;
}

/** Which events of the whole log: all conditions must hold; an absent one always holds. */
export interface Filter {
  /** The stream's name starts with one of these. */
  readonly streamPrefixes?: readonly string[];
  readonly types?: readonly string[];
  /** The event names one of these as due next. */
  readonly due?: readonly string[];
}

export interface ReadAllOptions {
  /** Events after this position (exclusive; one that this log has given out); default from the log's beginning. */
  readonly after?: bigint;
  /** Or: from this position on, inclusive; one that this log has given out, for no other needs to be a place in it. */
  readonly from?: bigint;
  readonly filter?: Filter;
  readonly limit?: number;
}

/** A running subscription. */
export interface Subscription {
  /** Stops delivery, waits for the handlers that run, saves the checkpoint. */
  stop(): Promise<void>;
  /** Settled when the subscription has ended: resolved by `stop`, never left rejected silently. */
  readonly closed: Promise<void>;
  /** Everything up to this position has been handled (or parked). */
  readonly checkpoint: bigint;
  /** Resolves when every event that was in the log at the time of the call has been handled or parked. */
  caughtUp(): Promise<void>;
}

export interface FollowOptions {
  /** Name of the durable checkpoint; without one the subscription is transient and starts where `from` says. */
  readonly name?: string;
  readonly filter?: Filter;
  /** Where a subscription without a stored checkpoint starts; default the log's beginning. */
  readonly from?: 'start' | 'end' | bigint;
  /**
   * Events with the same lane are handled one after another, in order; others side by side (at most `concurrency`).
   * Default: one lane, strictly in order.
   */
  readonly lane?: (event: RecordedEvent) => string;
  /** Most events in the handlers at once; default 1 without lanes, 256 with. */
  readonly concurrency?: number;
  /** How often an event is tried before it is parked, with exponential back-off between; default 5. */
  readonly maxAttempts?: number;
  /** First pause between attempts, ms; default 50, doubled each time, at most 5 000. */
  readonly retryDelayMs?: number;
}

export interface WorkOptions {
  /** The group: all processes that name it share its events. */
  readonly group: string;
  readonly filter?: Filter;
  /** Most events in the handlers at once; default 64. */
  readonly concurrency?: number;
  readonly maxAttempts?: number;
  readonly retryDelayMs?: number;
  /** A handler that takes longer counts as failed and the event is delivered again; default 30 000. */
  readonly timeoutMs?: number;
}

/** An event that a subscription gave up on: it delays nobody, and waits for `replayParked`. */
export interface ParkedEvent {
  readonly subscription: string;
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly attempts: number;
  readonly error: string;
  readonly parkedAt: string;
}

/** A durable named mark: a log position and, for a subscriber that folds, a small state beside it. */
export interface Checkpoint {
  readonly position: bigint;
  readonly state?: string;
}

export type Handler = (event: RecordedEvent) => Promise<void> | void;

/** The read half of the port: what an audit tool needs, and all that it gets. */
export interface EventReader {
  /** Reads a stream. A stream that does not exist is empty. */
  readStream(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent>;

  /** The last event of a stream, or null: the cheap read on hot paths. */
  readLast(stream: string): Promise<RecordedEvent | null>;

  /** Reads the whole log in commit order. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;

  /** What was parked, oldest first. */
  listParked(subscription?: string): Promise<readonly ParkedEvent[]>;

  loadCheckpoint(name: string): Promise<Checkpoint | null>;

  /** Position of the last event in the log, or null for an empty one. */
  headPosition(): Promise<bigint | null>;

  /** Refuses new work, finishes what was begun, releases the store. */
  close(): Promise<void>;
}

export interface PairResult {
  /** Of the draft: it stands. */
  readonly first: AppendResult;
  /** Of what was to stand behind it; refused alone, the draft stands all the same. */
  readonly second: AppendResult | WrongExpectedRevision;
}

/** Two appends in one write, for a store that has all streams in one file. */
export interface PairWriter {
  /** @throws InvalidEvent, AppendTooLarge */
  draft(stream: string, events: readonly NewEvent[]): Draft;

  /**
   * Writes the draft at `no_stream` and, only if that was written, the events of a second stream: durably, in one transaction.
   * @param both called once when both stand, before any subscriber is given them
   * @throws WrongExpectedRevision of the draft's stream: then nothing was written; otherwise as `append`
   */
  append(
    draft: Draft,
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    both?: () => void,
  ): Promise<PairResult>;
}

export interface EventStore extends EventReader {
  /** Absent where two appends are two writes: nothing may need it, it only spares a wait. */
  readonly pairs?: PairWriter;

  /** The revision of a stream's last event: the cheapest question whether what one knows of the stream still holds. */
  lastRevision(stream: string): Promise<number | 'no_stream'>;

  /**
   * Appends all events or none, durably: resolves after they are on disk.
   * A repeat (same ids at the same place) answers as the first time did and writes nothing; as in KurrentDB, ids alone
   * are compared, not content, and one id may stand twice in one append (both are stored).
   * No events at a matching revision: success, nothing written; `revision` is the stream's (-1 when there is none).
   * @throws WrongExpectedRevision, AppendTooLarge, AppendOutcomeUnknown, AppendFailed, InvalidEvent, StoreClosed
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;

  /** Ordered subscription with its own checkpoint: copier, waiters, relay, audit. At least once after a crash. */
  follow(options: FollowOptions, handler: Handler): Subscription;

  /** Shared work: at least once, order not promised, bounded retries, then parked. Starts at the log's beginning. */
  work(options: WorkOptions, handler: Handler): Subscription;

  /**
   * Delivers parked events again (all of the subscription's, or those at the given positions) and answers how many were
   * handed over; where their number is bounded, those that have waited longest. What is handled leaves the list; what fails
   * again is parked again, its attempts added up.
   */
  replayParked(subscription: string, positions?: readonly bigint[]): Promise<number>;

  saveCheckpoint(name: string, checkpoint: Checkpoint): Promise<void>;
}

/** Most bytes of one append, the default limit of KurrentDB; both adapters keep it. */
export const MAX_APPEND_BYTES = 1_048_576;

export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** The stream's last revision, or `no_stream`. */
    readonly actual: number | 'no_stream',
  ) {
    super(`stream ${stream} is at ${actual}, not at ${expected}: read it again and decide again`);
    this.name = 'WrongExpectedRevision';
  }
}

export class AppendTooLarge extends Error {
  constructor(readonly bytes: number) {
    super(`an append of ${bytes} bytes is above the limit of ${MAX_APPEND_BYTES}: split the decision or shorten it`);
    this.name = 'AppendTooLarge';
  }
}

/** The store did not answer: the events may stand or not. Read the tail back and compare hashes; never assume. */
export class AppendOutcomeUnknown extends Error {
  constructor(
    readonly stream: string,
    options?: ErrorOptions,
  ) {
    super(`it is not known whether the append to ${stream} was stored: read the stream back before anything else`, options);
    this.name = 'AppendOutcomeUnknown';
  }
}

/** The store could not write (disk full, too much waiting): nothing was written, and the same append may be tried again. */
export class AppendFailed extends Error {
  constructor(stream: string, reason: string, options?: ErrorOptions) {
    super(`nothing was appended to ${stream}: ${reason}`, options);
    this.name = 'AppendFailed';
  }
}

/** The store cannot be reached at present: nothing is wrong with what was asked, and it may be asked again later. */
export class StoreUnavailable extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(`the event store cannot be reached: ${what}`, options);
    this.name = 'StoreUnavailable';
  }
}

/** An event that no store may hold: bad id, empty type, data that is not canonical JSON. */
export class InvalidEvent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidEvent';
  }
}

export class StoreClosed extends Error {
  constructor() {
    super('the event store is closed: nothing was written');
    this.name = 'StoreClosed';
  }
}
