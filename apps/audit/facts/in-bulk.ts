/**
 * What the audit reads in bulk, from any store: quickly where the reader has the file itself (see BulkReader), else by what every
 * store can do. The rest of the audit asks here and need not know which it is.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collect, type EventReader, type Fact, isBulkReader, type SealedFact, type Told } from '@oss/event-store';

const PAGE_ROWS = 512;

/** The whole log in commit order; between two pages the event loop has its turn. */
export async function* logPages(reader: EventReader): AsyncGenerator<readonly SealedFact[]> {
  if (isBulkReader(reader)) {
    for (const page of reader.logPages()) {
      yield page;
      await nextTurn();
    }
    return;
  }
  let page: SealedFact[] = [];
  for await (const event of reader.readAll()) {
    if (page.push(event) < PAGE_ROWS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Names of the streams that begin with a prefix, sorted, as often as they are gone through. Where there is no file they are all held. */
export async function streamNames(reader: EventReader, prefix: string): Promise<Iterable<string>> {
  if (isBulkReader(reader)) return { [Symbol.iterator]: () => reader.streamNames(prefix)[Symbol.iterator]() };
  const names = new Set<string>();
  for await (const { stream } of reader.readAll({ filter: { streamPrefixes: [prefix] } })) names.add(stream);
  return [...names].sort();
}

/** Facts of a stream in order. */
export async function factsOf(reader: EventReader, stream: string): Promise<Iterable<Fact>> {
  if (isBulkReader(reader)) return reader.facts(stream);
  return collect(reader.readStream(stream));
}

/** What the facts of these types in a stream say, in order. */
export async function toldIn(reader: EventReader, stream: string, types: readonly string[]): Promise<Iterable<Told>> {
  if (isBulkReader(reader)) return reader.told(stream, types);
  return (await collect(reader.readStream(stream))).filter(({ type }) => types.includes(type));
}

/** The last fact of a stream, or null. */
export function lastOf(reader: EventReader, stream: string): SealedFact | null | Promise<SealedFact | null> {
  return isBulkReader(reader) ? reader.last(stream) : reader.readLast(stream);
}

/** Reads in one transaction where the store has such; see BulkReader. */
export function inOneView<T>(reader: EventReader, work: () => Promise<T>): Promise<T> {
  return isBulkReader(reader) ? reader.inOneView(work) : work();
}
