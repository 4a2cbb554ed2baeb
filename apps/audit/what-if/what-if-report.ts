/** A comparison for people: tables on the screen, rows for a spreadsheet, one chart. */
import { formatBp, formatYuan } from '@oss/money';
import { CATEGORIES, type Category, PAYERS, type Payer } from '@oss/policy';
import { type Cell, type Table, tableText } from '../tables/table';
import type { Both, Comparison, GroupCost } from './comparison';

const PATIENT = { zh: '个人自付', en: 'Self-pay' };
const DISTRIBUTION_UNIT = '例 cases';

export function comparisonText(comparison: Comparison): string {
  const { rules, cases, persons, totalFen, above10, gain, lose, unchanged, uncovered } = comparison;
  const left = Object.entries(uncovered).map(([why, count]) => `未计入 Left out: ${count} 例 cases: ${why}\n`);
  return [
    `假设 What if: ${rules}\n`,
    `结算 ${cases} 例 cases，${persons} 人年 person-years，总费用 total ${formatYuan(totalFen)} 元\n\n`,
    tableText({
      name: 'payers',
      head: ['支付方 payer', '实际 recorded', '假设 other', '变化 change'],
      rows: comparison.payers.map(payerRow),
    }),
    '\n',
    tableText(groupTable('类别 category', comparison.categories)),
    '\n',
    tableText(groupTable('医院级别 level', comparison.levels)),
    '\n',
    tableText({
      name: 'distribution',
      head: ['自付占比至 self-pay up to', '实际 recorded', '假设 other'],
      rows: comparison.distribution.map(({ upToBp, recorded, other }) => [formatBp(upToBp), recorded, other]),
    }),
    `\n全年自付超过10% Above 10 % of the year: ${above10.all.recorded} → ${above10.all.other} 人年，其中救助对象 assisted ${above10.assisted.recorded} → ${above10.assisted.other}\n`,
    `少付 Bear less: ${gain.persons} 人年，${formatYuan(gain.fen)} 元；多付 bear more: ${lose.persons} 人年，${formatYuan(lose.fen)} 元；不变 as much: ${unchanged}\n`,
    ...left,
  ].join('');
}

function payerRow({ payer, ...both }: Comparison['payers'][number]): Cell[] {
  const { zh, en } = payer === 'patient' ? PATIENT : PAYERS[payer satisfies Payer];
  return [`${zh} ${en}`, ...amounts(both)];
}

function groupTable(head: string, groups: readonly GroupCost[]): Table {
  const rows = groups.map(({ group, cases, paid, selfPay }) => [nameOf(group), cases, ...amounts(paid), ...amounts(selfPay)]);
  const sides = ['实际 recorded', '假设 other', '变化 change'];
  return {
    name: head,
    head: [head, '例 cases', ...sides.map((side) => `支付 ${side}`), ...sides.map((side) => `自付 ${side}`)],
    rows,
  };
}

function nameOf(group: string): string {
  if (group === 'ordinary') return '一般 ordinary';
  return Object.hasOwn(CATEGORIES, group) ? `${CATEGORIES[group as Category].zh} ${group}` : group;
}

function amounts({ recordedFen, otherFen }: Both): string[] {
  return [formatYuan(recordedFen), formatYuan(otherFen), changeText(otherFen - recordedFen)];
}

function changeText(fen: number): string {
  return `${fen < 0 ? '-' : fen > 0 ? '+' : ''}${formatYuan(Math.abs(fen))}`;
}

/** Everything of several comparisons as rows: which rules, which figure, of which group, recorded and other (fen, or a count). */
export function comparisonTable(comparisons: readonly Comparison[]): Table {
  const rows = comparisons.flatMap((each): Cell[][] => [
    ...each.payers.map(({ payer, recordedFen, otherFen }): Cell[] => [each.rules, 'payerFen', payer, recordedFen, otherFen]),
    ...groupRows(each.rules, 'category', each.categories),
    ...groupRows(each.rules, 'level', each.levels),
    ...each.distribution.map(({ upToBp, recorded, other }): Cell[] => [
      each.rules,
      'casesSelfPayUpToBp',
      String(upToBp),
      recorded,
      other,
    ]),
    ...(['all', 'assisted'] as const).map((who): Cell[] => [
      each.rules,
      'personsAbove10Percent',
      who,
      each.above10[who].recorded,
      each.above10[who].other,
    ]),
    [each.rules, 'personsBearLess', '', null, each.gain.persons],
    [each.rules, 'personsBearMore', '', null, each.lose.persons],
    [each.rules, 'personsBearAsMuch', '', null, each.unchanged],
  ]);
  return { name: 'what-if', head: ['rules', 'figure', 'group', 'recorded', 'other'], rows };
}

function groupRows(rules: string, kind: string, groups: readonly GroupCost[]): Cell[][] {
  return groups.flatMap(({ group, paid, selfPay }) => [
    [rules, `${kind}PaidFen`, group, paid.recordedFen, paid.otherFen],
    [rules, `${kind}SelfPayFen`, group, selfPay.recordedFen, selfPay.otherFen],
  ]);
}

const [WIDTH, ROW, LEFT, RIGHT, TOP] = [900, 26, 210, 170, 56] as const;
const STYLE =
  'text{font:13px system-ui,sans-serif;fill:#222}.t{font-size:15px;font-weight:600}.r{fill:#9aa5b1}.o{fill:#1f6feb}.n{text-anchor:end}';

/** The costs of each payer, and of the patients, as bars: recorded grey, other blue; one block for each set of rules. */
export function comparisonChart(comparisons: readonly Comparison[]): string {
  const most = Math.max(
    1,
    ...comparisons.flatMap(({ payers }) => payers.flatMap(({ recordedFen, otherFen }) => [recordedFen, otherFen])),
  );
  const parts: string[] = [];
  let y = TOP;
  for (const { rules, payers, cases } of comparisons) {
    parts.push(`<text class="t" x="12" y="${y}">${escaped(`${rules}（${cases} ${DISTRIBUTION_UNIT}）`)}</text>`);
    y += ROW;
    for (const { payer, recordedFen, otherFen } of payers) {
      const { zh, en } = payer === 'patient' ? PATIENT : PAYERS[payer];
      parts.push(
        `<text x="12" y="${y + 12}">${escaped(`${zh} ${en}`)}</text>`,
        bar('r', recordedFen, y),
        bar('o', otherFen, y + ROW / 2),
      );
      parts.push(
        `<text x="${WIDTH - 12}" y="${y + 12}" class="n">${formatYuan(otherFen)} (${changeText(otherFen - recordedFen)})</text>`,
      );
      y += ROW + 8;
    }
    y += ROW;
  }
  function bar(kind: string, fen: number, top: number): string {
    return `<rect class="${kind}" x="${LEFT}" y="${top - 2}" height="${ROW / 2 - 2}" width="${Math.round((fen / most) * (WIDTH - LEFT - RIGHT))}"/>`;
  }
  const title = '实际（灰）与假设（蓝），元 Recorded (grey) and other rules (blue), yuan';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img"><title>${title}</title><style>${STYLE}</style><text class="t" x="12" y="24">${title}</text>${parts.join('')}</svg>\n`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
