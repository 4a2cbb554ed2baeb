/** The findings of the checks for people: a page on the screen, a table for each check. */
import { formatYuan } from '@oss/money';
import type { Table } from '../tables/table';
import type { CheckFinding } from './check';
import type { CheckPage } from './run-checks';

/** Findings of one check that the screen shows; the tables hold all. */
const SHOWN = 10;

export function checksText(pages: readonly CheckPage[]): string {
  const lines: string[] = [];
  for (const { check, findings, more } of pages) {
    const count = findings.length + more;
    lines.push(`${count === 0 ? '通过' : '发现'} ${check.id} ${check.zh} ${check.en}: ${count}`);
    if (count === 0) continue;
    lines.push(`    含义 ${check.means.zh}`, `    可能并非差错 ${check.falseAlarms.zh}`);
    for (const finding of findings.slice(0, SHOWN)) lines.push(`  - ${findingText(finding)}`);
    if (count > SHOWN) lines.push(`  … 另有 ${count - SHOWN} 条 more: --csv, --xlsx or --json`);
  }
  const found = pages.reduce((sum, { findings, more }) => sum + findings.length + more, 0);
  lines.push(found === 0 ? '未发现问题 Clean' : `共 ${found} 条 findings`);
  return `${lines.join('\n')}\n`;
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
export function findingsTable({ check, findings }: CheckPage): Table {
  const rows = findings.map((each) => [
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
  ]);
  return { name: check.id, head: HEAD, rows };
}
