/** XLSX files made by hand, part by part, for what no spreadsheet program would write on request: every kind of cell, and damage. */
import { zip } from '../../apps/audit/tables/zip';

/** A cell: a text (shared), nothing, or whatever XML the test wants at this place. */
export type Cell = string | null | ((reference: string) => string);

export const inlineText =
  (text: string): Cell =>
  (at) =>
    `<c r="${at}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`;
export const numberCell =
  (value: number | string, style = 0): Cell =>
  (at) =>
    `<c r="${at}" s="${style}"><v>${value}</v></c>`;
export const formulaText =
  (text: string): Cell =>
  (at) =>
    `<c r="${at}" t="str"><f>A1&amp;B1</f><v>${escaped(text)}</v></c>`;
export const typedCell =
  (type: string, value: string): Cell =>
  (at) =>
    `<c r="${at}" t="${type}"><v>${value}</v></c>`;

export interface SheetOfFile {
  readonly name?: string;
  readonly hidden?: boolean;
  /** Rows from the first on; null is a row that the file leaves out, so the next number is skipped. */
  readonly rows: readonly (readonly Cell[] | null)[];
}

export interface FileChoice {
  readonly from1904?: boolean;
  /** Further parts, or others in place of those that are made. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** Styles: 0 general, 1 a day by Excel's number 14, 2 a day by a format of its own, 3 two decimals, 4 a Chinese day. */
const STYLES = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2">
<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="177" formatCode="0.00&quot;day&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>
<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="31"/></cellXfs></styleSheet>`;
const TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The workbook's bytes. */
export function xlsxFile(sheets: readonly SheetOfFile[], { from1904 = false, parts = {} }: FileChoice = {}): Buffer {
  const shared = new Map<string, number>();
  const sheetParts = sheets.map(({ rows }, index) => [`xl/worksheets/sheet${index + 1}.xml`, sheetXml(rows, shared)] as const);
  const tabs = sheets.map(
    ({ name, hidden }, index) =>
      `<sheet name="${name ?? `Sheet${index + 1}`}" sheetId="${index + 1}"${hidden ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`,
  );
  const strings = [...shared.keys()].map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('');
  return zip({
    '[Content_Types].xml': TYPES,
    '_rels/.rels': relations([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}"><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${tabs.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, index) => [`rId${index + 1}`, 'worksheet', `worksheets/sheet${index + 1}.xml`] as const),
      ['rIdS', 'styles', '/xl/styles.xml'],
      ['rIdT', 'sharedStrings', 'sharedStrings.xml'],
    ]),
    'xl/styles.xml': STYLES,
    ...Object.fromEntries(sheetParts),
    'xl/sharedStrings.xml': `<sst>${strings}</sst>`,
    ...parts,
  });
}

function relations(each: readonly (readonly [id: string, type: string, target: string])[]): string {
  const items = each.map(([id, type, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`);
  return `<Relationships>${items.join('')}</Relationships>`;
}

function sheetXml(rows: SheetOfFile['rows'], shared: Map<string, number>): string {
  const written = rows.map((cells, index) => {
    if (cells === null) return '';
    return `<row r="${index + 1}">${cells.map((cell, column) => cellXml(cell, `${columnName(column)}${index + 1}`, shared)).join('')}</row>`;
  });
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet><sheetData>${written.join('')}</sheetData></worksheet>`;
}

function cellXml(cell: Cell, at: string, shared: Map<string, number>): string {
  if (cell === null) return '';
  if (typeof cell === 'function') return cell(at);
  if (!shared.has(cell)) shared.set(cell, shared.size);
  return `<c r="${at}" t="s"><v>${shared.get(cell)}</v></c>`;
}

const columnName = (column: number): string =>
  (column >= 26 ? columnName(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

/** An archive that is no workbook. */
export function otherArchive(): Buffer {
  return zip({ 'readme.txt': 'x' });
}
