/** A table with a head and rows of texts and whole numbers, and its two simplest forms: CSV (RFC 4180) and aligned text. */
import { columnsOf, padLeft, padRight } from '@oss/settlement';

export type Cell = string | number | null;

/** A table whose rows may be made as they are read; a generator's, once. */
export interface LongTable {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: Iterable<readonly Cell[]>;
}

export interface Table extends LongTable {
  readonly rows: readonly (readonly Cell[])[];
}

/** Spreadsheet programs of the offices take UTF-8 for UTF-8 only behind this mark. */
const BYTE_ORDER_MARK = '\uFEFF';

export function csvOf(table: Table): string {
  return [...csvLines(table)].join('');
}

/** The same, line by line. */
export function* csvLines({ head, rows }: LongTable): Generator<string> {
  yield BYTE_ORDER_MARK + csvLine(head);
  for (const row of rows) yield csvLine(row);
}

/** One line of CSV, CRLF. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Aligned columns: texts to the left, numbers to the right. */
export function tableText({ head, rows }: Table): string {
  const all = [head, ...rows].map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
  const isAmount = (column: number): boolean =>
    rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || /^-?[\d,.]*%?$/.test(String(row[column] ?? '')));
  const widths = head.map((_, column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ''))));
  return all
    .map((row) =>
      row
        .map((text, column) => (isAmount(column) ? padLeft(text, widths[column]!) : padRight(text, widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
