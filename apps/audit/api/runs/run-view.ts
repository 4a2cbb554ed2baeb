/** A run as the contract shows it: its record, how many come before it, and where its result is. */
import { type ResultFormat, RESULT_FORMATS, type Run } from './run';

export interface RunView extends Omit<Run, 'keptBytes' | 'sequence'> {
  /** Runs that come first; 0 when it does not wait. */
  readonly ahead: number;
  /** Where its events are, and once it is done its result, in which formats. */
  readonly links: { readonly self: string; readonly events: string; readonly result?: string };
  readonly formats: readonly ResultFormat[];
}

export const RUNS_PATH = '/v1/audit/runs';

export function runView(run: Run, ahead: number): RunView {
  const { keptBytes: _, sequence: __, ...shown } = run;
  const self = `${RUNS_PATH}/${run.id}`;
  const isDone = run.state === 'done';
  const links = { self, events: `${self}/events`, ...(isDone ? { result: `${self}/result` } : {}) };
  return { ...shown, ahead, links, formats: isDone ? RESULT_FORMATS[run.kind] : [] };
}
