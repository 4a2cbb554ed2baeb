/**
 * A table as a Parquet file, row group by row group: what is held is one group, however long the table is. Texts are UTF-8,
 * whole numbers INT64 (amounts in fen), days DATE, instants TIMESTAMP in milliseconds UTC.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell } from './table';

export type ColumnKind = 'text' | 'whole' | 'day' | 'instant';

const GROUP_ROWS = 5_000;
const DAY_MS = 86_400_000;

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

const TYPES: Readonly<Record<ColumnKind, Pick<SchemaElement, 'type' | 'converted_type'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  whole: { type: 'INT64' },
  day: { type: 'INT32', converted_type: 'DATE' },
  instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
};

/**
 * The bytes of the file: a piece for each full row group, and one for what is left and the end.
 * @param columns names in their order @param rows cells in that order; days as YYYY-MM-DD, instants as RFC 3339 UTC
 */
export async function* parquetOf(
  columns: Readonly<Record<string, ColumnKind>>,
  rows: AsyncIterable<readonly Cell[]>,
): AsyncGenerator<Uint8Array> {
  const names = Object.entries(columns);
  const bytes = new ByteWriter();
  const fields = names.map(([name, kind]): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...TYPES[kind] }));
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: names.length }, ...fields],
    createdBy: 'one-stop-settlement',
  });
  let group: (readonly Cell[])[] = [];
  const write = (): void => {
    const columnData = names.map(([name, kind], at) => ({ name, data: group.map((row) => valueOf(row[at] ?? null, kind)) }));
    void writer.write({ columnData, rowGroupSize: GROUP_ROWS });
    group = [];
  };
  for await (const row of rows) {
    group.push(row);
    if (group.length < GROUP_ROWS) continue;
    write();
    yield taken(bytes);
  }
  if (group.length > 0) write();
  void writer.finish();
  yield taken(bytes);
}

function valueOf(cell: Cell, kind: ColumnKind): unknown {
  if (cell === null) return null;
  if (kind === 'whole') return BigInt(cell);
  if (kind === 'day') return Date.parse(`${cell}T00:00:00.000Z`) / DAY_MS;
  if (kind === 'instant') return BigInt(Date.parse(String(cell)));
  return String(cell);
}

/** What was written since the last time; the place in the file goes on. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}
