/**
 * What the calling thread and the writer thread say to each other. Messages are flat and few: one per tick there, one per
 * commit back, both answered in the order of asking, so that no message carries an identity.
 */
import type { ExpectedRevision } from '../event-store';
import type { Refusal } from './opening';

/** Expected revisions below zero, as the KurrentDB protocol numbers them. */
const NO_STREAM = -1;
const ANY = -2;
const STREAM_EXISTS = -4;

export function expectedToNumber(expected: ExpectedRevision): number {
  if (typeof expected === 'number') return expected;
  if (expected === 'no_stream') return NO_STREAM;
  return expected === 'any' ? ANY : STREAM_EXISTS;
}

export function expectedFromNumber(expected: number): ExpectedRevision {
  if (expected === NO_STREAM) return 'no_stream';
  if (expected === ANY) return 'any';
  return expected === STREAM_EXISTS ? 'stream_exists' : expected;
}

/** Bookkeeping of subscriptions, written in the order given together with the appends of the same commit. */
export type Note =
  | {
      readonly kind: 'checkpoint';
      readonly name: string;
      readonly position: number;
      /** Absent: the stored one stays. */ readonly state?: string | null;
    }
  | {
      readonly kind: 'park';
      readonly subscription: string;
      readonly position: number;
      readonly attempts: number;
      readonly error: string;
      readonly at: number;
    }
  | { readonly kind: 'unpark'; readonly subscription: string; readonly position: number };

/** Fields of one event in `WriteRequest.fields`. */
export const FIELDS_PER_EVENT = 5;

/** Numbers of one append in `WriteRequest.shapes`. */
export const NUMBERS_PER_APPEND = 3;

/** Links of an append. A number above them: it stands for itself, and is sealed with that instant. */
export const ALONE = 0; // stands for itself, sealed with `now`
export const BEHIND = -1; // is written only if the one before it was

export interface WriteRequest {
  /** Clock of the asking thread, milliseconds. */
  readonly now: number;
  readonly streams: readonly string[];
  /** Of each append: expected revision, number of events, and its link (ALONE, BEHIND or an instant). */
  readonly shapes: readonly number[];
  /** id, type, text, due, trace of each event, one after another. */
  readonly fields: readonly (string | undefined)[];
  readonly notes: readonly Note[];
}

/** First number of each result in `Committed.results`. */
export const WRITTEN = 0; // then position, revision, recordedAt of the first event
export const REFUSED = 1; // then the stream's revision, -1 for none
export const REPEATED = 2; // then revision of the first event
export const EMPTY = 3; // then the stream's revision, -1 for none
export const LEFT_OUT = 4; // then 0: the append before it was not written

export interface Committed {
  readonly results: readonly number[];
  /** One per event written, in order. */
  readonly hashes: readonly string[];
  readonly appends: number;
  readonly notes: number;
}

/** Nothing of the batch is acknowledged. `unknown`: it may stand all the same. */
export interface CommitFailed {
  readonly failure: string;
  readonly unknown: boolean;
  readonly appends: number;
  readonly notes: number;
}

/** `ready` or `refused` is the first message; the end of the thread answers `close`. */
export type FromWriter = Committed | CommitFailed | { readonly ready: true } | { readonly refused: Refusal };

export type ToWriter = WriteRequest | { readonly close: true };

export interface WriterSettings {
  readonly directory: string;
  readonly maxFileBytes?: number;
}
