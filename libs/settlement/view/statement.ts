/**
 * The patient's statement (结算单): what he pays and what was paid for him first, then how it came about, step by step,
 * with the clause and whether the notice says so. Chinese first, English where short. Lays out a view; computes no money
 * beyond sums that it shows to close.
 */
import { type Bp, type Fen, formatBp, formatYuan, ratioBp, subtractFen, sumFen } from '@oss/money';
import { CATEGORIES, type Category, type HospitalLevel, type Payer, PAYERS, type Provenance, PROVENANCES } from '@oss/policy';
import type { Scope } from '../bill/discharge';
import { bar, columnsOf, padLeft, padRight, PAGE_COLUMNS, wrap } from './columns';
import { groupedLeaf, proofCode } from './proof-code';
import { qrLines } from './qr-code';
import type { SettlementStatus, SettlementView, ShareView, WorkingView } from './settlement-view';

/** What the settlement itself does not know: it carries no names. */
export interface StatementHeading {
  readonly patientName?: string;
  readonly hospitalName?: string;
  readonly hospitalLevel?: HospitalLevel;
  /** Categories in force on the discharge date; an empty list prints as 普通参保人. */
  readonly categories?: readonly Category[];
  readonly packName?: string;
  /** Leaf of the recorded completion in the log's tree, 64 hex digits; absent where nothing is recorded. */
  readonly leaf?: string;
  /** True where the text goes to a terminal: its QR code says its colours. */
  readonly onTerminal?: boolean;
}

const LABEL = 38;
const AMOUNT = 16;
const PERCENT = 9;
const BAR_CELLS = 28;
const STEP_LABEL = 32;
const ORIGIN = 20;
const FIRST_NUMBER = 13;

export const LEVELS: Readonly<Record<HospitalLevel, string>> = { 1: '一级', 2: '二级', 3: '三级' };

/** Titles that say what the paper is worth; a completed settlement needs none. */
export const STATUS_NOTES: Readonly<Record<SettlementStatus, string | null>> = {
  completed: null,
  pending: '本笔结算尚未完成，以下金额不是最终结果 Not yet complete',
  reversed: '本笔结算已撤销 Reversed: this settlement no longer counts',
  resettling: '本笔结算正在重新计算 Being settled again',
  stuck: '本笔结算遇到问题，正在处理 Held up: being looked into',
  quoted: '预结算，仅供参考，不作为付款依据 A quote, not a settlement',
};

/** The whole statement as text, every line within 98 columns (a Chinese character takes two), ending with a newline. */
export function statementText(view: SettlementView, heading: StatementHeading = {}): string {
  const rule = '='.repeat(PAGE_COLUMNS);
  const lines = [rule, '  医疗费用一站式结算单    One-stop settlement statement', rule, ...headingLines(view, heading), ''];
  const note = STATUS_NOTES[view.status];
  if (note !== null) lines.push(`  ${note}`, '');
  const { selfPayFen, selfPayBp } = view;
  if (selfPayFen !== undefined) {
    lines.push(...summaryLines(view, selfPayFen, selfPayBp ?? ratioBp(selfPayFen, view.totalFen)), '');
  }
  if (view.scope !== undefined) lines.push(...scopeLines(view.scope), '');
  if (view.shares.length > 0) lines.push(...shareLines(view.shares), '');
  if (heading.leaf !== undefined) lines.push(...proofLines(view, heading.leaf, heading.onTerminal), '');
  lines.push(...sourceLines(view), rule);
  return `${lines.join('\n')}\n`;
}

function headingLines(view: SettlementView, heading: StatementHeading): string[] {
  const { patientName, hospitalName, hospitalLevel, categories, packName } = heading;
  const level = hospitalLevel === undefined ? '' : `（${LEVELS[hospitalLevel]} level ${hospitalLevel}）`;
  const attempt = view.attempt > 1 ? `（第${view.attempt}次结算 attempt ${view.attempt}）` : '';
  const facts: [string, string | undefined][] = [
    ['姓名 Patient', patientName],
    ['人员类别 Category', categories === undefined ? undefined : categoryNames(categories)],
    ['医院 Hospital', `${hospitalName ?? view.hospitalCode}${level}`],
    ['住院号 Encounter', view.encounterNo],
    ['出院日期 Discharged', view.dischargedOn],
    ['参保地 Insured in', view.region],
    ['执行政策 Policy', packName === undefined ? view.policy.pack : `${packName}（${view.policy.pack}）`],
    ['结算号 Settlement', `${view.settlementId}${attempt}`],
  ];
  return facts.flatMap(([label, text]) => (text === undefined ? [] : hanging(padRight(`  ${label}`, 24), text)));
}

