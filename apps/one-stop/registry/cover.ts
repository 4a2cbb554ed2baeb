/** The command that asks for the cover report (三(三)1), all its pages, and shows it as a table, as JSON, or writes it as CSV. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { CATEGORIES } from '@oss/policy';
import { padRight } from '@oss/settlement';
import type { CoverItem, CoverReport } from '../../hospital-gateway/registry/cover/cover-report';
import { call, CliError } from './server';

/** Persons of one page: the server's most. */
const PAGE = 1_000;
/** Rows shown on the terminal when the whole list goes to a file. */
const ROWS_BESIDE_A_FILE = 20;
export const EXIT_FINDINGS = 1;

export interface CoverOptions {
  readonly region: string;
  readonly date: string;
  readonly csv?: string;
  readonly json?: true;
}

const LISTS = {
  shouldBeCovered: '应保未保 should be covered, is not',
  noLongerEntitled: '不应补而补 subsidised, not entitled',
} as const;
type List = keyof typeof LISTS;

/** Sets exit code 1 when somebody is on a list. @throws CliError when the report could not be made */
export async function cover(url: string, options: CoverOptions): Promise<void> {
  const shown = options.json ? new JsonSheet() : new TableSheet(options.csv === undefined ? Infinity : ROWS_BESIDE_A_FILE);
  const file = options.csv === undefined ? null : new CsvFile(options.csv);
  try {
    let found = 0;
    for await (const report of pages(url, options)) {
      const rows = rowsOf(report);
      if (found === 0) shown.begin(report);
      shown.add(rows);
      file?.add(rows);
      found += rows.length;
    }
    shown.end(found);
    if (found > 0) process.exitCode = EXIT_FINDINGS;
  } finally {
    file?.close();
  }
}

interface Row {
  readonly list: List;
  readonly item: CoverItem;
}

async function* pages(url: string, { region, date }: CoverOptions): AsyncGenerator<CoverReport> {
  let next: string | null = null;
  do {
    const query = new URLSearchParams({ region, date, limit: String(PAGE), ...(next === null ? {} : { cursor: next }) });
    const report: CoverReport = await call<CoverReport>(url, { method: 'GET', path: `/v1/registry/reports/cover?${query}` });
    yield report;
    next = report.next;
  } while (next !== null);
}

function rowsOf(report: CoverReport): Row[] {
  return (Object.keys(LISTS) as List[]).flatMap((list) => report[list].map((item) => ({ list, item })));
}

const HEADERS = ['清单 List', '参保人假名 personKey', '参保地', '类别 Categories', '参保 Cover', '死亡日期', '原因 Reason'];
const WIDTHS = [38, 32, 6, 22, 34, 10, 0];

function cellsOf({ list, item: { personKey, region, categories, cover: period, diedOn, reason } }: Row): string[] {
  const paidBy = period?.premiumPaidBy === 'subsidy' ? '财政补贴' : '个人缴费';
  const covered = period === null ? '无 none' : `${period.from} 至 ${period.to ?? '今'} ${paidBy}`;
  const named = categories.map(({ category }) => CATEGORIES[category].zh).join('、');
  return [LISTS[list], personKey, region, named || '无 none', covered, diedOn ?? '', `${reason.zh} ${reason.en}`];
}

class TableSheet {
  #left: number;

  constructor(private readonly rows: number) {
    this.#left = rows;
  }

  begin({ region, date, counts }: CoverReport): void {
    const { persons, shouldBeCovered, noLongerEntitled } = counts;
    write(`参保核查 Cover report：${region}，${date}，登记 ${persons} 人 persons registered`);
    write(`${LISTS.shouldBeCovered}：${shouldBeCovered} 人`);
    write(`${LISTS.noLongerEntitled}：${noLongerEntitled} 人`);
    if (shouldBeCovered + noLongerEntitled > 0) write(`\n${lineOf(HEADERS)}`);
  }

  add(rows: readonly Row[]): void {
    for (const row of rows.slice(0, Math.max(0, this.#left))) write(lineOf(cellsOf(row)));
    this.#left -= rows.length;
  }

  end(found: number): void {
    if (found > this.rows) write(`… 其余见文件 ${found - this.rows} more in the file`);
  }
}

class JsonSheet {
  #report: CoverReport | null = null;
  readonly #lists: Record<List, CoverItem[]> = { shouldBeCovered: [], noLongerEntitled: [] };

  begin(report: CoverReport): void {
    this.#report = report;
  }

  add(rows: readonly Row[]): void {
    for (const { list, item } of rows) this.#lists[list].push(item);
  }

  end(): void {
    const { region, date, counts } = this.#report!;
    write(JSON.stringify({ region, date, counts, ...this.#lists }));
  }
}

/** UTF-8 with a BOM, so that Excel reads the Chinese. */
class CsvFile {
  readonly #file: number;

  constructor(path: string) {
    try {
      this.#file = openSync(path, 'w');
    } catch (error) {
      throw new CliError(`${path} cannot be written: ${(error as Error).message}`);
    }
    this.#line(HEADERS, '\ufeff');
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#line(cellsOf(row));
  }

  close(): void {
    closeSync(this.#file);
  }

  #line(cells: readonly string[], before = ''): void {
    writeSync(
      this.#file,
      `${before}${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`,
    );
  }
}

const lineOf = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => padRight(cell, WIDTHS[index]!))
    .join('  ')
    .trimEnd();
const write = (line: string): void => void process.stdout.write(`${line}\n`);
