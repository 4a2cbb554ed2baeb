/**
 * The read model's file: every version of every person's cover and categories, with the log positions between which it was
 * the last one, so that a report of many pages shows the registry of one instant. It holds nothing that the log does not.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { CoverFacts } from './cover-finding';

/** Until when a version stands that no other has followed: 2^53 − 1. */
const OPEN = 9_007_199_254_740_991;
/** Only rosters touch it much, and take a fiftieth longer for want of more, which would stay in memory for good. */
const CACHE_KIB = 2_048;
/** Keys are random, so a roster touches every page many times: a longer write-ahead log copies each back less often. */
const WAL_PAGES = 4_000;
const WAL_BYTES_KEPT = 16_777_216;

const SCHEMA = `
  CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  INSERT INTO progress VALUES (1, 0, '');
  CREATE TABLE persons (
    region TEXT NOT NULL, person TEXT NOT NULL, position INTEGER NOT NULL, until INTEGER NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (region, person, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX standing ON persons (person) WHERE until = ${OPEN};
`;
const SHAPE = createHash('sha256').update(SCHEMA).digest().readUInt32BE() >>> 1;

/** A person's record as it became at a place of the log; `facts` null when the person was erased. */
export interface PersonVersion {
  readonly position: number;
  readonly personKey: string;
  readonly region: string;
  readonly facts: CoverFacts | null;
}

/** The place in the log that the file has reached, and the hash of the event there: it tells whether the file belongs to this log. */
export interface CoverProgress {
  readonly position: number;
  readonly hash: string;
}

export interface RegionRange {
  readonly first: string;
  readonly last: string;
}

/** A place in a walk: persons in the order of region, then key. */
export interface PersonPlace {
  readonly region: string;
  readonly personKey: string;
}

export interface StandingPerson extends PersonPlace {
  readonly facts: CoverFacts;
}

export class CoverFile {
  readonly #db: DatabaseSync;
  readonly #close: StatementSync;
  readonly #insert: StatementSync;
  readonly #advance: StatementSync;
  readonly #walk: StatementSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
    this.#close = db.prepare(`UPDATE persons SET until = ? WHERE person = ? AND until = ${OPEN} AND position < ?`);
    this.#insert = db.prepare(`INSERT OR REPLACE INTO persons VALUES (?, ?, ?, ${OPEN}, ?)`);
    this.#advance = db.prepare('UPDATE progress SET position = ?, hash = ?');
    this.#walk = db.prepare(
      // The place alone is where the search begins: a second lower bound on the region would be taken instead, and every slice
      // would look at all persons before it.
      `SELECT region, person, facts FROM persons WHERE (region, person) > (?, ?) AND region <= ?
       AND position <= ? AND until > ? ORDER BY region, person LIMIT ?`,
    );
  }

  /** Opens the file, or makes it when it is missing, of another shape, or cannot be read: it is only a copy. */
  static open(file: string): CoverFile {
    let db: DatabaseSync | null = null;
    try {
      db = connect(file);
      if (db.prepare('PRAGMA user_version').get()!['user_version'] === SHAPE) return new CoverFile(db);
    } catch {
      // Whatever keeps it from being read keeps nothing from being lost: the log has it all.
    }
    db?.close();
    return CoverFile.anew(file);
  }

  /** An empty file in place of whatever stands there. */
  static anew(file: string): CoverFile {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    const db = connect(file);
    db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SHAPE}; COMMIT`);
    return new CoverFile(db);
  }

  get progress(): CoverProgress {
    const { position, hash } = this.#db.prepare('SELECT position, hash FROM progress').get()!;
    return { position: position as number, hash: hash as string };
  }

  /** Writes all versions and the place after them, or nothing. */
  write(versions: readonly PersonVersion[], { position, hash }: CoverProgress): void {
    this.#db.exec('BEGIN IMMEDIATE');
    for (const { personKey, region, facts, position: at } of versions) {
      this.#close.run(at, personKey, at);
      if (facts !== null) this.#insert.run(region, personKey, at, JSON.stringify(facts));
    }
    this.#advance.run(position, hash);
    this.#db.exec('COMMIT');
  }

  /** The next persons after a place, as they stood when the log had reached `upTo`. */
  persons({ first, last }: RegionRange, after: PersonPlace | null, upTo: number, limit: number): StandingPerson[] {
    const rows = this.#walk.all(after?.region ?? first, after?.personKey ?? '', last, upTo, upTo, limit);
    return rows.map(({ region, person, facts }) => ({
      region: region as string,
      personKey: person as string,
      facts: JSON.parse(facts as string) as CoverFacts,
    }));
  }

  close(): void {
    this.#db.close();
  }
}

/** NORMAL: a power cut may cost the last versions, and their position with them; they are read again. */
function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`);
    db.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES_KEPT}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
