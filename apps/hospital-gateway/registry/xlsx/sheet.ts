/**
 * The rows of a sheet, one at a time, as texts: shared and inline texts, the last value of a formula, days as YYYY-MM-DD.
 * What a text cannot tell is told beside it: which cells are numbers (they lose digits beyond fifteen), which hold an error.
 */
import { type Archive, unreadable } from './archive';
import { dayOfCount } from './days';
import { MAX_CELL_CHARS, plainText, RichText } from './rich-text';
import type { SharedStrings } from './shared-strings';
import type { Workbook } from './workbook';
import { type Attributes, XmlReader } from './xml';

/** Inflated bytes of a sheet, markup included. */
export const MAX_SHEET_BYTES = 2 * 1024 * 1024 * 1024;
/** Excel's own limit of rows. */
const MAX_ROWS = 1_048_576;
/** Columns beyond are not read; a roster has about ten. */
const MAX_COLUMNS = 256;
/** Characters of a row's cells; more is no row of a roster. */
export const MAX_ROW_CHARS = 64 * 1024;

export interface SheetRow {
  /** As the spreadsheet shows it. */
  readonly row: number;
  /** By column; '' where the sheet has nothing. */
  readonly cells: readonly string[];
  /** Columns whose cell is a number that is not shown as a day. */
  readonly numbers: readonly number[];
  /** Columns whose cell holds an error such as #N/A. */
  readonly errors: readonly number[];
  /** The row holds more than a row may; `cells` is cut. */
  readonly tooLong: boolean;
}

export interface SheetContext {
  readonly strings: SharedStrings | null;
  readonly from1904: Workbook['from1904'];
  readonly showsDay: Workbook['showsDay'];
}

/**
 * Rows that hold something, in the order of the file.
 * @param onBytes told the inflated bytes of each piece when its rows have been taken
 * @throws Problem `unreadable-spreadsheet`
 */
export async function* sheetRows(
  archive: Archive,
  part: string,
  context: SheetContext,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<SheetRow> {
  const builder = new RowBuilder(context);
  const reader = new XmlReader(part, builder);
  for await (const chunk of archive.part(part, MAX_SHEET_BYTES)) {
    reader.take(chunk);
    yield* builder.ready.splice(0);
    onBytes(chunk.length);
  }
  reader.end();
  yield* builder.ready.splice(0);
}

class RowBuilder {
  readonly ready: SheetRow[] = [];
  #row = 0;
  #cells: string[] = [];
  #numbers: number[] = [];
  #errors: number[] = [];
  #chars = 0;
  #tooLong = false;
  #column = -1;
  #type = 'n';
  #style = 0;
  #value = '';
  #inValue = false;
  readonly #inline = new RichText();

  constructor(private readonly context: SheetContext) {}

  open(name: string, attributes: Attributes): void {
    if (name === 'c') this.#beginCell(attributes);
    else if (name === 'v') this.#inValue = true;
    else if (name === 'row') this.#beginRow(attributes);
    else this.#inline.open(name);
  }

  text(piece: string): void {
    if (!this.#inValue) this.#inline.add(piece);
    else if (this.#value.length <= MAX_CELL_CHARS) this.#value += piece.slice(0, MAX_CELL_CHARS + 1);
  }

  close(name: string): void {
    if (name === 'v') this.#inValue = false;
    else if (name === 'c') this.#endCell();
    else if (name === 'row') this.#endRow();
    else this.#inline.close(name);
  }

  #beginRow({ r }: Attributes): void {
    this.#row = r === undefined ? this.#row + 1 : Number(r);
    if (!(this.#row >= 1 && this.#row <= MAX_ROWS)) throw new Error(`there is no row ${r}`);
    this.#cells = [];
    this.#numbers = [];
    this.#errors = [];
    this.#chars = 0;
    this.#tooLong = false;
    this.#column = -1;
  }

  #beginCell({ r, t = 'n', s = '0' }: Attributes): void {
    this.#column = r === undefined ? this.#column + 1 : columnOf(r);
    this.#type = t;
    this.#style = Number(s);
    this.#value = '';
    this.#inline.begin();
  }

  #endCell(): void {
    const column = this.#column;
    if (column >= MAX_COLUMNS || this.#tooLong) return;
    const text = this.#cellText(column);
    if (text === '') return;
    this.#chars += text.length;
    if (text.length > MAX_CELL_CHARS || this.#chars > MAX_ROW_CHARS) this.#tooLong = true;
    while (this.#cells.length < column) this.#cells.push('');
    this.#cells[column] = text;
  }

  #cellText(column: number): string {
    const value = this.#value;
    if (this.#type === 'inlineStr') return plainText(this.#inline.end());
    if (value === '') return '';
    if (this.#type === 's') return this.context.strings?.at(Number(value)) ?? missingStrings();
    if (this.#type === 'str') return plainText(value);
    if (this.#type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (this.#type === 'd') return value.slice(0, 10);
    if (this.#type === 'e' || !Number.isFinite(Number(value))) {
      this.#errors.push(column);
      return value;
    }
    const day = this.context.showsDay[this.#style] ? dayOfCount(Number(value), this.context.from1904) : null;
    if (day === null) this.#numbers.push(column);
    return day ?? String(Number(value));
  }

  #endRow(): void {
    if (!this.#cells.some((cell) => cell.trim() !== '')) return;
    const [cells, numbers, errors] = [this.#cells, this.#numbers, this.#errors];
    this.ready.push({ row: this.#row, cells, numbers, errors, tooLong: this.#tooLong });
  }
}

function missingStrings(): never {
  throw unreadable('cells name shared texts, but the workbook has none');
}

/** `C5` → 2. */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  if (column < 1) throw new Error(`${reference.slice(0, 20)} names no column`);
  return column - 1;
}
