/** A table as a workbook of one sheet (Office Open XML): texts as they are, whole numbers as numbers, nothing else. */
import type { Cell, LongTable } from './table';
import { deflated, zip } from './zip';

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEETS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAX_SHEET_NAME = 31;
/** What a spreadsheet can hold in a sheet, less its head. */
const MAX_ROWS = 1_048_575;

/** @throws RangeError when the table is longer than a sheet */
export function xlsxOf(table: LongTable): Buffer {
  const title = escaped(table.name.replace(/[[\]:*?/\\]/g, '-').slice(0, MAX_SHEET_NAME));
  return zip({
    '[Content_Types].xml':
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
      `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`,
    '_rels/.rels': relation('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml': `${XML}<workbook xmlns="${SHEETS}" xmlns:r="${OFFICE}/relationships"><sheets><sheet name="${title}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relation('worksheet', 'worksheets/sheet1.xml'),
    'xl/worksheets/sheet1.xml': deflated(sheetXml(table)),
  });
}

function* sheetXml({ name, head, rows }: LongTable): Generator<string> {
  yield `${XML}<worksheet xmlns="${SHEETS}"><sheetData>${rowXml(head, 1)}`;
  let row = 1;
  for (const cells of rows) {
    if (row > MAX_ROWS) throw new RangeError(`${name} has more than ${MAX_ROWS} rows, which a sheet cannot hold: use CSV`);
    yield rowXml(cells, (row += 1));
  }
  yield '</sheetData></worksheet>';
}

function rowXml(cells: readonly Cell[], row: number): string {
  return `<row r="${row}">${cells.map((cell, at) => cellXml(cell, at, row)).join('')}</row>`;
}

function relation(type: string, target: string): string {
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/${type}" Target="${target}"/></Relationships>`;
}

function cellXml(cell: Cell, column: number, row: number): string {
  if (cell === null) return '';
  const at = `${columnName(column)}${row}`;
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

function columnName(column: number): string {
  const before = column < 26 ? '' : columnName(Math.floor(column / 26) - 1);
  return before + String.fromCharCode(65 + (column % 26));
}

/** XML text: the five marks as references, characters that XML cannot hold left out. */
function escaped(text: string): string {
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/g, '').replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
