/** The facts of the log as they stand in it, in its order: what anybody needs who wants to check or count by himself. */
import type { EventReader } from '@oss/event-store';
import { csvLine } from '../tables/table';

const HEAD = ['position', 'stream', 'revision', 'id', 'type', 'recordedAt', 'hash', 'data'];

/** Lines of a file; `data` is the stored text, byte for byte: in CSV quoted, in NDJSON as JSON. */
export async function* eventRows(
  reader: EventReader,
  format: 'csv' | 'ndjson',
  onEvents: (done: number, total: number) => void,
): AsyncGenerator<string> {
  const head = Number((await reader.headPosition()) ?? 0n);
  if (format === 'csv') yield `\uFEFF${csvLine(HEAD)}`;
  for await (const { position, stream, revision, id, type, recordedAt, hash, text } of reader.readAll()) {
    onEvents(Number(position), Math.max(head, Number(position)));
    if (format === 'csv') yield csvLine([String(position), stream, revision, id, type, recordedAt, hash, text]);
    else {
      const fields = JSON.stringify({ position: String(position), stream, revision, id, type, recordedAt, hash });
      yield `${fields.slice(0, -1)},"data":${text}}\n`;
    }
  }
}
