/**
 * Reading much of the file in one go, for those who check or count all of it: the log by pages, streams by their names, and facts
 * without what only the chain needs, which is half the cost of a row. Each page is a read transaction of its own.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventReader, RecordedEvent } from '../event-store';
import type { Reader } from './reader';
import { LIMIT } from './schema';
import {
  FACT,
  type Fact,
  type FactRow,
  SEALED_FACT,
  type SealedFact,
  type SealedRow,
  StoredFact,
  StoredSealedFact,
} from './stored-fact';

/** What a fact says, and nothing of where it stands. */
export type Told = Pick<RecordedEvent, 'type' | 'data'>;

/** A reader that has the file itself at hand. The calling thread is busy for a page at a time: let others have turns between. */
export interface BulkReader extends EventReader {
  /** The whole log in commit order, up to the head at the first call. */
  logPages(): Iterable<readonly SealedFact[]>;
  /** Names that begin with a prefix, sorted by their bytes. */
  streamNames(prefix: string): Iterable<string>;
  /** Facts of a stream, in order. */
  facts(stream: string): Iterable<Fact>;
  /** The last fact of a stream, or null. */
  last(stream: string): SealedFact | null;
  /** What the facts of these types in a stream say, in order: half the cost of whole facts. */
  told(stream: string, types: readonly string[]): Iterable<Told>;
  /**
   * All that `work` reads is read in one transaction, which spares each statement one of its own. For less than a second's work,
   * and one at a time: other work on this reader meanwhile would be in it, too.
   */
  inOneView<T>(work: () => Promise<T>): Promise<T>;
}

/** Whether a reader can read in bulk. */
export function isBulkReader(reader: EventReader): reader is BulkReader {
  return 'logPages' in reader;
}

const NAMES_PAGE_ROWS = 4_096;
/** Facts of one page, of the log or of a stream; an event is at most a megabyte, and nearly all are a thousandth of it. */
const FACTS_PAGE_ROWS = 128;
const STREAMS_PAGE_ROWS = 256;
/** Names of streams that are remembered while the log is read. */
const MAX_NAMES = 1_048_576;
/** Kinds of facts are few; a program that makes up more statements is refused rather than remembered. */
const MAX_PREPARED = 16;

type ToldRow = readonly [revision: number, type: string, text: string];

export class BulkReading {
  readonly #db: DatabaseSync;
  readonly #reader: Reader;
  readonly #names: StatementSync;
  readonly #no: StatementSync;
  readonly #streams: StatementSync;
  readonly #log: StatementSync;
  readonly #last: StatementSync;
  readonly #facts: StatementSync;
  /** By how many types are asked for. */
  readonly #told = new Map<number, StatementSync>();

