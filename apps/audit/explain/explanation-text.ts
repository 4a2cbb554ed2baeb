/** An explanation for people as indented text. Chinese labels; the law beside each number. */
import { formatYuan } from '@oss/money';
import { PROVENANCES } from '@oss/policy';
import { columnsOf, padLeft } from '@oss/settlement';
import type { Explained, Explanation, LawBehind } from './explanation';

const AMOUNT_ENDS_AT = 70;

export function explanationText(explained: Explanation): string {
  const lines = [
    ...headingOf(explained),
    '',
    '费用范围 Scope',
    ...treeLines(explained.scope, 1),
    '',
    '费用去向 Whom each fen falls to',
    ...treeLines(explained.total, 1),
  ];
  const amounts = explained.total.parts.map(({ amountFen }) => formatYuan(amountFen));
  lines.push('', `核对 Check: ${amounts.join(' + ')} = ${formatYuan(explained.total.amountFen)}`);
  return `${lines.join('\n')}\n`;
}

function headingOf({
  settlementId,
  attempt,
  hospitalCode,
  encounterNo,
  dischargedOn,
  completedAt,
  policy,
}: Explanation): string[] {
  return [
    `结算说明 Explanation of settlement ${settlementId}，第 ${attempt} 次 attempt ${attempt}`,
    `医院 Hospital ${hospitalCode}，住院号 encounter ${encounterNo}，出院 discharged ${dischargedOn}，完成 completed ${completedAt ?? '—'}`,
    `执行政策 Policy ${policy.name}（${policy.pack}）`,
    `摘要 Digest ${policy.digest}`,
  ];
}

function treeLines({ label, amountFen, formula, law, note, parts }: Explained, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const amount = formatYuan(amountFen);
  const width = Math.max(AMOUNT_ENDS_AT - columnsOf(indent) - columnsOf(label), amount.length + 1);
  const beside = [formula, law === null ? null : lawText(law), note].filter((text) => text !== null && text !== '');
  return [
    `${indent}${label}${padLeft(amount, width)}`,
    ...beside.map((text) => `${indent}    ${text}`),
    ...parts.flatMap((part) => treeLines(part, depth + 1)),
  ];
}

function lawText({ clause, source, provenance, from, to, ref }: LawBehind): string {
  const mark = provenance === null ? '' : `[${PROVENANCES[provenance].zh}] `;
  return `${mark}${[source, clause, `${from} 起${to === null ? '' : `至 ${to}`}`, ref].filter((text) => text !== null).join('，')}`;
}
