/** What the demo counts while answers come in, and the tables at its end. */
import { type Fen, formatBp, formatYuan, ratioBp, sumFen } from '@oss/money';
import { type Payer, PAYERS } from '@oss/policy';
import { bar, categoryNames, padLeft, padRight, PAGE_COLUMNS, type SettlementView } from '@oss/settlement';
import type { PlannedPost } from './planned-post';
import type { SamplePerson } from './sample-people';

export interface Settled {
  readonly post: PlannedPost;
  readonly view: SettlementView;
}

/** The demo's last line, as JSON. posted = settled + refused when nothing mismatched; repeats are not counted again. */
export interface DemoResult {
  readonly posted: number;
  readonly settled: number;
  readonly refused: number;
  readonly mismatches: number;
  readonly totalFen: Fen;
  readonly paidFen: Fen;
  readonly selfPayFen: Fen;
}

export class Tally {
  readonly settled: Settled[] = [];
  /** How often each code was given to a post that had to be refused with it. */
  readonly refused = new Map<string, number>();
  readonly mismatches: string[] = [];
  posted = 0;
  repeated = 0;

  result(): DemoResult {
    const views = this.settled.map(({ view }) => view);
    const shares = views.flatMap((view) => view.shares);
    return {
      posted: this.posted,
      settled: views.length,
      refused: [...this.refused.values()].reduce((sum, count) => sum + count, 0),
      mismatches: this.mismatches.length,
      totalFen: sumFen(views.map(({ totalFen }) => totalFen)),
      paidFen: sumFen(shares.map(({ paidFen }) => paidFen)),
      selfPayFen: sumFen(views.map(({ selfPayFen }) => selfPayFen ?? 0)),
    };
  }
}

const LABEL = 38;
const RULE = `  ${'-'.repeat(PAGE_COLUMNS - 2)}`;

/** Per payer: sum, share of all bills, bar. Per category: cases, sum of the bills, self-pay. Per refusal: code, how often. */
export function summaryText(tally: Tally, example: (post: PlannedPost) => string | null): string {
  const { totalFen, selfPayFen } = tally.result();
  const payers = new Map<Payer, Fen>();
  for (const { view } of tally.settled) {
    for (const { payer, paidFen } of view.shares) payers.set(payer, sumFen([payers.get(payer) ?? 0, paidFen]));
  }
  const row = (label: string, fen: Fen): string => {
    const bp = ratioBp(fen, totalFen);
    return `  ${padRight(label, LABEL)}${padLeft(formatYuan(fen), 18)}${padLeft(formatBp(bp), 9)}  ${bar(bp, 28)}`.trimEnd();
  };
  return [
    '  汇总：谁付多少（元） Who paid what (yuan)',
    RULE,
    ...[...payers].map(([payer, fen]) => row(`${PAYERS[payer].zh} ${PAYERS[payer].en}`, fen)),
    row('个人自付 Self-pay', selfPayFen),
    row('合计 Total', totalFen).replace(/ *█+$/, ''),
    '',
    `  ${padRight('人员类别 Category', LABEL)}${padLeft('笔数 Cases', 12)}${padLeft('总费用 Total', 20)}${padLeft('自付 Self-pay', 16)}`,
    RULE,
    ...categoryRows(tally.settled),
    '',
    '  公开案例复算 Public examples, settled over HTTP',
    RULE,
    ...tally.settled.flatMap(({ post }) => example(post) ?? []).map((line) => `  ${line}`),
    '',
    `  重复提交 Repeats: ${tally.repeated}，均返回首次结算结果 all got the first answer again`,
    `  应拒已拒 Refused as they must be: ${[...tally.refused].map(([code, count]) => (count === 1 ? code : `${code} ×${count}`)).join(', ')}`,
    '',
  ]
    .flatMap((line) => wrapped(line))
    .join('\n');
}

function categoryRows(settled: readonly Settled[]): string[] {
  const groups = Map.groupBy(settled, ({ post, view }) => categoryNames(categoriesOn(post.person, view.dischargedOn)));
  return [...groups].map(([name, group]) => {
    const totalFen = sumFen(group.map(({ view }) => view.totalFen));
    const selfPayBp = ratioBp(sumFen(group.map(({ view }) => view.selfPayFen ?? 0)), totalFen);
    return `  ${padRight(name, LABEL)}${padLeft(String(group.length), 12)}${padLeft(formatYuan(totalFen), 20)}${padLeft(formatBp(selfPayBp), 16)}`;
  });
}

/** The categories of a person in force on a day. */
export function categoriesOn(person: SamplePerson | undefined, date: string) {
  const inForce = person?.categories.filter(({ from, to }) => from <= date && (to === undefined || date <= to)) ?? [];
  return inForce.map(({ category }) => category);
}

/** A long list goes on in the next line, a little further in. */
function wrapped(line: string): string[] {
  if (line.length <= PAGE_COLUMNS || !line.includes(', ')) return [line];
  const at = line.lastIndexOf(', ', PAGE_COLUMNS - 2);
  return [line.slice(0, at + 1), ...wrapped(`    ${line.slice(at + 2)}`)];
}
