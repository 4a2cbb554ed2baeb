/** The command that sends a roster, with a progress bar: the server tells how far it is while it records. */
import { createReadStream, statSync } from 'node:fs';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { SingleBar, Presets } from 'cli-progress';
import { callWithLines, CliError, refusal } from './server';
import type { ProblemBody } from '@oss/host';

/** Failed rows printed one by one; the JSON on stdout holds more. */
const FAILURES_PRINTED = 20;
const EXIT_ROWS_FAILED = 3;

interface Report {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly failures: readonly { readonly row: number; readonly code: string; readonly message: string }[];
  readonly ignoredColumns: readonly string[];
}

interface Line {
  readonly progress?: { readonly rows: number; readonly readBytes: number; readonly ofBytes: number | null };
  readonly report?: Report;
  readonly problem?: ProblemBody;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.csv': 'text/csv',
  '.txt': 'text/csv',
};

export async function importFile(url: string, file: string, operator: string | undefined): Promise<void> {
  const mediaType = MEDIA_TYPES[extname(file).toLowerCase()];
  if (mediaType === undefined) throw new CliError('only .csv and .xlsx files are read: save the sheet as one of these');
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new CliError(`there is no file ${file}`);
  const bar = new SingleBar(
    { format: '名册导入 {bar} {percentage}% | {rows} 行 rows | {eta_formatted}', stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(size, 0, { rows: 0 });
  let last: Line = {};
  try {
    const lines = callWithLines<Line>(url, {
      method: 'POST',
      path: '/v1/registry/persons/import',
      headers: { 'content-type': mediaType, 'x-operator-code': operator },
      body: Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
    });
    for await (const line of lines) {
      last = line;
      if (line.progress === undefined) continue;
      const { rows, readBytes, ofBytes } = line.progress;
      bar.setTotal(ofBytes ?? size);
      bar.update(readBytes, { rows });
    }
    if (last.report !== undefined) bar.update(bar.getTotal(), { rows: last.report.rows });
  } finally {
    bar.stop();
  }
  if (last.problem !== undefined) throw refusal(last.problem);
  if (last.report === undefined) throw new CliError('the server broke off: import the same file again, what is recorded stays');
  tell(last.report);
  process.stdout.write(`${JSON.stringify(last.report)}\n`);
  if (last.report.failed > 0) process.exitCode = EXIT_ROWS_FAILED;
}

function tell({ rows, created, changed, unchanged, failed, failures, ignoredColumns }: Report): void {
  const lines = [
    `${rows} rows: ${created} 新增 created, ${changed} 变更 changed, ${unchanged} 未变 unchanged, ${failed} 失败 failed`,
  ];
  if (ignoredColumns.length > 0) lines.push(`未识别的列 columns not read: ${ignoredColumns.join('、')}`);
  for (const { row, code, message } of failures.slice(0, FAILURES_PRINTED)) lines.push(`  row ${row}: ${code}: ${message}`);
  if (failed > FAILURES_PRINTED) lines.push(`  … and ${failed - FAILURES_PRINTED} more`);
  process.stderr.write(`${lines.join('\n')}\n`);
}
