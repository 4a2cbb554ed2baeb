/**
 * A roster as CSV: text of any length as it comes, row by row. At a row that is no CSV (a quote that is never closed swallows
 * what follows) nobody can say where the next one begins: it is reported, and so is that nothing after it was read.
 */
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { type Put, type RosterLine, type RosterProgress, type RosterReport, RosterWork } from './roster-import';
import { rosterText } from './roster-text';

/** Longer rows are no rows: most often a quote that was never closed. */
const MAX_ROW_BYTES = 64 * 1024;

/**
 * Imports all rows.
 * @throws Problem `invalid-body` when the header lacks a required column; whatever the stores throw (the import then stops;
 * importing the same file again continues, since rows that are there already change nothing)
 */
export async function importCsv(
  bytes: AsyncIterable<Uint8Array>,
  put: Put,
  tell: (progress: RosterProgress) => void = () => undefined,
): Promise<RosterReport> {
  const work = new RosterWork(put);
  let readBytes = 0;
  let records = 0;
  let broken = false;
  // Counted where they are parsed, which is ahead of where they are taken; a spreadsheet counts its empty lines too.
  const row = ({ empty_lines: emptyLines }: { empty_lines: number }): number => ++records + emptyLines;
  const parser = parse({
    bom: true,
    max_record_size: MAX_ROW_BYTES,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    // The parser hands on whatever this answers; its types know texts alone.
    on_record: (cells, info) => (broken ? null : ({ row: row(info), cells } satisfies RosterLine as unknown as string[])),
    on_skip: (error) => {
      if (!broken) work.breakOff(row(error as unknown as { empty_lines: number }));
      broken = true;
      return undefined;
    },
  });
  const source = Readable.from(rosterText(counted(bytes, (length) => (readBytes += length))), { objectMode: true });
  source.once('error', (error) => parser.destroy(error));
  try {
    for await (const line of source.pipe(parser) as AsyncIterable<RosterLine>) {
      if (!(await work.take(line))) break;
      tell({ rows: work.rowsBegun, readBytes, ofBytes: null });
    }
  } finally {
    source.destroy();
    await work.settled();
  }
  return work.finish();
}

async function* counted(bytes: AsyncIterable<Uint8Array>, onBytes: (length: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    onBytes(chunk.length);
    yield chunk;
  }
}
