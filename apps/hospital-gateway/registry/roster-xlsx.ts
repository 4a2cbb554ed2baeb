/** A roster as an XLSX workbook: the first visible sheet that has the headers is read, row by row, as it is inflated. */
import { type Put, type RosterProgress, type RosterReport, RosterWork } from './roster-import';
import { Archive, wholeFile } from './xlsx/archive';
import { MAX_STRINGS_BYTES, SharedStrings } from './xlsx/shared-strings';
import { MAX_SHEET_BYTES, sheetRows } from './xlsx/sheet';
import { readWorkbook, type Workbook } from './xlsx/workbook';

/**
 * Imports all rows of the sheet. A damaged file is refused before its first row is recorded.
 * @throws Problem `unreadable-spreadsheet`, `spreadsheet-too-large`; `invalid-body` when no sheet has the required columns;
 * whatever the stores throw (importing the same file again continues)
 */
export async function importXlsx(
  bytes: AsyncIterable<Uint8Array>,
  put: Put,
  tell: (progress: RosterProgress) => void = () => undefined,
): Promise<RosterReport> {
  const archive = await Archive.open(await wholeFile(bytes));
  const workbook = await readWorkbook(archive);
  await checkParts(archive, workbook);
  const strings = workbook.strings === null ? null : await SharedStrings.read(archive, workbook.strings);
  const work = new RosterWork(put);
  try {
    for (const { part } of workbook.sheets) {
      await takeSheet(work, archive, part, { ...workbook, strings }, tell);
      if (work.hasHeader) break;
    }
  } finally {
    await work.settled();
  }
  return work.finish();
}

async function takeSheet(
  work: RosterWork,
  archive: Archive,
  part: string,
  context: Parameters<typeof sheetRows>[2],
  tell: (progress: RosterProgress) => void,
): Promise<void> {
  const ofBytes = archive.sizeOf(part);
  let readBytes = 0;
  work.beginSheet();
  for await (const line of sheetRows(archive, part, context, (length) => (readBytes += length))) {
    if (!(await work.take(line))) return;
    tell({ rows: work.rowsBegun, readBytes, ofBytes });
  }
}

async function checkParts(archive: Archive, { sheets, strings }: Workbook): Promise<void> {
  if (strings !== null) await archive.check(strings, MAX_STRINGS_BYTES);
  for (const { part } of sheets) await archive.check(part, MAX_SHEET_BYTES);
}
