/** The facts of the log as they stand in it, in its order: what anybody needs who wants to check or count by himself. */
import type { RecordedEvent } from '@oss/event-store';
import type { AuditedLog } from '../log/audited-log';
import { type ColumnKind, parquetOf } from '../tables/parquet';
import { type Cell, csvLine } from '../tables/table';
import type { RowFormat } from './row-file';

/** `data` is the stored text, byte for byte. */
const EVENT_COLUMNS: Readonly<Record<string, ColumnKind>> = {
  position: 'whole',
  stream: 'text',
  revision: 'whole',
  id: 'text',
  type: 'text',
  recordedAt: 'instant',
  hash: 'text',
  data: 'text',
};

/** Pieces of a file; `data` is in CSV quoted, in NDJSON the JSON itself, in Parquet a text. */
export async function* eventRows(
  log: AuditedLog,
  format: RowFormat,
  onEvents: (done: number, total: number | null) => void,
): AsyncGenerator<string | Uint8Array> {
  if (format === 'parquet') return yield* parquetOf(EVENT_COLUMNS, cellsOf(log, onEvents));
  if (format === 'csv') {
    yield `\uFEFF${csvLine(Object.keys(EVENT_COLUMNS))}`;
    for await (const cells of cellsOf(log, onEvents)) yield csvLine(cells);
    return;
  }
  for await (const { position, stream, revision, id, type, recordedAt, hash, text } of counted(log, onEvents)) {
    const fields = JSON.stringify({ position: String(position), stream, revision, id, type, recordedAt, hash });
    yield `${fields.slice(0, -1)},"data":${text}}\n`;
  }
}

type OnEvents = (done: number, total: number | null) => void;

async function* cellsOf(log: AuditedLog, onEvents: OnEvents): AsyncGenerator<readonly Cell[]> {
  for await (const { position, stream, revision, id, type, recordedAt, hash, text } of counted(log, onEvents))
    yield [String(position), stream, revision, id, type, recordedAt, hash, text];
}

async function* counted(log: AuditedLog, onEvents: OnEvents): AsyncGenerator<RecordedEvent> {
  const expected = await log.expectedEvents();
  let done = 0;
  for await (const event of log.readAll()) {
    onEvents(++done, expected);
    yield event;
  }
}
