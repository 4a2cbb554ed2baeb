/** The files of a run's result, by format. Sent as they are: what a result holds was written by the run. */
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '@oss/host';
import { type ResultFormat, RESULT_FORMATS, type Run } from './run';
import { CHART_FILE, FIGURES_FILE, PAGES_DIRECTORY } from './run-order';
import { RESULT_FILE } from './run-shelf';

const MEDIA_TYPES: Readonly<Record<ResultFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  svg: 'image/svg+xml; charset=utf-8',
};

export interface ResultFile {
  readonly mediaType: string;
  readonly fileName: string;
  readonly bytes: number;
  open(): ReadStream;
}

/** @param check of a run of checks, whose page; CSV and XLSX alone @throws Problem `invalid-body`, `not-found` */
export function resultFile(run: Run, directory: string, format: ResultFormat, check: string | undefined): ResultFile {
  const file = join(directory, fileOf(run, format, check));
  const bytes = statSync(file, { throwIfNoEntry: false })?.size;
  if (bytes === undefined)
    throw new Problem('not-found', `run ${run.id} has no page of ${check ?? 'that'}: it was not among its checks`);
  const fileName = `${run.kind}-${check === undefined ? '' : `${check}-`}${run.id}.${format}`;
  return { mediaType: MEDIA_TYPES[format], fileName, bytes, open: () => createReadStream(file) };
}

function fileOf({ kind }: Run, format: ResultFormat, check: string | undefined): string {
  const formats = RESULT_FORMATS[kind];
  if (!formats.includes(format)) throw refused('format', `of a run of kind ${kind} must be one of ${formats.join(', ')}`);
  const hasPages = kind === 'checks' && format !== 'json';
  if (hasPages && check === undefined) throw refused('check', 'is missing: CSV and XLSX are a page for each check');
  if (!hasPages && check !== undefined) throw refused('check', 'belongs to CSV and XLSX of a run of checks');
  if (hasPages) return join(PAGES_DIRECTORY, `${check}.${format}`);
  if (format === 'csv') return FIGURES_FILE;
  return format === 'svg' ? CHART_FILE : RESULT_FILE;
}

function refused(path: string, message: string): Problem {
  return new Problem('invalid-body', `${path} ${message}`, { fields: [{ path, message }] });
}
