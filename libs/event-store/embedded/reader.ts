/**
 * Reads through a read-only connection on the calling thread: point reads in microseconds, scans in bounded pages, each a
 * read transaction of its own, so that no reader holds the write-ahead log for long.
 */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Checkpoint, Filter, ParkedEvent, ReadAllOptions, ReadOptions, RecordedEvent } from '../event-store';
import { Recorded } from '../recorded';
import { instantText } from '../sealing';
import { dashed, LIMIT } from './schema';

/** Most rows, and about the most characters of data, of one page. */
const PAGE_ROWS = 256;
const PAGE_CHARS = 4_194_304;
/** A stream is mostly asked for its last few events: its first page is short, each next one twice as long. */
const FIRST_PAGE_ROWS = 16;
/** Positions that one filtered page may look through. */
const SCAN_POSITIONS = 4_096;
/** Filters have few shapes; a program that makes up more is refused rather than remembered. */
const MAX_PREPARED_FILTERS = 256;

const COLUMNS =
  'e.position, s.name, e.revision, lower(hex(e.id)), e.type, e.data, e.recorded_at, lower(hex(e.hash)), e.due, e.trace';
const LOG = `SELECT ${COLUMNS} FROM events e JOIN streams s ON s.no = e.stream`;
const STREAM = `SELECT ${COLUMNS} FROM streams s CROSS JOIN events e ON e.stream = s.no WHERE s.name = ?`;

export interface LogPage {
  readonly events: readonly Recorded[];
  /** Everything up to this position has been looked at. */
  readonly upTo: number;
}

