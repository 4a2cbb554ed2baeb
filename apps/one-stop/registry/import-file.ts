/** The command that sends a roster, with a progress bar: the server reads as fast as it records, so bytes sent are work done. */
import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { SingleBar, Presets } from 'cli-progress';
import { call, CliError } from './server';

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

export async function importFile(url: string, file: string, operator: string | undefined): Promise<void> {
  if (/\.xlsx?$/i.test(file))
    throw new CliError('Excel files are not read by this version: save the sheet as CSV (UTF-8) and import that');
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new CliError(`there is no file ${file}`);
  const bar = new SingleBar(
    { format: '名册导入 {bar} {percentage}% | {eta_formatted}', stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(size, 0);
  let report: Report;
  try {
    report = await call<Report>(url, {
      method: 'POST',
      path: '/v1/registry/persons/import',
      headers: { 'content-type': 'text/csv', 'x-operator-code': operator },
      body: Readable.toWeb(Readable.from(counted(file, (bytes) => bar.increment(bytes)))) as ReadableStream<Uint8Array>,
    });
  } finally {
    bar.stop();
  }
  tell(report);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.failed > 0) process.exitCode = EXIT_ROWS_FAILED;
}

async function* counted(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    yield chunk;
  }
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
