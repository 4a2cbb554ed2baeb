/**
 * The log that an audit reads, wherever it stands: the embedded store of a directory (or of a copy of it), or KurrentDB. The
 * order of the log is that of `readAll`; in KurrentDB that is the order of $all, of our own events alone. A place in the tree
 * is how many events stand before an event: only the embedded store's positions are such numbers.
 */
import { type EventReader, openEmbeddedReader, openKurrentStore } from '@oss/event-store';
import { lastCheckpointInLog } from '../checkpoints/checkpoint-fact';

/** Which log; may be handed to a thread, which opens it for itself. */
export interface LogSource {
  /** Directory of the embedded store. */
  readonly dataDir: string;
  /** Connection string of KurrentDB, which then holds the log. It may hold a password: never shown. */
  readonly kurrentdb?: string;
}

export interface AuditedLog extends EventReader {
  /** Whether the n-th event stands at position n, so that a position without an event is an event that was removed. */
  readonly isGapless: boolean;
  /**
   * How many events are to be read, to tell progress by: counted in the embedded store; in KurrentDB, which counts none, those
   * of the last checkpoint that was signed, which is too few; null where there is none.
   */
  expectedEvents(): Promise<number | null>;
}

const CONNECTION = /^(kurrentdb|kdb|esdb)(\+discover)?:\/\/\S+$/;

/** The connection string cannot be one; the message does not repeat it. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
}

/** @throws NoConnection */
export function assertConnection(kurrentdb: string): void {
  if (CONNECTION.test(kurrentdb)) return;
  throw new NoConnection(
    'KurrentDB needs a connection string, kurrentdb://user:password@host:port?tls=true: ' +
      'give KURRENTDB_URL with EVENT_STORE=kurrentdb, or --kurrentdb',
  );
}

/** Opens a log for reading; close it. @throws when there is no store in the directory; NoConnection */
export async function openLog({ dataDir, kurrentdb }: LogSource): Promise<AuditedLog> {
  if (kurrentdb === undefined) {
    const reader = await openEmbeddedReader({ directory: dataDir });
    return { ...reader, isGapless: true, expectedEvents: async () => Number((await reader.headPosition()) ?? 0n) };
  }
  assertConnection(kurrentdb);
  return distributedLog(openKurrentStore({ url: kurrentdb }));
}

/** The store behind the reading half of its port. */
function distributedLog(store: EventReader): AuditedLog {
  return {
    readStream: (stream, options) => store.readStream(stream, options),
    readLast: (stream) => store.readLast(stream),
    readAll: (options) => store.readAll(options),
    listParked: (subscription) => store.listParked(subscription),
    loadCheckpoint: (name) => store.loadCheckpoint(name),
    headPosition: () => store.headPosition(),
    close: () => store.close(),
    isGapless: false,
    expectedEvents: async () => (await lastCheckpointInLog(store))?.data.size ?? null,
  };
}
