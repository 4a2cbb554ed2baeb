/** An import that tells how far it is while it runs, as lines of JSON: what a progress bar needs where an upload is quick and its work is not. */
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { asProblem, type ProblemBody } from '@oss/host';
import type { Logger } from 'pino';
import type { RosterProgress, RosterReport } from './roster-import';

export const PROGRESS_MEDIA_TYPE = 'application/x-ndjson';
const LINE_EVERY_MS = 250;

type End = { readonly report: RosterReport } | { readonly problem: ProblemBody };

/** Runs the import; the last line is its report, or its problem (the status line has long been sent). */
export function withProgress(
  run: (tell: (progress: RosterProgress) => void) => Promise<RosterReport>,
  requestId: string,
  logger: Logger,
): Readable {
  return Readable.from(lines(run, requestId, logger), { objectMode: false });
}

async function* lines(
  run: (tell: (progress: RosterProgress) => void) => Promise<RosterReport>,
  requestId: string,
  logger: Logger,
): AsyncGenerator<string> {
  let progress: RosterProgress | null = null;
  let end: End | null = null;
  const ended = run((told) => (progress = told)).then(
    (report) => (end = { report }),
    (error: unknown) => {
      const problem = asProblem(error);
      if (problem.status >= 500) logger.error({ requestId, code: problem.code, err: problem.cause ?? problem }, 'import failed');
      end = { problem: problem.toBody(requestId) };
    },
  );
  while (end === null) {
    await Promise.race([ended, pause(LINE_EVERY_MS)]);
    if (end === null && progress !== null) yield `${JSON.stringify({ progress })}\n`;
  }
  yield `${JSON.stringify(end)}\n`;
}
