/**
 * Reading much of the file in one go, for those who check or count all of it: the log by pages, streams by their names, and facts
 * without what only the chain needs, which is half the cost of a row. Each page is a read transaction of its own.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventReader, RecordedEvent } from '../event-store';
import { instantText } from '../sealing';
import type { Reader } from './reader';

/** What a fact says and where it stands; its seal is left unread. */
export type Fact = Omit<RecordedEvent, 'hash' | 'due' | 'trace'>;

/** A reader that has the file itself at hand. The calling thread is busy for a page at a time: let others have turns between. */
export interface BulkReader extends EventReader {
  /** The whole log in commit order, up to the head at the first call. */
  logPages(): Iterable<readonly RecordedEvent[]>;
  /** Names that begin with a prefix, sorted by their bytes. */
  streamNames(prefix: string): Iterable<string>;
  /** Facts of a stream, in order; with `types` those of these types alone. */
  facts(stream: string, types?: readonly string[]): Iterable<Fact>;
}

/** Whether a reader can read in bulk. */
export function isBulkReader(reader: EventReader): reader is BulkReader {
  return 'logPages' in reader;
}

const LOG_PAGE_ROWS = 512;
const NAMES_PAGE_ROWS = 4_096;
/** Facts of one page; an event is at most a megabyte, and those of a stream that is read so are a thousandth of it. */
const FACTS_PAGE_ROWS = 128;
/** Kinds of facts are few; a program that makes up more statements is refused rather than remembered. */
const MAX_PREPARED = 16;

type FactRow = readonly [number, number, string, string, string, number];

export class BulkReading {
  readonly #db: DatabaseSync;
  readonly #reader: Reader;
  readonly #names: StatementSync;
  readonly #no: StatementSync;
  /** By how many types are asked for. */
  readonly #facts = new Map<number, StatementSync>();

  constructor(db: DatabaseSync, reader: Reader) {
    this.#db = db;
    this.#reader = reader;
    this.#names = db.prepare('SELECT name FROM streams WHERE name > ? AND name < ? ORDER BY name LIMIT ?');
    this.#no = db.prepare('SELECT no FROM streams WHERE name = ?');
  }

  *logPages(): Generator<readonly RecordedEvent[]> {
    const head = this.#reader.headPosition();
    for (let after = 0; after < head;) {
      const { events, upTo } = this.#reader.logPage(after, undefined, LOG_PAGE_ROWS, head);
      yield events;
      after = upTo;
    }
  }

  *streamNames(prefix: string): Generator<string> {
    // The first name that a prefix does not reach any more: its last character one further.
    const end = `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`;
    for (let after = prefix; ;) {
      const names = this.#names.all(after, end, NAMES_PAGE_ROWS).map((row) => row['name'] as string);
      yield* names;
      if (names.length < NAMES_PAGE_ROWS) return;
      after = names.at(-1)!;
    }
  }

  facts(stream: string, types: readonly string[] = []): Iterable<Fact> {
    const no = this.#no.get(stream)?.['no'] as number | undefined;
    if (no === undefined) return [];
    const first = this.#factsPage(stream, no, 0, types);
    // Most streams are short: then the page is all, and nobody pays for a generator.
    return first.length < FACTS_PAGE_ROWS ? first : this.#factsFrom(stream, no, first, types);
  }

  *#factsFrom(stream: string, no: number, first: readonly Fact[], types: readonly string[]): Generator<Fact> {
    for (let page = first; ; page = this.#factsPage(stream, no, page.at(-1)!.revision + 1, types)) {
      yield* page;
      if (page.length < FACTS_PAGE_ROWS) return;
    }
  }

  /** All rows at once, not one by one: a third less for each. */
  #factsPage(stream: string, no: number, from: number, types: readonly string[]): readonly Fact[] {
    const rows = this.#factsOf(types.length).all(no, from, ...types, FACTS_PAGE_ROWS) as unknown as readonly FactRow[];
    return rows.map((row) => new StoredFact(stream, row));
  }

  #factsOf(types: number): StatementSync {
    let statement = this.#facts.get(types);
    if (statement === undefined) {
      if (this.#facts.size >= MAX_PREPARED) throw new Error(`more than ${MAX_PREPARED} kinds of facts were asked for`);
      const ofTypes = types === 0 ? '' : ` AND type IN (${Array<string>(types).fill('?').join(', ')})`;
      statement = this.#db.prepare(
        `SELECT position, revision, hex(id), type, data, recorded_at FROM events
         WHERE stream = ? AND revision >= ?${ofTypes} ORDER BY revision LIMIT ?`,
      );
      statement.setReturnArrays(true);
      this.#facts.set(types, statement);
    }
    return statement;
  }
}

class StoredFact implements Fact {
  readonly #row: FactRow;
  #data: unknown;

  constructor(
    readonly stream: string,
    row: FactRow,
  ) {
    this.#row = row;
  }

  get position(): bigint {
    return BigInt(this.#row[0]);
  }

  get revision(): number {
    return this.#row[1];
  }

  get id(): string {
    const hex = this.#row[2].toLowerCase();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  get type(): string {
    return this.#row[3];
  }

  get text(): string {
    return this.#row[4];
  }

  get recordedAt(): string {
    return instantText(this.#row[5]);
  }

  get data(): unknown {
    return (this.#data ??= JSON.parse(this.#row[4]));
  }
}
