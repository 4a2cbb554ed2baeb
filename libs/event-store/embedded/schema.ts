/**
 * The embedded store's file: tables, and how a connection is set up. Kept small on disk: stream names stand once,
 * ids and hashes are bytes, instants are integers.
 */
import { DatabaseSync } from 'node:sqlite';

export const FILE_NAME = 'events.sqlite';
const SCHEMA_VERSION = 1;
/** "OSES": tells our files from other SQLite files. */
const APPLICATION_ID = 0x4f534553;

const TABLES = `
  CREATE TABLE streams (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, id BLOB NOT NULL, type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, hash BLOB NOT NULL, due TEXT, trace TEXT, data TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE TABLE checkpoints (name TEXT PRIMARY KEY, position INTEGER NOT NULL, state TEXT) STRICT, WITHOUT ROWID;
  CREATE TABLE parked (
    subscription TEXT NOT NULL, position INTEGER NOT NULL, attempts INTEGER NOT NULL, error TEXT NOT NULL,
    parked_at INTEGER NOT NULL, PRIMARY KEY (subscription, position)
  ) STRICT, WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * A bound limit. Not a parameter alone: SQLite then asks for its value while it plans, and plans the statement anew, in a good five
 * microseconds, each time that one is bound.
 */
export const LIMIT = 'LIMIT ? + 0';

const WRITER_CACHE_KIB = 12_288;
const READER_CACHE_KIB = 8_192;
/** A write-ahead log that has grown beyond this (a reader held it) is cut back. */
const WAL_BYTES_KEPT = 67_108_864;
/** The log is appended to; a larger page wastes less of itself on rows of about a kilobyte. */
const PAGE_BYTES = 8_192;

/** Opens the file for the one writer, making it when it is new. `maxFileBytes` bounds its growth. */
export function openForWriting(file: string, maxFileBytes?: number): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(
    `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = ${WAL_BYTES_KEPT}; PRAGMA cache_size = -${WRITER_CACHE_KIB}`,
  );
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version === 0) db.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`);
  else refuseOtherVersions(file, version);
  if (maxFileBytes !== undefined) db.exec(`PRAGMA max_page_count = ${Math.ceil(maxFileBytes / PAGE_BYTES)}`);
  return db;
}

/** A second connection of the writing process, which writes nothing but the pages that the write-ahead log already holds. */
export function openForCheckpoints(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0');
  return db;
}

/** Copies the write-ahead log into the file as far as nobody has to wait for it. */
export function checkpointStatement(db: DatabaseSync): () => void {
  const statement = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  return () => {
    try {
      statement.get();
    } catch (error) {
      // A full disk loses nothing: the log keeps what it holds, and the next commit says that it is full.
      if (resultCode(error) !== SQLITE_FULL) throw error;
    }
  };
}

const SQLITE_FULL = 13;

/** SQLite's primary result code of an error, 0 for an error of another kind. */
export function resultCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

/** The usual spelling of a stored UUID from its 32 hex digits. Joined into one string: a sum of strings would stay a tree of thirteen. */
export function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Opens the file read-only; a running writer is not disturbed. */
export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA query_only = ON`);
  refuseOtherVersions(file, (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version);
  return db;
}

function refuseOtherVersions(file: string, version: number): void {
  if (version === SCHEMA_VERSION) return;
  throw new Error(`${file} holds schema version ${version}, this program knows ${SCHEMA_VERSION}: use the program that wrote it`);
}