export class Reader {
  readonly #db: DatabaseSync;
  readonly #forwards: StatementSync;
  readonly #backwards: StatementSync;
  readonly #last: StatementSync;
  readonly #revision: StatementSync;
  readonly #head: StatementSync;
  readonly #checkpoint: StatementSync;
  readonly #parked: StatementSync;
  readonly #scans = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    const rows = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#forwards = rows(`${STREAM} AND e.revision >= ? ORDER BY e.revision ${LIMIT}`);
    this.#backwards = rows(`${STREAM} AND e.revision <= ? ORDER BY e.revision DESC ${LIMIT}`);
    this.#last = rows(`${STREAM} ORDER BY e.revision DESC LIMIT 1`);
    this.#revision = db.prepare(
      'SELECT ifnull(max(e.revision), -1) AS revision FROM streams s CROSS JOIN events e ON e.stream = s.no WHERE s.name = ?',
    );
    this.#head = db.prepare('SELECT ifnull(max(position), 0) AS position FROM events');
    this.#checkpoint = db.prepare('SELECT position, state FROM checkpoints WHERE name = ?');
    this.#parked = db.prepare(
      `SELECT p.subscription, p.position, s.name AS stream, e.revision, lower(hex(e.id)) AS id, e.type, p.attempts, p.error, p.parked_at AS parkedAt
       FROM parked p JOIN events e ON e.position = p.position JOIN streams s ON s.no = e.stream
       WHERE p.subscription = ifnull(?, p.subscription) ORDER BY p.position, p.subscription`,
    );
  }

  async *readStream(stream: string, options: ReadOptions = {}): AsyncGenerator<RecordedEvent> {
    const backwards = options.direction === 'backwards';
    const statement = backwards ? this.#backwards : this.#forwards;
    let from = firstRevision(options.from, backwards);
    let left = options.limit ?? Infinity;
    for (let rows = options.limit ?? FIRST_PAGE_ROWS; left > 0; rows *= 2) {
      const asked = Math.min(left, rows, PAGE_ROWS);
      const page = boundedPage(statement.iterate(stream, from, asked));
      yield* page.events;
      left -= page.events.length;
      const last = page.events.at(-1);
      if (!last || (page.complete && page.events.length < asked) || left === 0) return;
      from = last.revision + (backwards ? -1 : 1);
      await nextTurn();
    }
  }

  readLast(stream: string): Recorded | null {
    const row = this.#last.get(stream) as unknown as Row | undefined;
    return row ? toEvent(row) : null;
  }

  /** The revision of a stream's last event, -1 where the stream does not exist. */
  lastRevision(stream: string): number {
    return this.#revision.get(stream)!['revision'] as number;
  }

  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    const head = this.headPosition();
    let after = options.from === undefined ? Number(options.after ?? 0n) : Number(options.from) - 1;
    let left = options.limit ?? Infinity;
    while (after < head && left > 0) {
      const page = this.logPage(after, options.filter, Math.min(left, PAGE_ROWS), head);
      yield* page.events;
      left -= page.events.length;
      after = page.upTo;
      await nextTurn();
    }
  }

  /** One bounded page of the log after a position; `head` is the last position that the caller wants to see. */
  logPage(after: number, filter: Filter | undefined, limit: number, head: number): LogPage {
    const end = Math.min(head, after + (filter ? SCAN_POSITIONS : limit));
    const { statement, values } = this.#scan(filter);
    const { events, complete } = boundedPage(statement.iterate(after, end, ...values, limit));
    const cut = !complete || events.length === limit;
    return { events, upTo: cut ? Number(events.at(-1)!.position) : end };
  }

  /** The position of the last event, 0 for an empty log. */
  headPosition(): number {
    return this.#head.get()!['position'] as number;
  }

  loadCheckpoint(name: string): Checkpoint | null {
    const row = this.#checkpoint.get(name) as { position: number; state: string | null } | undefined;
    if (!row) return null;
    return row.state === null ? { position: BigInt(row.position) } : { position: BigInt(row.position), state: row.state };
  }

  listParked(subscription?: string): ParkedEvent[] {
    return this.#parked.all(subscription ?? null).map((row) => {
      const { position, parkedAt, id, ...rest } = row as unknown as Omit<ParkedEvent, 'position' | 'parkedAt'> & ParkedNumbers;
      return { ...rest, id: dashed(id), position: BigInt(position), parkedAt: instantText(parkedAt) };
    });
  }

  close(): void {
    this.#db.close();
  }

  /** The scan for a filter's shape, and the values of its conditions. */
  #scan(filter: Filter | undefined): { statement: StatementSync; values: string[] } {
    const prefixes = filter?.streamPrefixes;
    const types = filter?.types;
    const due = filter?.due;
    const shape = `${prefixes?.length ?? '-'}/${types?.length ?? '-'}/${due?.length ?? '-'}`;
    const values = [...(prefixes ?? []).flatMap((prefix) => [prefix, prefix]), ...(types ?? []), ...(due ?? [])];
    let statement = this.#scans.get(shape);
    if (!statement) {
      if (this.#scans.size >= MAX_PREPARED_FILTERS) throw new Error(`more than ${MAX_PREPARED_FILTERS} shapes of filters`);
      const anyPrefix = prefixes?.map(() => 'substr(s.name, 1, length(?)) = ?').join(' OR ') || 'FALSE';
      const anyType = types?.map(() => '?').join(', ');
      const anyDue = due?.map(() => '?').join(', ');
      const conditions = [
        prefixes ? ` AND (${anyPrefix})` : '',
        types ? ` AND e.type IN (${anyType})` : '',
        due ? ` AND e.due IN (${anyDue})` : '',
      ].join('');
      statement = this.#db.prepare(`${LOG} WHERE e.position > ? AND e.position <= ?${conditions} ORDER BY e.position ${LIMIT}`);
      statement.setReturnArrays(true);
      this.#scans.set(shape, statement);
    }
    return { statement, values };
  }
}

interface ParkedNumbers {
  readonly position: number;
  readonly parkedAt: number;
}

function firstRevision(from: ReadOptions['from'], backwards: boolean): number {
  if (typeof from === 'number') return from;
  const end = from === 'end' || (from === undefined && backwards);
  return end ? Number.MAX_SAFE_INTEGER : 0;
}

type Row = [number, string, number, string, string, string, number, string, string | null, string | null];

/** Takes rows until the page holds enough characters; leaving the loop ends the read transaction. */
function boundedPage(rows: Iterable<Record<string, SQLOutputValue>>): { events: Recorded[]; complete: boolean } {
  const events: Recorded[] = [];
  let chars = 0;
  for (const row of rows as unknown as Iterable<Row>) {
    events.push(toEvent(row));
    chars += row[5].length;
    if (chars > PAGE_CHARS) return { events, complete: false };
  }
  return { events, complete: true };
}

function toEvent([position, stream, revision, id, type, text, recordedAt, hash, due, trace]: Row): Recorded {
  const at = instantText(recordedAt);
  return new Recorded(BigInt(position), stream, revision, dashed(id), type, text, at, hash, due ?? undefined, trace ?? undefined);
}
