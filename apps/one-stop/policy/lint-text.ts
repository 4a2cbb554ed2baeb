/** The findings of the lint as text: what was found, between which amounts, where, and what that usually means. */
import { formatYuan } from '@oss/money';
import { CARE_TYPES, type Category, type Pack, TRANSFERS } from '@oss/policy';
import {
  type Finding,
  type FindingKind,
  type FindingPlace,
  lineLabel,
  type LintReport,
  PAGE_COLUMNS,
  wrap,
} from '@oss/settlement';
import { categoryWord } from './condition-words';

/** Findings of one kind printed one by one; the JSON holds all. */
const PRINTED_PER_KIND = 20;
const LEVELS = { 1: '一级', 2: '二级', 3: '三级' } as const;
const SEVERITIES = { error: '错误 error', note: '提示 note' } as const;

interface KindText {
  readonly zh: string;
  readonly en: string;
  /** What it means, and the usual legitimate reasons. */
  readonly meaning: string;
}

const KINDS: Readonly<Record<FindingKind, KindText>> = {
  'cannot-settle': {
    zh: '账单无法结算',
    en: 'a bill cannot be settled',
    meaning:
      '规则算出了不可能的金额。没有正当理由：请更正规则包，或报告本系统的缺陷。 A rule came to an impossible amount. There is no legitimate reason: mend the pack, or report a defect.',
  },
  'above-bill': {
    zh: '支付超过整张账单',
    en: 'a rule would pay more than the whole bill',
    meaning:
      '一条规则按文本计算的金额超过总费用，系统只付剩余部分。常见原因：本应衔接的分段写成了重叠的计算项目。 A single rule comes to more than the bill; the system pays what is left. Usual cause: parts that overlap where bands were meant.',
  },
  'above-rest': {
    zh: '支付超过前序保障后的剩余',
    en: 'a rule would pay more than the lines before it left',
    meaning:
      '规则以全额而非剩余费用为基数，前序保障线已支付一部分，系统以剩余为限。正当理由：文件规定按总费用比例补足。 The rule takes its rate of the whole, not of the rest; the system stops at what is left. Legitimate where the text means "up to x % of the whole".',
  },
  'self-pay-falls': {
    zh: '费用上升而个人自付下降',
    en: 'the self-pay falls as the cost rises',
    meaning:
      '正当理由(提示)：病种限价或定额使超出部分转由医院负担，先冲减目录外费用。其他情形(错误)多为规则重叠或门槛写错。 Legitimate (note): above a price limit or fixed amount of a disease the hospital bears the excess, out-of-catalogue cost first. Anything else (error) is usually an overlap or a mistaken threshold.',
  },
  'shares-fall': {
    zh: '费用上升而各方支付合计下降',
    en: 'what all payers pay together falls as the cost rises',
    meaning:
      '正当理由(提示)：病种限价使目录外费用转由医院负担，而目录外的支付比例高于目录内。其他情形(错误)请核对限额与起付线。 Legitimate (note): a price limit hands out-of-catalogue cost to the hospital where that was paid at a higher rate. Anything else (error): check caps and deductibles.',
  },
};

export function lintText({ bills, coarse, curves, findings }: LintReport, pack: Pack): string[] {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return [
    `规则检验 Lint of the law：${curves} 种情形曲线 curves，试算 ${bills} 笔 bills；` +
      `错误 errors ${errors}，提示 notes ${findings.length - errors}`,
    ...(coarse === 0 ? [] : [`  其中 ${coarse} 条曲线只按网格检验 of them ${coarse} examined on the grid alone`]),
    ...(findings.length === 0 ? ['  未发现问题 nothing found'] : []),
    ...kinds.flatMap((kind) =>
      kindLines(
        kind,
        findings.filter((finding) => finding.kind === kind),
        pack,
      ),
    ),
  ];
}

function kindLines(kind: FindingKind, findings: readonly Finding[], pack: Pack): string[] {
  const { zh, en, meaning } = KINDS[kind];
  const more = findings.length - PRINTED_PER_KIND;
  return [
    '',
    `  ${zh} ${en} (${findings.length})`,
    ...indented(meaning, 4),
    ...findings.slice(0, PRINTED_PER_KIND).flatMap((finding, index) => findingLines(finding, index + 1, pack)),
    ...(more > 0 ? [`    …… 另有 ${more} 处，--json 列出全部 and ${more} more: --json lists all`] : []),
  ];
}

function findingLines(finding: Finding, number: number, pack: Pack): string[] {
  const { from, line, message, places, severity, to, wantedFen } = finding;
  const first = places[0] as FindingPlace;
  const change = (zh: string, before: number, after: number): string => `${zh} ${formatYuan(before)} → ${formatYuan(after)}`;
  const amounts =
    message !== undefined
      ? [`目录内费用 cost ${formatYuan(from.costFen)}：${message}`]
      : wantedFen !== undefined
        ? [
            `${lineLabel(line ?? '', pack)}：自目录内费用 ${formatYuan(from.costFen)} 起 from that cost on`,
            `例如 e.g. ${formatYuan(to.costFen)}：按规则应付 wanted ${formatYuan(wantedFen)}，账单合计 total ${formatYuan(to.totalFen)}`,
          ]
        : [
            `${change('目录内费用 cost', from.costFen, to.costFen)}；${change('政策范围内 in scope', from.inScopeFen, to.inScopeFen)}`,
            `${change('个人自付 self-pay', from.selfPayFen, to.selfPayFen)}；${change('各方支付 shares', from.sharesFen, to.sharesFen)}`,
            change('医院负担 hospital', from.hospitalFen, to.hospitalFen),
          ];
  const others = places.length - 1;
  const where = `情形 Where：${placeWords(first, pack)}${others === 0 ? '' : `；另有 ${others} 种情形相同 and ${others} more`}`;
  return [`    ${number}. ${SEVERITIES[severity]}`, ...[...amounts, where].flatMap((text) => indented(text, 7))];
}

/** A situation in words: care, level, transfer, categories, programme, day, and what came before in the year. */
export function placeWords(
  { categorySets, earlierFen, outOfCatalogueFen, programme, situation, transfers }: FindingPlace,
  pack: Pack,
): string {
  const { ageMonths, careType, date, designated, level } = situation;
  return [
    date,
    CARE_TYPES[careType].zh,
    LEVELS[level],
    ...(designated ? [] : ['非定点']),
    transfers.map((each) => TRANSFERS[each].zh).join('或'),
    categorySets.map(setWords).join('或'),
    ...(programme === null ? [] : [pack.programmes.find(({ id }) => id === programme)?.label ?? programme]),
    ...(ageMonths === null ? [] : [`月龄 ${ageMonths}`]),
    earlierFen === null ? '年度首笔' : `本年度此前一笔 ${formatYuan(earlierFen)}`,
    `目录外 ${formatYuan(outOfCatalogueFen)}`,
  ].join('，');
}

function setWords(categories: readonly Category[]): string {
  return categories.length === 0 ? categoryWord('ordinary') : categories.map(categoryWord).join('兼');
}

function indented(text: string, columns: number): string[] {
  return wrap(text, PAGE_COLUMNS - columns).map((line) => ' '.repeat(columns) + line);
}
