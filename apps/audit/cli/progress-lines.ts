/**
 * How a command tells of its progress: to people by a bar, to a program that watches it (`--progress json`) by one JSON object a
 * line on stderr, with a few words on what came out at its end.
 */
import { Progress } from './progress';
import type { StoreOptions } from './run';

/** Between two lines on one piece of work. */
const LINE_EVERY_MS = 200;

/** How far a piece of work is. */
export interface WorkDone {
  /** Heading, Chinese first. */
  readonly what: string;
  readonly done: number;
  /** Null while nobody knows how much there is. */
  readonly total: number | null;
  readonly ratePerSecond: number;
  /** Null while it cannot be told. */
  readonly secondsLeft: number | null;
}

export type ProgressLine = { readonly progress: WorkDone } | { readonly summary: object };

/** Told of work under way; the summary is for programs, people read the report. */
export interface ProgressTold {
  report(what: string, done: number, total: number | null): void;
  summary(summary: object): void;
  stop(): void;
}

/** The teller that the command's options ask for. */
export function progressOf({ progress }: StoreOptions): ProgressTold {
  if (progress === 'json') return new ProgressLines();
  const bar = new Progress();
  return { report: (what, done, total) => bar.report(what, done, total), summary: () => undefined, stop: () => bar.stop() };
}

class ProgressLines implements ProgressTold {
  #what = '';
  #began = 0;
  #doneBefore = 0;
  #lineAt = 0;

  report(what: string, done: number, total: number | null): void {
    const now = performance.now();
    const isNew = what !== this.#what;
    if (isNew) [this.#what, this.#began, this.#doneBefore] = [what, now, done];
    if (!isNew && done !== total && now - this.#lineAt < LINE_EVERY_MS) return;
    this.#lineAt = now;
    const seconds = Math.max(0.001, (now - this.#began) / 1_000);
    const ratePerSecond = Math.round((done - this.#doneBefore) / seconds);
    const left = total === null ? null : Math.max(0, total - done);
    const secondsLeft = left === 0 ? 0 : left === null || ratePerSecond === 0 ? null : Math.ceil(left / ratePerSecond);
    tell({ progress: { what, done, total, ratePerSecond, secondsLeft } });
  }

  summary(summary: object): void {
    tell({ summary });
  }

  stop(): void {
    this.#what = '';
  }
}

function tell(line: ProgressLine): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
