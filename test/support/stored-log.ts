/** A log as a text file: one event a line, in log order, its data as it stands in the store, so that a person can read it. */
import { readFileSync } from 'node:fs';
import { canonicalJson, type RecordedEvent } from '@oss/event-store';

/** The line of an event. `text` is canonical JSON already: it goes in unchanged. */
export function lineOf({ position, stream, revision, id, type, recordedAt, hash, due, text }: RecordedEvent): string {
  const head = JSON.stringify({
    position: String(position),
    stream,
    revision,
    id,
    type,
    recordedAt,
    hash,
    ...(due === undefined ? {} : { due }),
  });
  return `${head.slice(0, -1)},"data":${text}}`;
}

/** The events of such a file. Their text is made canonical again: if that changed a byte, the hash would not hold. */
export function storedLog(file: string): RecordedEvent[] {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const { position, data, ...rest } = JSON.parse(line) as Omit<RecordedEvent<object>, 'position' | 'text'> & {
      position: string;
    };
    return { ...rest, position: BigInt(position), data, text: canonicalJson(data) };
  });
}
