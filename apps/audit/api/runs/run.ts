/**
 * A run: long work of an auditor (verify, checks, what-if) that the console starts, watches and reads. Its record outlives the
 * process; what it read is the log, so a lost run is simply started again.
 */
import type { WorkDone } from '../../cli/progress-lines';

export const RUN_KINDS = ['verify', 'checks', 'what-if'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

export const OVER_STATES = ['done', 'cancelled', 'failed'] as const;
export type RunState = 'queued' | 'running' | (typeof OVER_STATES)[number];

/** A form in which a result can be had. Of checks, CSV and XLSX are a page for each check. */
export type ResultFormat = 'json' | 'csv' | 'xlsx' | 'svg';
export const RESULT_FORMATS: Readonly<Record<RunKind, readonly ResultFormat[]>> = {
  verify: ['json'],
  checks: ['json', 'csv', 'xlsx'],
  'what-if': ['json', 'csv', 'svg'],
};

export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  readonly state: RunState;
  /** Who asked for it. */
  readonly operatorCode: string;
  /** What was asked for; a pack by its id and digest. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Instants, RFC 3339 UTC. */
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly progress: WorkDone | null;
  /** Of a run that is done: whether nothing was found. Null of what-if, which looks for nothing. */
  readonly clean: boolean | null;
  /** Of a run that is done: the result in a few figures. */
  readonly summary: object | null;
  /** Of a run that failed: why, and what to do. */
  readonly failure: string | null;
  /** Of a run that was cancelled: who did. */
  readonly cancelledBy: string | null;
  /** Of a run that is over: bytes that it keeps on disk. */
  readonly keptBytes: number;
  /** Counts what happened to the run; the id of its events. */
  readonly sequence: number;
}

export function isOver({ state }: Run): boolean {
  return (OVER_STATES as readonly RunState[]).includes(state);
}

/** What is to be run. */
export interface RunOrder {
  readonly kind: RunKind;
  readonly operatorCode: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Arguments of `audit KIND`; files are named relative to the run's directory. */
  readonly args: readonly string[];
  /** Files that the arguments name, by name. */
  readonly files: Readonly<Record<string, string>>;
}
