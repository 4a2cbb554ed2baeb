/**
 * The read model's file: one row per completed attempt, and the place in the log that it has reached, in one transaction.
 * It holds nothing that the log does not: what is missing, damaged or of another shape is deleted and read again.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { addFen } from '@oss/money';
import {
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
} from '@oss/settlement';
import { dayNumber } from './day-number';
import { CORRECTIONS_SCHEMA, PeriodCorrections } from './period-corrections';
import type { CompletionBatch, PeriodsSettings, Progress } from './protocol';
import { Words } from './words';

const CACHE_KIB = 4_096;
/** Pages of the write-ahead log before they are copied into the file: fewer copies of pages that change again. */
const WAL_PAGES = 4_000;
const WAL_BYTES_KEPT = 33_554_432;
const DAMAGED: ReadonlySet<number> = new Set([11 /* SQLITE_CORRUPT */, 26 /* SQLITE_NOTADB */]);

/** Column of a payer's paid fen. */
export const payerColumn = (index: number): string => `paid_${index}`;

/**
 * `hospital`, `region` and `chain` are numbers of words. Days are YYYYMMDD as a number. The unique index is the key
 * (settlement, attempt): the settlement names its hospital and the attempt its day, and led by these two the index grows
 * where it was touched last, while one led by the random id would write a page for every row. `position` closes `by_day`
 * by itself, as the row's own number. A row counts from `final_at` (its own position; of a case that is settled again the end of
 * its correction, null until then) up to `ended_at` (its reversal). `ended_by` is the correction that settles it again, which
 * has done so at `resettled_at`.
 */
const schema = (payers: readonly string[]): string => `
  CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  INSERT INTO progress VALUES (1, 0, '');
  CREATE TABLE words (no INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE completed (
    position INTEGER PRIMARY KEY, settlement BLOB NOT NULL, attempt INTEGER NOT NULL, hospital INTEGER NOT NULL,
    encounter TEXT NOT NULL, region INTEGER NOT NULL, day INTEGER NOT NULL, completed_at INTEGER NOT NULL,
    total INTEGER NOT NULL, in_scope INTEGER NOT NULL, self_pay INTEGER NOT NULL, chain INTEGER NOT NULL, paid TEXT NOT NULL,
    correction BLOB, final_at INTEGER, ended_at INTEGER, ended_by BLOB, resettled_at INTEGER,
    ${payers.map((_, index) => `${payerColumn(index)} INTEGER NOT NULL`).join(', ')}
  ) STRICT;
  CREATE UNIQUE INDEX by_hospital ON completed (hospital, day, settlement, attempt);
  CREATE INDEX by_day ON completed (day);
  ${CORRECTIONS_SCHEMA}
`;

/** Opens the file, or makes it when it is missing, damaged or of another shape. */
export function openPeriodsFile(settings: PeriodsSettings): PeriodsFile {
  try {
    const db = connect(settings.file);
    if (versionOf(db) === shapeOf(settings)) return new PeriodsFile(db, settings.payers);
    db.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return newPeriodsFile(settings);
}

/** An empty file in place of whatever stands there. */
export function newPeriodsFile(settings: PeriodsSettings): PeriodsFile {
  removePeriodsFile(settings.file);
  const db = connect(settings.file);
  db.exec(`BEGIN; ${schema(settings.payers)} PRAGMA user_version = ${shapeOf(settings)}; COMMIT`);
  return new PeriodsFile(db, settings.payers);
}

export function removePeriodsFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** Whether SQLite says that what it read is no database, or a damaged one. */
export function isDamage(error: unknown): boolean {
  return DAMAGED.has(((error as { errcode?: number } | null)?.errcode ?? 0) & 0xff);
}

/** The number of this shape of file: another schema, another number. */
function shapeOf({ payers }: PeriodsSettings): number {
  const text = JSON.stringify([schema(payers), payers]);
  return createHash('sha256').update(text).digest().readUInt32BE() >>> 1;
}

function versionOf(db: DatabaseSync): number {
  return db.prepare('PRAGMA user_version').get()!['user_version'] as number;
}

/** NORMAL: a power cut may cost the last rows, and their position with them; it damages nothing and no commit waits for the disk. */
function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
    db.exec(`PRAGMA journal_size_limit = ${WAL_BYTES_KEPT}; PRAGMA cache_size = -${CACHE_KIB}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export class PeriodsFile {
  readonly words: Words;
  readonly #columns: ReadonlyMap<string, number>;
  readonly #corrections: PeriodCorrections;
  readonly #insert: StatementSync;
  readonly #advance: StatementSync;

  constructor(
    readonly db: DatabaseSync,
    readonly payers: readonly string[],
  ) {
    this.words = new Words(db);
    this.#columns = new Map(payers.map((payer, index) => [payer, index]));
    this.#insert = db.prepare(
      `INSERT OR IGNORE INTO completed VALUES (?, unhex(?, '-'), ${marks(11)}, unhex(?, '-'), ?, NULL, NULL, NULL, ${marks(payers.length)})`,
    );
    this.#corrections = new PeriodCorrections(db, this.words);
    this.#advance = db.prepare('UPDATE progress SET position = ?, hash = ?');
  }

  get progress(): Progress {
    const { position, hash } = this.db.prepare('SELECT position, hash FROM progress').get()!;
    return { position: position as number, hash: hash as string };
  }

  /** Writes all rows of the batches (one at least) and the position after them, or nothing. */
  write(batches: readonly CompletionBatch[]): void {
    this.db.exec('BEGIN IMMEDIATE');
    for (const batch of batches) this.#writeRows(batch);
    const { positions, hash } = batches.at(-1)!;
    this.#advance.run(positions.at(-1)!, hash);
    this.db.exec('COMMIT');
  }

  close(): void {
    this.db.close();
  }

  #writeRows({ positions, instants, types, texts }: CompletionBatch): void {
    for (let i = 0; i < texts.length; i++) {
      const fact = JSON.parse(texts[i]!) as SettlementCompleted | SettlementReversed | ResettlementOpened;
      if (types[i] === RESETTLEMENT_OPENED) this.#corrections.opened(fact as ResettlementOpened);
      else if (types[i] === SETTLEMENT_REVERSED) this.#corrections.reversed(positions[i]!, fact as SettlementReversed);
      else this.#write(positions[i]!, Date.parse(instants[i]!), fact as SettlementCompleted);
    }
  }

  #write(position: number, completedAt: number, fact: SettlementCompleted): void {
    const paid = new Array<number>(this.payers.length).fill(0);
    for (const { payer, paidFen } of fact.shares) {
      const column = this.#columns.get(payer);
      if (column === undefined) throw new Error(`${fact.settlementId} names the payer ${payer}, whom this program does not know`);
      paid[column] = addFen(paid[column]!, paidFen);
    }
    this.#insert.run(
      position,
      fact.settlementId,
      fact.attempt,
      this.words.numberOf(fact.hospitalCode),
      fact.encounterNo,
      this.words.numberOf(fact.region),
      dayNumber(fact.dischargedOn),
      completedAt,
      fact.totalFen,
      fact.inScopeFen,
      fact.selfPayFen,
      this.words.numberOf(JSON.stringify(fact.shares.map(({ line, payer }) => [line, payer]))),
      fact.shares.map(({ paidFen }) => paidFen).join(),
      fact.correction?.id ?? null,
      fact.correction === undefined ? position : null,
      ...paid,
    );
    this.#corrections.completed(position, fact);
  }
}

function marks(count: number): string {
  return Array(count).fill('?').join(', ');
}
