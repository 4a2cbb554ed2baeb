/** Rows as a file in the format that was asked for: CSV with a head, one JSON object a line, or Parquet. */
import { type ColumnKind, parquetOf } from '../tables/parquet';
import { type Cell, csvLine } from '../tables/table';

export const ROW_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

export interface Row {
  /** In the order of the columns. */
  readonly cells: readonly Cell[];
  /** In NDJSON in place of cells, or beside them. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** The pieces of the file. CSV begins with a byte order mark and its head, whether rows follow or not. */
export async function* rowFile(
  columns: Readonly<Record<string, ColumnKind>>,
  rows: AsyncIterable<Row>,
  format: RowFormat,
): AsyncGenerator<string | Uint8Array> {
  if (format === 'parquet') return yield* parquetOf(columns, cellsOf(rows));
  const names = Object.keys(columns);
  if (format === 'csv') yield `\uFEFF${csvLine(names)}`;
  for await (const { cells, members = {} } of rows) {
    if (format === 'csv') yield csvLine(cells);
    else yield `${JSON.stringify({ ...Object.fromEntries(names.map((name, at) => [name, cells[at] ?? null])), ...members })}\n`;
  }
}

async function* cellsOf(rows: AsyncIterable<Row>): AsyncGenerator<readonly Cell[]> {
  for await (const { cells } of rows) yield cells;
}
