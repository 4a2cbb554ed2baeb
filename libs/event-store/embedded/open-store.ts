/** Opens the embedded store of a directory: for the one process that writes, or read-only beside it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { collect } from '../collect';
import type { FailedDelivery } from '../delivery/delivery';
import type { AppendResult, EventStore } from '../event-store';
import type { Recorded } from '../recorded';
import { type BulkReader, BulkReading } from './bulk-reader';
import { EmbeddedStore } from './embedded-store';
import { LastEvents } from './last-events';
import { errorOf, refusalOf } from './opening';
import { Reader } from './reader';
import { FILE_NAME, openForReading } from './schema';
import { Tail } from './tail';
import { WriterClient } from './writer-client';

export interface EmbeddedStoreOptions {
  /** Holds `events.sqlite` and the lock; made when absent. One writing process at a time. */
  readonly directory: string;
  /** Milliseconds since 1970; default the system's clock. */
  readonly clock?: () => number;
  /** Told of every attempt of a handler that failed; default nobody. */
  readonly onFailure?: (failure: FailedDelivery) => void;
  /** The file grows to this size at most; appends beyond it fail with AppendFailed. Default: what the disk holds. */
  readonly maxFileBytes?: number;
}

/** @throws DirectoryLocked when another process writes in the directory; StoreUnusable when its files cannot be written */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EventStore> {
  const { directory, clock = Date.now, onFailure = () => {}, maxFileBytes } = options;
  mkdirSync(directory, { recursive: true });
  const tail = new Tail();
  const lasts = new LastEvents();
  let store: EmbeddedStore | undefined;
  let reader: Reader | undefined;
  const writer = await WriterClient.start({ directory, ...(maxFileBytes === undefined ? {} : { maxFileBytes }) }, clock, {
    recorded: (events: readonly Recorded[]) => {
      for (const event of events) tail.push(event);
      lasts.recorded(events.at(-1)!);
    },
    committed: () => store?.wake(),
    readBack: (stream, from, count) => readBack(reader!, stream, from, count),
  });
  try {
    reader = new Reader(openForReading(join(directory, FILE_NAME)));
    tail.last = reader.headPosition();
    store = new EmbeddedStore(writer, reader, tail, lasts, clock, onFailure);
    return store;
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** Reads a store that may be running: no lock, no writes, no subscriptions. @throws StoreUnusable */
export async function openEmbeddedReader({ directory }: { readonly directory: string }): Promise<BulkReader> {
  const file = join(directory, FILE_NAME);
  if (!existsSync(file)) throw new Error(`there is no event store in ${directory}: ${FILE_NAME} is missing`);
  const { db, reader } = readerOf(directory, file);
  const bulk = new BulkReading(db, reader);
  return {
    logPages: () => bulk.logPages(),
    streamNames: (prefix) => bulk.streamNames(prefix),
    facts: (stream) => bulk.facts(stream),
    last: (stream) => bulk.last(stream),
    told: (stream, types) => bulk.told(stream, types),
    inOneView: (work) => bulk.inOneView(work),
    readStream: (stream, options) => reader.readStream(stream, options),
    readLast: async (stream) => reader.readLast(stream),
    readAll: (options) => reader.readAll(options),
    listParked: async (subscription) => reader.listParked(subscription),
    loadCheckpoint: async (name) => reader.loadCheckpoint(name),
    headPosition: async () => {
      const head = reader.headPosition();
      return head === 0 ? null : BigInt(head);
    },
    close: async () => reader.close(),
  };
}

function readerOf(directory: string, file: string): { db: DatabaseSync; reader: Reader } {
  try {
    const db = openForReading(file);
    return { db, reader: new Reader(db) };
  } catch (error) {
    throw errorOf(directory, refusalOf(error), 'reading');
  }
}

async function readBack(reader: Reader, stream: string, from: number, count: number): Promise<AppendResult> {
  const events = await collect(reader.readStream(stream, { from, limit: count }));
  return { revision: from + count - 1, events };
}
