/** The facts of the log as they stand in it, in its order: what anybody needs who wants to check or count by himself. */
import type { AuditedLog } from '../log/audited-log';
import { csvLine } from '../tables/table';

const HEAD = ['position', 'stream', 'revision', 'id', 'type', 'recordedAt', 'hash', 'data'];

/** Lines of a file; `data` is the stored text, byte for byte: in CSV quoted, in NDJSON as JSON. */
export async function* eventRows(
  log: AuditedLog,
  format: 'csv' | 'ndjson',
  onEvents: (done: number, total: number | null) => void,
): AsyncGenerator<string> {
  const expected = await log.expectedEvents();
  let done = 0;
  if (format === 'csv') yield `\uFEFF${csvLine(HEAD)}`;
  for await (const { position, stream, revision, id, type, recordedAt, hash, text } of log.readAll()) {
    onEvents(++done, expected);
    if (format === 'csv') yield csvLine([String(position), stream, revision, id, type, recordedAt, hash, text]);
    else {
      const fields = JSON.stringify({ position: String(position), stream, revision, id, type, recordedAt, hash });
      yield `${fields.slice(0, -1)},"data":${text}}\n`;
    }
  }
}