/** Official names of categories, 特困、低保; nobody's list is 普通参保人. */
export function categoryNames(categories: readonly Category[]): string {
  return categories.length === 0 ? '普通参保人 ordinary' : categories.map((category) => CATEGORIES[category].zh).join('、');
}

function summaryLines(view: SettlementView, selfPayFen: Fen, selfPayBp: Bp): string[] {
  const { totalFen } = view;
  const row = (label: string, fen: Fen, bp: Bp): string =>
    `${padRight(`  ${label}`, LABEL)}${padLeft(formatYuan(fen), AMOUNT)}${padLeft(formatBp(bp), PERCENT)}  ${bar(bp, BAR_CELLS)}`.trimEnd();
  const payers = sharesByPayer(view.shares);
  const amounts = [...payers.values(), selfPayFen];
  const sum = `${amounts.map(formatYuan).join(' + ')} = ${formatYuan(sumFen(amounts))}`;
  return [
    `  您要付 You pay：${formatYuan(selfPayFen)} 元，占总费用的 ${formatBp(selfPayBp)}。`,
    `  总费用 ${formatYuan(totalFen)} 元，其中 ${formatYuan(subtractFen(totalFen, selfPayFen))} 元不用您付。`,
    '',
    sectionTitle('一、谁付多少（元） Who pays what (yuan)'),
    ...[...payers].map(([payer, fen]) => row(`${PAYERS[payer].zh} ${PAYERS[payer].en}`, fen, ratioBp(fen, totalFen))),
    row('个人自付 You pay', selfPayFen, selfPayBp),
    `  ${'-'.repeat(LABEL + AMOUNT + PERCENT - 2)}`,
    row('合计 Total', sumFen(amounts), ratioBp(sumFen(amounts), totalFen)).replace(/ *█+$/, ''),
    ...hanging('  核对 Check: ', sum),
  ];
}

/** What each payer pays over all its lines, in the order in which the payers first speak. */
export function sharesByPayer(shares: readonly Pick<ShareView, 'payer' | 'paidFen'>[]): Map<Payer, Fen> {
  const sums = new Map<Payer, Fen>();
  for (const { payer, paidFen } of shares) sums.set(payer, sumFen([sums.get(payer) ?? 0, paidFen]));
  return sums;
}

/** From the bill's total to what the policy covers: the hospital's excess only where there is one. */
function scopeLines(scope: Scope): string[] {
  const row = (sign: string, label: string, fen: Fen): string =>
    `${padRight(`  ${sign} ${label}`, LABEL)}${padLeft(formatYuan(fen), AMOUNT)}`;
  const excess = scope.hospitalExcessFen > 0 ? [row('－', '超定额（限价），医院负担 Hospital', scope.hospitalExcessFen)] : [];
  return [
    sectionTitle('二、哪些费用在政策范围内（元） What the policy covers (yuan)'),
    row('　', '医疗总费用 Total', scope.totalFen),
    ...excess,
    row('－', '丙类全自费 Out of catalogue', scope.outOfCatalogueFen),
    row('－', '超限价 Above limit price', scope.overLimitFen),
    row('－', '乙类先行自付 Class B', scope.classBSelfPayFen),
    row('－', '异地先行自付 Out of area', scope.areaSelfPayFen),
    `  ${'-'.repeat(LABEL + AMOUNT - 2)}`,
    row('＝', '政策范围内费用 In scope', scope.inScopeFen),
    ...(scope.admitted ?? []).map(({ fen, label }) => row('　', `含${label}（丙类纳入） admitted`, fen)),
    ...(scope.programme === undefined ? [] : [`     病种 Disease programme：${scope.programme.disease}`]),
  ];
}

function shareLines(shares: readonly ShareView[]): string[] {
  const blocks = shares.flatMap((share, index) => [...(index === 0 ? [] : ['']), ...shareBlock(share, index + 1)]);
  return [sectionTitle('三、每一道怎么算出来（元） How each line was worked out (yuan)'), ...blocks];
}

