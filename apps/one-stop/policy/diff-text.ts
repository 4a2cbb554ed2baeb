/** Two packs side by side as text: Chinese first, old before new, then the example bills. */
import { type Fen, formatYuan } from '@oss/money';
import { PAYERS, type Payer } from '@oss/policy';
import { padLeft, padRight, PAGE_COLUMNS, wrap } from '@oss/settlement';
import { categoryWord } from './condition-words';
import type { Change, PackDiff } from './diff';
import { type ExampleComparison, isSame } from './example-bills';
import type { Side } from './pack-arguments';

const SIGNS = { added: '+ 新增 added', removed: '- 删除 removed', changed: '~ 变更 changed' } as const;
const LEVELS = { 1: '一级', 2: '二级', 3: '三级' } as const;
const AMOUNT_COLUMNS = 14;
const NAME_COLUMNS = 22;

export function diffText(before: Side, after: Side, diff: PackDiff): string {
  const lines = [
    ...sideLines('旧 before', before),
    ...sideLines('新 after', after),
    ...(diff.texts.length === 0 ? [] : [`  文字不同 Texts that differ：${diff.texts.join('、')}`]),
    '',
    '保障线次序 Lines in order',
    ...diff.chains.flatMap(({ care, before: old, after: now }) => chainLines(care, old, now)),
    '',
    `规则结构 Rules by condition：${countWords(diff.structure)}`,
    ...diff.structure.flatMap(changeLines),
    '',
    `数值 Values：${countWords(diff.values)}`,
    ...diff.values.flatMap(changeLines),
    '',
    '示例账单 Example bills (年度首笔 the first of the year，本地住院 local inpatient，元 yuan)',
    ...diff.examples.flatMap(exampleLines),
  ];
  return `${lines.join('\n')}\n`;
}

function sideLines(word: string, { digest, on, pack }: Side): string[] {
  const day = on === null ? '' : `，${on} 当日 on that day`;
  return [...wrap(`${word}：${pack.id} ${pack.name}（${pack.from} – ${pack.to ?? ''}）${day}`, PAGE_COLUMNS), `  ${digest}`];
}

function chainLines(care: string, before: readonly string[], after: readonly string[]): string[] {
  const words = (chain: readonly string[]): string => (chain.length === 0 ? '（无 none）' : chain.join(' → '));
  if (before.join() === after.join()) return indented(`${care}：${words(before)}（相同 same）`, 2);
  return [`  ${care}：`, ...indented(`旧 before ${words(before)}`, 6), ...indented(`新 after  ${words(after)}`, 6)];
}

function countWords(changes: readonly Change[]): string {
  if (changes.length === 0) return '相同 same';
  const count = (change: Change['change']): number => changes.filter((each) => each.change === change).length;
  return `新增 added ${count('added')} · 删除 removed ${count('removed')} · 变更 changed ${count('changed')}`;
}

function changeLines({ after, before, change, place }: Change): string[] {
  return [
    ...indented(`${SIGNS[change]}  ${place}`, 2),
    ...(before === null ? [] : indented(`旧 before ${before}`, 6)),
    ...(after === null ? [] : indented(`新 after  ${after}`, 6)),
  ];
}

function exampleLines(comparison: ExampleComparison): string[] {
  const { after, before, bill } = comparison;
  const head =
    `${LEVELS[bill.level]} ${categoryWord(bill.category ?? 'ordinary')} 总费用 total ${formatYuan(bill.totalFen)}` +
    ` 乙类 B ${formatYuan(bill.classBFen)} 丙类 C ${formatYuan(bill.outOfCatalogueFen)}`;
  if (before === null || after === null) {
    return [
      `  ${head}`,
      `      ${before === after ? '均无住院规则 no inpatient rules' : '仅一方有住院规则 inpatient rules in one alone'}`,
    ];
  }
  if (isSame(comparison)) return [`  ${head}`, `      无差异 same，个人自付 self-pay ${formatYuan(after.selfPayFen)}`];
  const payers = (Object.keys(PAYERS) as Payer[]).filter((payer) => (before.paid[payer] ?? 0) + (after.paid[payer] ?? 0) > 0);
  return [
    `  ${head}`,
    ...payers.map((payer) => amountLine(PAYERS[payer].zh, before.paid[payer] ?? 0, after.paid[payer] ?? 0)),
    amountLine('个人自付 self-pay', before.selfPayFen, after.selfPayFen),
  ];
}

function amountLine(name: string, before: Fen, after: Fen): string {
  const columns = [formatYuan(before), formatYuan(after), differenceText(before, after)];
  return `      ${padRight(name, NAME_COLUMNS)}${columns.map((text) => padLeft(text, AMOUNT_COLUMNS)).join('')}`;
}

/** "+1,000.00", "-1,000.00"; "=" when both are the same. */
export function differenceText(before: Fen, after: Fen): string {
  if (before === after) return '=';
  return after > before ? `+${formatYuan(after - before)}` : `-${formatYuan(before - after)}`;
}

function indented(text: string, columns: number): string[] {
  return wrap(text, PAGE_COLUMNS - columns).map((line) => ' '.repeat(columns) + line);
}
