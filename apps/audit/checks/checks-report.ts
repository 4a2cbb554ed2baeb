/** The findings of the checks for people, a page on the screen and a table for each check, and for programs. What is long comes in pieces. */
import { formatYuan } from '@oss/money';
import type { Cell, LongTable } from '../tables/table';
import type { CheckFinding } from './check';
import type { CheckPage, Findings } from './run-checks';

/** Findings of one check that the screen shows; the tables hold all. */
export const SHOWN = 10;

export function checksText(pages: readonly CheckPage[]): string {
  const lines: string[] = [];
  for (const { check, findings, more } of pages) {
    const count = findings.length + more;
    lines.push(`${count === 0 ? '通过' : '发现'} ${check.id} ${check.zh} ${check.en}: ${count}`);
    if (count === 0) continue;
    lines.push(`    含义 ${check.means.zh}`, `    可能并非差错 ${check.falseAlarms.zh}`);
    for (const finding of firstOf(findings)) lines.push(`  - ${findingText(finding)}`);
    if (count > SHOWN) lines.push(`  … 另有 ${count - SHOWN} 条 more: --csv, --xlsx or --json`);
  }
  const found = pages.reduce((sum, { findings, more }) => sum + findings.length + more, 0);
  lines.push(found === 0 ? '未发现问题 Clean' : `共 ${found} 条 findings`);
  return `${lines.join('\n')}\n`;
}

function* firstOf(findings: Findings): Generator<CheckFinding> {
  let shown = 0;
  for (const finding of findings) {
    if ((shown += 1) > SHOWN) return;
    yield finding;
  }
}

/** What `JSON.stringify` makes of all pages as one array, indented by two. */
export function* checksJson(pages: readonly CheckPage[]): Generator<string> {
  for (const [at, page] of pages.entries()) {
    const { id, zh, en, means, falseAlarms } = page.check;
    const head = { id, zh, en, means, falseAlarms, count: page.findings.length + page.more };
    yield `${at === 0 ? '[' : ','}\n  ${jsonAt(head, 2).slice(0, -END.length)},\n    "findings": [`;
    let before = '\n      ';
    for (const finding of page.findings) {
      yield `${before}${jsonAt(finding, 6)}`;
      before = ',\n      ';
    }
    yield `${page.findings.length === 0 ? '' : '\n    '}]${END}`;
  }
  yield pages.length === 0 ? '[]\n' : '\n]\n';
}

/** How a page ends. */
const END = '\n  }';

/** JSON whose first line stands so many columns to the right. No text in JSON holds a line break. */
function jsonAt(value: object, columns: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${' '.repeat(columns)}`);
}

function findingText({ personKey, settlementId, attempt, hospitalCode, region, date, amountFen, zh, en }: CheckFinding): string {
  const where = [
    settlementId === undefined ? undefined : `${settlementId}/${attempt}`,
    hospitalCode,
    region,
    date,
    personKey,
    amountFen === undefined ? undefined : `${formatYuan(amountFen)} 元`,
  ];
  return `${where.filter((text) => text !== undefined).join(' ')}：${zh}。 ${en}`;
}

const HEAD = [
  '检查 check',
  '结算号 settlementId',
  '次 attempt',
  '参保人 personKey',
  '医院 hospital',
  '地区 region',
  '日期 date',
  '金额(分) amountFen',
  '问题',
  'finding',
];

/** A check's page as a table; its name is the check's id. */
export function findingsTable({ check, findings }: CheckPage): LongTable {
  return { name: check.id, head: HEAD, rows: rowsOf(findings) };
}

function* rowsOf(findings: Findings): Generator<readonly Cell[]> {
  for (const each of findings)
    yield [
      each.check,
      each.settlementId ?? null,
      each.attempt ?? null,
      each.personKey ?? null,
      each.hospitalCode ?? null,
      each.region ?? null,
      each.date ?? null,
      each.amountFen ?? null,
      each.zh,
      each.en,
    ];
}