  constructor(db: DatabaseSync, reader: Reader) {
    this.#db = db;
    this.#reader = reader;
    this.#names = rowsOf(db, `SELECT name FROM streams WHERE name > ? AND name < ? ORDER BY name ${LIMIT}`);
    this.#no = rowsOf(db, 'SELECT no FROM streams WHERE name = ?');
    this.#streams = rowsOf(db, `SELECT no, name FROM streams WHERE no >= ? ORDER BY no ${LIMIT}`);
    this.#log = rowsOf(
      db,
      `SELECT ${SEALED_FACT}, e.stream FROM events e WHERE e.position > ? AND e.position <= ? ORDER BY e.position ${LIMIT}`,
    );
    this.#last = rowsOf(
      db,
      `SELECT ${SEALED_FACT} FROM streams s CROSS JOIN events e ON e.stream = s.no
       WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1`,
    );
    this.#facts = rowsOf(db, `SELECT ${FACT} FROM events e WHERE e.stream = ? AND e.revision >= ? ORDER BY e.revision ${LIMIT}`);
  }

  *logPages(): Generator<readonly SealedFact[]> {
    const head = this.#reader.headPosition();
    const names = new Map<number, string>();
    for (let after = 0; after < head;) {
      const rows = this.#log.all(after, head, FACTS_PAGE_ROWS) as unknown as readonly SealedRow[];
      if (rows.length === 0) return;
      const page: SealedFact[] = [];
      for (const row of rows) {
        const stream = row[7] as number;
        const name = names.get(stream) ?? this.#nameOf(stream, names);
        // A row of no stream can be no event.
        if (name !== undefined) page.push(new StoredSealedFact(name, row));
      }
      yield page;
      after = rows.at(-1)![0];
    }
  }

  /** Streams are numbered as they come, so whoever meets a new one in the log meets those numbered after it soon. */
  #nameOf(no: number, names: Map<number, string>): string | undefined {
    if (names.size >= MAX_NAMES) names.clear();
    const rows = this.#streams.all(no, STREAMS_PAGE_ROWS) as unknown as readonly (readonly [number, string])[];
    for (const [each, name] of rows) names.set(each, name);
    return names.get(no);
  }

  last(stream: string): SealedFact | null {
    const row = this.#last.get(stream) as unknown as SealedRow | undefined;
    return row === undefined ? null : new StoredSealedFact(stream, row);
  }

  *streamNames(prefix: string): Generator<string> {
    // The first name that a prefix does not reach any more: its last character one further.
    const end = `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
    for (let after = prefix; ;) {
      const names = this.#names.all(after, end, NAMES_PAGE_ROWS) as unknown as readonly (readonly [string])[];
      for (const [name] of names) yield name;
      if (names.length < NAMES_PAGE_ROWS) return;
      [after] = names.at(-1)!;
    }
  }

  facts(stream: string): Iterable<Fact> {
    const no = this.#numberOf(stream);
    if (no === undefined) return [];
    const first = this.#factsPage(stream, no, 0);
    // Most streams are short: then the page is all, and nobody pays for a generator.
    return first.length < FACTS_PAGE_ROWS ? first : this.#factsFrom(stream, no, first);
  }

  *#factsFrom(stream: string, no: number, first: readonly Fact[]): Generator<Fact> {
    for (let page = first; ; page = this.#factsPage(stream, no, page.at(-1)!.revision + 1)) {
      yield* page;
      if (page.length < FACTS_PAGE_ROWS) return;
    }
  }

  /** All rows at once, not one by one: a third less for each. */
  #factsPage(stream: string, no: number, from: number): readonly Fact[] {
    const rows = this.#facts.all(no, from, FACTS_PAGE_ROWS) as unknown as readonly FactRow[];
    return rows.map((row) => new StoredFact(stream, row));
  }

  *told(stream: string, types: readonly string[]): Generator<Told> {
    const no = this.#numberOf(stream);
    if (no === undefined) return;
    const statement = this.#toldOf(types.length);
    for (let from = 0; ;) {
      const rows = statement.all(no, from, ...types, FACTS_PAGE_ROWS) as unknown as readonly ToldRow[];
      for (const [, type, text] of rows) yield { type, data: JSON.parse(text) as unknown };
      if (rows.length < FACTS_PAGE_ROWS) return;
      from = rows.at(-1)![0] + 1;
    }
  }

  async inOneView<T>(work: () => Promise<T>): Promise<T> {
    this.#db.exec('BEGIN');
    try {
      return await work();
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  #numberOf(stream: string): number | undefined {
    return (this.#no.get(stream) as unknown as readonly [number] | undefined)?.[0];
  }

  #toldOf(types: number): StatementSync {
    let statement = this.#told.get(types);
    if (statement === undefined) {
      if (this.#told.size >= MAX_PREPARED) throw new Error(`more than ${MAX_PREPARED} kinds of facts were asked for`);
      const anyType = Array<string>(types).fill('?').join(', ');
      statement = rowsOf(
        this.#db,
        `SELECT revision, type, data FROM events
         WHERE stream = ? AND revision >= ? AND type IN (${anyType}) ORDER BY revision ${LIMIT}`,
      );
      this.#told.set(types, statement);
    }
    return statement;
  }
}

/** A statement whose rows are arrays: half the cost of objects. */
function rowsOf(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}
