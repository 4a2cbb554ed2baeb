/**
 * `npm run settle -- --batch FILE.ndjson`: sends a file of discharges to the running server, the one process that may write,
 * with a progress bar on stderr and a summary on stdout. Sending the same file again settles nothing twice.
 */
import { createReadStream, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Presets, SingleBar } from 'cli-progress';
import type { ProblemBody } from '@oss/host';
import type { LineResult } from '../../hospital-gateway/discharges/batch/discharge-batch';
import { ndjsonLines } from '../../hospital-gateway/discharges/batch/ndjson-lines';
import { BatchTally } from './batch-tally';

export interface BatchOptions {
  readonly file: string;
  /** Where the server answers. */
  readonly url: string;
  /** File for the results, one per line as they came. */
  readonly out?: string;
}

/** The batch could not be run, or not to its end; the message says why and what to do. */
export class BatchFailed extends Error {
  override readonly name = 'BatchFailed';
}

/** Far above any result: a settlement with all its workings, or a problem that names a thousand fields. */
const MAX_RESULT_BYTES = 16 * 1024 * 1024;

/**
 * Sends the file and counts what comes back. @returns true when every line is settled, now or before
 * @throws BatchFailed
 */
export async function settleBatch({ file, url, out }: BatchOptions): Promise<boolean> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw new BatchFailed(`there is no file ${file}`);
  if (out !== undefined && resolve(out) === resolve(file)) throw new BatchFailed('--out would overwrite the batch itself');
  const total = await lineCount(file);
  const answer = await post(url, file);
  const results = out === undefined ? null : await opened(out);
  const tally = new BatchTally();
  const bar = new SingleBar(
    {
      format: '批量结算 {bar} {percentage}% | {value}/{total} 行 lines | {rate}/s | 剩余 left {eta_formatted}',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const began = performance.now();
  bar.start(total, 0, { rate: 0 });
  try {
    for await (const { content } of ndjsonLines(answer, MAX_RESULT_BYTES)) {
      if (content === null) throw new BatchFailed(`a result of ${url} is too long: is it One-Stop Settlement?`);
      const result = JSON.parse(content.toString()) as LineResult;
      tally.take(result);
      await results?.appendFile(`${content.toString()}\n`);
      const rate = Math.round((tally.lines * 1_000) / (performance.now() - began)); // not money
      bar.update(result.line, { rate });
    }
  } catch (error) {
    bar.stop();
    process.stdout.write(tally.text(`批量结算中断 Batch broken off: ${file}`));
    throw brokenOff(error, tally.lines);
  } finally {
    await results?.close();
  }
  // Blank lines at the end have no result.
  bar.update(total);
  bar.stop();
  process.stdout.write(tally.text(`批量结算完成 Batch finished: ${file}`));
  return tally.isWhole;
}

function brokenOff(error: unknown, lines: number): BatchFailed {
  if (error instanceof BatchFailed) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new BatchFailed(
    `the answer broke off after ${lines} results (${reason}). Cure: run the same command again; nothing is settled twice`,
  );
}

/** Sends the file as it is read; the answer's body begins while it is still being sent. @throws BatchFailed */
async function post(url: string, file: string): Promise<AsyncIterable<Uint8Array>> {
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/$/, '')}/v1/discharges/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
      duplex: 'half',
    });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new BatchFailed(`no answer from ${url} (${reason}). Cure: start the system with npm start, or give --url or OSS_URL`);
  }
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && type.includes('ndjson') && response.body !== null) return response.body as AsyncIterable<Uint8Array>;
  if (!type.includes('problem+json')) {
    throw new BatchFailed(`${url} answered ${response.status}: is it One-Stop Settlement?`);
  }
  const { title, detail, cure } = (await response.json()) as ProblemBody;
  throw new BatchFailed(`${title}: ${detail}. 办法 Cure: ${cure}`);
}

async function opened(out: string): Promise<FileHandle> {
  try {
    return await open(out, 'w');
  } catch (error) {
    throw new BatchFailed(`${out} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

/** Lines as the server counts them. */
async function lineCount(file: string): Promise<number> {
  let last = 0;
  for await (const { line } of ndjsonLines(createReadStream(file) as AsyncIterable<Buffer>, 0)) last = line;
  return last;
}
