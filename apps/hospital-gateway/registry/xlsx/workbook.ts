/** What a workbook says before its sheets: which sheets there are, the system of its dates, which styles show a day. */
import { type Archive, unreadable } from './archive';
import { isDayFormat } from './days';
import { readXml } from './xml';

/** Inflated bytes of the parts that are held whole: workbook, relations, styles. */
const MAX_PART_BYTES = 16 * 1024 * 1024;
/** Sheets that are looked at, cell styles that are remembered: beyond Excel's own habits. */
const MAX_SHEETS = 100;
const MAX_STYLES = 65_536;
const RELATIONS = '_rels/.rels';

export interface Workbook {
  /** Parts of the visible worksheets, in the order of their tabs. */
  readonly sheets: readonly { readonly name: string; readonly part: string }[];
  /** Part of the shared strings, null when there are none. */
  readonly strings: string | null;
  /** Whether days are counted from 1904 (old Macintosh) instead of 1900. */
  readonly from1904: boolean;
  /** By style number: whether the style shows a day. */
  readonly showsDay: readonly boolean[];
}

/** @throws Problem `unreadable-spreadsheet` */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const part = (await relationsOf(archive, RELATIONS, '')).find(({ type }) => type === 'officeDocument')?.target;
  if (part === undefined) throw unreadable('the archive holds no workbook');
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const relations = await relationsOf(archive, `${folder}_rels/${part.slice(folder.length)}.rels`, folder);
  const target = (type: string): string | null => relations.find((each) => each.type === type)?.target ?? null;
  const sheets: { name: string; part: string }[] = [];
  let from1904 = false;
  await readXml(part, archive.part(part, MAX_PART_BYTES), {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet' || !/^(visible)?$/.test(attributes['state'] ?? '')) return;
      const relation = relations.find(({ id }) => id === (attributes['r:id'] ?? attributes['id']));
      if (relation?.type === 'worksheet' && sheets.length < MAX_SHEETS)
        sheets.push({ name: attributes['name'] ?? '', part: relation.target });
    },
  });
  if (sheets.length === 0) throw unreadable('the workbook has no visible sheet');
  const styles = target('styles');
  const showsDay = styles === null || !archive.has(styles) ? [] : await dayStyles(archive, styles);
  const strings = target('sharedStrings');
  return { sheets, from1904, showsDay, strings: strings !== null && archive.has(strings) ? strings : null };
}

interface Relation {
  readonly id: string;
  /** The last word of its type: `worksheet`, `styles`, `sharedStrings` … */
  readonly type: string;
  readonly target: string;
}

async function relationsOf(archive: Archive, part: string, folder: string): Promise<Relation[]> {
  const relations: Relation[] = [];
  await readXml(part, archive.part(part, MAX_PART_BYTES), {
    open: (name, { Id = '', Type = '', Target = '' }) => {
      if (name === 'Relationship')
        relations.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), target: at(folder, Target) });
    },
  });
  return relations;
}

/** A target is relative to the folder of its part, or begins at the root. */
function at(folder: string, target: string): string {
  return new URL(target, `file:///${folder}`).pathname.slice(1);
}

async function dayStyles(archive: Archive, part: string): Promise<boolean[]> {
  const ownFormats = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellStyles = false;
  await readXml(part, archive.part(part, MAX_PART_BYTES), {
    open: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') ownFormats.set(Number(numFmtId), formatCode);
      if (name === 'cellXfs') inCellStyles = true;
      if (name !== 'xf' || !inCellStyles || styles.length >= MAX_STYLES) return;
      styles.push(isDayFormat(Number(numFmtId), ownFormats.get(Number(numFmtId))));
    },
    close: (name) => {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return styles;
}
