/**
 * A roster, row by row, through the same checks as a PUT: bounded memory for any length of file, many rows at once so that
 * the stores commit in groups, rows of one person one after another. A row that fails is reported and blocks nobody.
 */
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { LRUCache } from 'lru-cache';
import { canonicalJson } from '@oss/event-store';
import { type FieldProblem, Problem, validated } from '@oss/host';
import { PersonRequest } from './requests';
import { personBodyOf, readHeader, type RosterHeader, type RosterRow } from './roster-columns';
import { rosterText } from './roster-text';
import type { PutOutcome } from './whole-record';

/** Rows in work at once. */
const MAX_ROWS_AT_ONCE = 128;
/** Rows that change nothing never wait for a disk: after so long the other requests get their turn. */
const LONGEST_TURN_MS = 5;
/** Failures listed in the report; all are counted. */
export const MAX_FAILURES_LISTED = 1_000;
/** Persons remembered to notice two rows of one person. */
const MAX_REMEMBERED = 200_000;
/** Longer rows are no rows: most often a quote that was never closed. */
const MAX_ROW_BYTES = 64 * 1024;

export interface RowFailure {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  readonly code: string;
  readonly message: string;
  readonly fields: readonly FieldProblem[];
}

export interface RosterReport {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  /** The first 1 000; `failed` counts all. */
  readonly failures: readonly RowFailure[];
  /** Headers that were not understood: their columns were not read. */
  readonly ignoredColumns: readonly string[];
}

type Put = (request: PersonRequest) => Promise<PutOutcome>;

/**
 * Imports all rows.
 * @throws Problem `invalid-body` when the header lacks a required column; whatever the stores throw (the import then stops;
 * importing the same file again continues, since rows that are there already change nothing)
 */
export async function importRoster(csv: AsyncIterable<Uint8Array>, put: Put): Promise<RosterReport> {
  const work = new RosterWork(put);
  const parser = parse({
    bom: true,
    max_record_size: MAX_ROW_BYTES,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: () => work.unreadable() as undefined,
  });
  const source = Readable.from(rosterText(csv), { objectMode: true });
  source.once('error', (error) => parser.destroy(error));
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<string[]>) await work.take(cells);
  } finally {
    source.destroy();
  }
  return work.finish();
}

class RosterWork {
  private header: RosterHeader | null = null;
  private row = 0;
  private turnBegan = performance.now();
  private readonly counts = { created: 0, changed: 0, unchanged: 0, failed: 0 };
  private readonly failures: RowFailure[] = [];
  private readonly running = new Set<Promise<void>>();
  /** Id number → where it stood and what it said; memory only, for the length of one import. */
  private readonly seen = new LRUCache<string, { row: number; digest: string; done: Promise<PutOutcome> }>({
    max: MAX_REMEMBERED,
  });
  private broken: { error: unknown } | null = null;

  constructor(private readonly put: Put) {}

  async take(cells: string[]): Promise<void> {
    this.row += 1;
    if (this.header === null) {
      this.header = headerOf(cells);
      return;
    }
    if (performance.now() - this.turnBegan > LONGEST_TURN_MS) {
      await nextTurn();
      this.turnBegan = performance.now();
    }
    if (this.running.size >= MAX_ROWS_AT_ONCE) await Promise.race(this.running);
    if (this.broken !== null) throw this.broken.error;
    const task: Promise<void> = this.one(this.row, rowOf(this.header, cells)).finally(() => this.running.delete(task));
    this.running.add(task);
  }

  /** A row that the CSV parser could not read. */
  unreadable(): void {
    this.row += 1;
    const message = 'is not a row of CSV: a quote is not closed, or the row is too long';
    this.fail({ row: this.row, code: 'invalid-body', message, fields: [] });
  }

  async finish(): Promise<RosterReport> {
    await Promise.all(this.running);
    if (this.broken !== null) throw this.broken.error;
    if (this.header === null) throw headerProblem(['the file is empty: the first row must name the columns']);
    this.failures.sort((a, b) => a.row - b.row);
    return { rows: Math.max(0, this.row - 1), ...this.counts, failures: this.failures, ignoredColumns: this.header.ignored };
  }

  private async one(row: number, cells: RosterRow): Promise<void> {
    try {
      const request = validated(PersonRequest, personBodyOf(cells));
      this.counts[await this.inTurn(row, request)] += 1;
    } catch (error) {
      if (error instanceof Problem && error.status < 500)
        this.fail({ row, code: error.code, message: error.detail, fields: error.fields });
      else this.broken ??= { error };
    }
  }

  /** Two rows of one person: the same content again is harmless, other content would silently replace the first. */
  private async inTurn(row: number, request: PersonRequest): Promise<PutOutcome> {
    const earlier = this.seen.get(request.idNumber);
    const digest = hash('sha256', canonicalJson(JSON.parse(JSON.stringify(request)) as object), 'base64');
    if (earlier !== undefined) {
      if (earlier.digest === digest) return earlier.done.then(() => 'unchanged');
      const fields = [{ path: 'idNumber', message: `stands in row ${earlier.row} with other content` }];
      throw new Problem('duplicate-in-file', `the same id number stands in row ${earlier.row} with other content`, { fields });
    }
    const outcome = this.put(request);
    this.seen.set(request.idNumber, { row, digest, done: outcome });
    return outcome;
  }

  private fail(failure: RowFailure): void {
    this.counts.failed += 1;
    if (this.failures.length < MAX_FAILURES_LISTED) this.failures.push(failure);
  }
}

function headerOf(cells: readonly string[]): RosterHeader {
  const header = readHeader(cells);
  if (header.complaints.length > 0) throw headerProblem(header.complaints);
  return header;
}

function headerProblem(complaints: readonly string[]): Problem {
  return new Problem('invalid-body', `the header row cannot be used: ${complaints.join('; ')}`, {
    fields: complaints.map((message) => ({ path: 'header', message })),
  });
}

function rowOf({ columns }: RosterHeader, cells: readonly string[]): RosterRow {
  return Object.fromEntries(columns.flatMap((column, index) => (column === null ? [] : [[column, cells[index] ?? '']])));
}
