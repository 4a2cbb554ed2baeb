/**
 * A roster, row by row, through the same checks as a PUT, whatever kind of file the rows come from: bounded memory for any
 * number of rows, many at once so that the stores commit in groups, rows of one person one after another. A row that fails
 * is reported and blocks nobody.
 */
import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type FieldProblem, Problem, validated } from '@oss/host';
import { PersonRequest } from './requests';
import { personBodyOf, readHeader, type RosterColumn, type RosterHeader, type RosterRow } from './roster-columns';
import type { PutOutcome } from './whole-record';

/** Rows in work at once. */
const MAX_ROWS_AT_ONCE = 128;
/** Rows that change nothing never wait for a disk: after so long the other requests get their turn. */
const LONGEST_TURN_MS = 5;
/** Failures listed in the report; all are counted. */
export const MAX_FAILURES_LISTED = 1_000;
/** Persons remembered to notice two rows of one person. */
const MAX_REMEMBERED = 200_000;
/** Rows above the header (a title, who made the list) that are read past. */
const MAX_ROWS_ABOVE_HEADER = 20;
/** Digits that a number cell of a spreadsheet keeps. */
const DIGITS_OF_A_NUMBER = 15;

export interface RowFailure {
  /** As a spreadsheet counts: the first row of the file is row 1. */
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

/** A row as its file has it. */
export interface RosterLine {
  readonly row: number;
  readonly cells: readonly string[];
  /** Columns whose cell is a number: it has lost the digits beyond fifteen. */
  readonly numbers?: readonly number[];
  /** Columns whose cell holds a spreadsheet's error such as #N/A. */
  readonly errors?: readonly number[];
  /** Longer than a row may be: it is not read. */
  readonly tooLong?: boolean;
}

export interface RosterProgress {
  /** Rows begun so far. */
  readonly rows: number;
  /** Bytes read so far; of an XLSX file, of the sheet when inflated. */
  readonly readBytes: number;
  /** Of how many bytes; null when the kind of file does not tell before its end. */
  readonly ofBytes: number | null;
}

export type Put = (request: PersonRequest) => Promise<PutOutcome>;

export class RosterWork {
  private header: RosterHeader | null = null;
  /** The row that came nearest to being a header: its complaints are told if none is one. */
  private nearest: RosterHeader | null = null;
  private rowsAbove = 0;
  private rows = 0;
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

  get rowsBegun(): number {
    return this.rows;
  }

  get hasHeader(): boolean {
    return this.header !== null;
  }

  /** Another sheet of the same file begins: it may hold the header that the one before did not. */
  beginSheet(): void {
    this.rowsAbove = 0;
  }

  /**
   * Takes the next row: the header, a person, or nothing if it is blank.
   * @returns false when no header was found among the rows where one may stand
   * @throws whatever the stores throw
   */
  async take(line: RosterLine): Promise<boolean> {
    if (line.tooLong !== true && line.cells.every((cell) => cell.trim() === '')) return true;
    if (this.header === null) return this.seekHeader(line);
    this.rows += 1;
    if (performance.now() - this.turnBegan > LONGEST_TURN_MS) {
      await nextTurn();
      this.turnBegan = performance.now();
    }
    if (this.running.size >= MAX_ROWS_AT_ONCE) await Promise.race(this.running);
    if (this.broken !== null) throw this.broken.error;
    const task: Promise<void> = this.one(line, this.header).finally(() => this.running.delete(task));
    this.running.add(task);
    return true;
  }

  /** The file cannot be read from this row on. */
  breakOff(row: number): void {
    this.rows += 1;
    const message = 'is no row of CSV: a quote is not closed, or the row is too long; nothing after it was read';
    this.fail({ row, code: 'invalid-body', message, fields: [] });
  }

  /** Waits for the rows that are in work: also before an error is told, so that nothing is written after the answer. */
  async settled(): Promise<void> {
    await Promise.all(this.running);
  }

  /** @throws Problem `invalid-body` when no row names the columns; whatever the stores throw */
  async finish(): Promise<RosterReport> {
    await this.settled();
    if (this.broken !== null) throw this.broken.error;
    if (this.header === null) {
      throw headerProblem(this.nearest?.complaints ?? ['the file is empty: the first row must name the columns']);
    }
    this.failures.sort((a, b) => a.row - b.row);
    return { rows: this.rows, ...this.counts, failures: this.failures, ignoredColumns: this.header.ignored };
  }

  private seekHeader({ cells }: RosterLine): boolean {
    const header = readHeader(cells);
    if (header.complaints.length === 0) this.header = header;
    else if (known(header) > known(this.nearest)) this.nearest = header;
    this.rowsAbove += 1;
    return this.header !== null || this.rowsAbove <= MAX_ROWS_ABOVE_HEADER;
  }

  private async one(line: RosterLine, header: RosterHeader): Promise<void> {
    const { row } = line;
    try {
      assertCellsKept(line, header);
      const request = validated(PersonRequest, personBodyOf(rowOf(header, line.cells)));
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
    // Rows of one file name their fields in one order.
    const digest = hash('sha256', JSON.stringify(request), 'base64');
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

/** What a spreadsheet's cell may have lost before we saw it. @throws Problem that names the columns */
function assertCellsKept({ cells, numbers = [], errors = [], tooLong }: RosterLine, { columns }: RosterHeader): void {
  if (tooLong === true) throw new Problem('invalid-body', 'the row is too long to be one of a roster');
  const broken = errors.flatMap((index): FieldProblem[] => {
    const column = columns[index] ?? null;
    return column === null ? [] : [{ path: column, message: `holds the spreadsheet's error ${cells[index]}` }];
  });
  if (broken.length > 0) throw new Problem('invalid-body', told(broken), { fields: broken });
  const lost = numbers.flatMap((index): FieldProblem[] => {
    const message = LOSES_DIGITS[columns[index] ?? '']?.(cells[index] ?? '') ?? null;
    return message === null ? [] : [{ path: columns[index]!, message }];
  });
  if (lost.length > 0) throw new Problem('number-cell-lost-digits', told(lost), { fields: lost });
}

const LOSES_DIGITS: Readonly<Record<string, (text: string) => string | null>> = {
  idNumber: () => 'id number stored as a number',
  memberNo: (text) => (text.length > DIGITS_OF_A_NUMBER ? 'member number stored as a number of more than 15 digits' : null),
} satisfies Partial<Record<RosterColumn, (text: string) => string | null>>;

const told = (fields: readonly FieldProblem[]): string => fields.map(({ path, message }) => `${path}: ${message}`).join('; ');

const known = (header: RosterHeader | null): number => header?.columns.filter((column) => column !== null).length ?? -1;

function headerProblem(complaints: readonly string[]): Problem {
  return new Problem('invalid-body', `the header row cannot be used: ${complaints.join('; ')}`, {
    fields: complaints.map((message) => ({ path: 'header', message })),
  });
}

function rowOf({ columns }: RosterHeader, cells: readonly string[]): RosterRow {
  return Object.fromEntries(columns.flatMap((column, index) => (column === null ? [] : [[column, cells[index] ?? '']])));
}