function shareBlock(share: ShareView, number: number): string[] {
  const payer = PAYERS[share.payer];
  const by = share.label === payer.zh ? ` ${payer.en}` : share.payer === 'hospital' ? `（${payer.zh}）` : `（${payer.zh}支付）`;
  const name = `  ${number}. ${share.label}${by}`;
  const paid = `${share.payer === 'hospital' ? '负担' : '支付'} ${formatYuan(share.paidFen)}`;
  const parts =
    share.inScopeFen > 0 && share.outOfScopeFen > 0
      ? [`     其中政策范围内 ${formatYuan(share.inScopeFen)}，政策范围外 ${formatYuan(share.outOfScopeFen)}`]
      : [];
  return [`${padRight(name, LABEL + AMOUNT)} ${paid}`, ...share.workings.flatMap(workingLines), ...parts];
}

/** Steps that name something rather than amount to something. */
export const WORDS_ONLY: ReadonlySet<string> = new Set([
  'category',
  'rate-plus',
  'nothing',
  'programme',
  'other-programme',
  'year-end',
]);

function workingLines(working: WorkingView): string[] {
  const { step, label, clause, provenance, amountFen, formula, note } = working;
  const origin = provenance === null ? '' : `${provenanceMark(provenance)}${clause === null ? '' : ` ${clause}`}`;
  const amount = formula ?? (WORDS_ONLY.has(step) && amountFen === 0 ? '' : formatYuan(amountFen));
  const [, figures = '', remark = ''] = /^(.*?)(（.*）)?$/.exec(amount) ?? [];
  // The first number of a formula stands under the other amounts.
  const shown = figures.replace(/^[\d,.]+/, (first) => padLeft(first, FIRST_NUMBER));
  const head = `     ${padRight(label, STEP_LABEL)} ${padRight(origin, ORIGIN)} `;
  const fits = columnsOf(head) + columnsOf(shown) <= PAGE_COLUMNS;
  const lines = fits
    ? [`${head}${shown}`.trimEnd()]
    : [head.trimEnd(), ...wrap(figures, PAGE_COLUMNS - 10).map((line) => padLeft(line, PAGE_COLUMNS))];
  const remarks = [remark.slice(1, -1), note ?? ''].filter((text) => text !== '');
  return [...lines, ...remarks.flatMap((text) => hanging('       注：', text))];
}

/** [通知载明], [公开文件] or [待县确认]: how sure the number is. */
export function provenanceMark(provenance: Provenance): string {
  return `[${PROVENANCES[provenance].zh}]`;
}

/** What a proof code is good for, on every paper that carries one. */
export const PROOF_PURPOSE = {
  zh: '凭核验码可向审计或医保部门核对：本单已写入签了名的结算日志，此后没有被改动。',
  en: 'With it anyone can have this statement checked against the signed log.',
};

/** The QR code, and beside it the leaf in groups of digits. */
function proofLines({ settlementId, attempt }: SettlementView, leaf: string, onTerminal?: boolean): string[] {
  const code = qrLines(proofCode({ settlementId, attempt, leaf }), onTerminal);
  const width = PAGE_COLUMNS - columnsOf(code[0] ?? '') - 5;
  const groups = groupedLeaf(leaf);
  const half = groups.length / 2;
  const beside = [
    '',
    '',
    '核验码（叶哈希）Leaf hash',
    groups.slice(0, half).join(' '),
    groups.slice(half).join(' '),
    '',
    ...wrap(PROOF_PURPOSE.zh, width),
    ...wrap(PROOF_PURPOSE.en, width),
  ];
  return [sectionTitle('核验码 Proof code'), ...code.map((line, at) => `  ${line}   ${beside[at] ?? ''}`.trimEnd())];
}

function sourceLines(view: SettlementView): string[] {
  const workings = view.shares.flatMap((share) => share.workings);
  const sources = new Set(
    workings.flatMap(({ source, provenance }) =>
      source === null || provenance === null ? [] : [`${provenanceMark(provenance)} ${source}`],
    ),
  );
  const marks = Object.values(PROVENANCES).map(({ zh, en }) => `[${zh}] ${en}`);
  return [
    sectionTitle('依据 Sources'),
    ...[...sources].flatMap((source) => hanging('  ', source)),
    ...hanging('  说明：', marks.join('；')),
    ...hanging('  ', '金额按每道四舍五入到分；各方支付加个人自付等于总费用。'),
  ];
}

function sectionTitle(title: string): string {
  return `  ${title}\n  ${'-'.repeat(PAGE_COLUMNS - 2)}`;
}

/** A label and a text that wraps beside it. */
function hanging(label: string, text: string): string[] {
  const indent = ' '.repeat(columnsOf(label));
  return wrap(text, PAGE_COLUMNS - columnsOf(label)).map((line, index) => `${index === 0 ? label : indent}${line}`);
}
