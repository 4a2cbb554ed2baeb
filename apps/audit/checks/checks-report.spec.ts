/** The report in pieces is the report as a whole: JSON as JSON.stringify writes it, and the page counts what it does not show. */
import { CHECKS } from './all-checks';
import type { CheckFinding } from './check';
import { checksJson, checksText, findingsTable } from './checks-report';
import type { CheckPage } from './run-checks';

const [check, another] = CHECKS as [CheckPage['check'], CheckPage['check']];
const finding = (n: number): CheckFinding => ({
  check: check.id,
  settlementId: `s-${n}`,
  ...(n % 2 === 0 ? { amountFen: n } : {}),
  zh: `第 ${n} 条\n"`,
  en: 'x',
});
const page = (count: number, more = 0): CheckPage => ({
  check,
  findings: Array.from({ length: count }, (_, n) => finding(n)),
  more,
});

function whole(pages: readonly CheckPage[]): string {
  const json = pages.map(({ check: { id, zh, en, means, falseAlarms }, findings, more }) => {
    return { id, zh, en, means, falseAlarms, count: findings.length + more, findings };
  });
  return `${JSON.stringify(json, null, 2)}\n`;
}

test.each<[string, readonly CheckPage[]]>([
  ['no page', []],
  ['a clean page', [page(0)]],
  ['pages clean and with findings', [page(3), { ...page(0), check: another }, page(1, 7)]],
])('JSON of %s, to the byte', (_, pages) => {
  expect([...checksJson(pages)].join('')).toBe(whole(pages));
});

test('the screen shows ten and counts all, however many were kept', () => {
  const all = checksText([page(12)]);
  expect(all.match(/^ {2}- /gm)).toHaveLength(10);
  expect(all).toContain(`${check.en}: 12\n`);
  expect(all).toContain('… 另有 2 条 more');
  expect(checksText([page(10, 2)])).toBe(all);
});

test('a table has a row for each finding', () => {
  const rows = [...findingsTable(page(2)).rows];
  expect(rows).toEqual([
    [check.id, 's-0', null, null, null, null, null, 0, '第 0 条\n"', 'x'],
    [check.id, 's-1', null, null, null, null, null, null, '第 1 条\n"', 'x'],
  ]);
});
