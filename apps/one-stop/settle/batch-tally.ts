/** What a batch came to: counted line by line as the results come, and told at the end, Chinese first, amounts in yuan. */
import { addFen, type Fen, formatYuan } from '@oss/money';
import { padLeft, padRight, type SettlementView } from '@oss/settlement';
import type { LineResult } from '../../hospital-gateway/discharges/batch/discharge-batch';

/** Refused lines that are named one by one; all are counted. */
const MAX_NAMED = 20;
const LABEL = 17;
const COUNT = 7;
const AMOUNT = 18;

/** Σ over settlements, in fen: paid by the payers, borne by the hospital, left to the patients. */
interface Sums {
  lines: number;
  totalFen: Fen;
  paidFen: Fen;
  hospitalFen: Fen;
  selfPayFen: Fen;
}

const none = (): Sums => ({ lines: 0, totalFen: 0, paidFen: 0, hospitalFen: 0, selfPayFen: 0 });

export class BatchTally {
  readonly #settled = none();
  readonly #repeated = none();
  #pending = 0;
  #refused = 0;
  readonly #codes = new Map<string, { readonly title: string; lines: number }>();
  readonly #named: string[] = [];

  take(result: LineResult): void {
    if ('problem' in result) this.#refuse(result);
    else if (result.status === 202) this.#pending += 1;
    else add(result.status === 201 ? this.#settled : this.#repeated, result.settlement);
  }

  /** Lines that have had a result. */
  get lines(): number {
    return this.#settled.lines + this.#repeated.lines + this.#pending + this.#refused;
  }

  /** True when every line is settled, now or before. */
  get isWhole(): boolean {
    return this.#pending + this.#refused === 0;
  }

  /** @param title what it is the summary of */
  text(title: string): string {
    const heads = ['总费用 Total', '各方支付 Paid', '医院负担 Hospital', '个人自付 Self-pay'];
    const codes = [...this.#codes].sort(([, a], [, b]) => b.lines - a.lines);
    const rest = this.#refused - this.#named.length;
    return [
      title,
      row('', '笔数', heads),
      row('本次结算 Settled', this.#settled.lines, amounts(this.#settled)),
      row('此前已结 Before', this.#repeated.lines, amounts(this.#repeated)),
      row('待完成 Pending', this.#pending),
      row('拒付 Refused', this.#refused),
      ...codes.map(([code, { title: said, lines }]) => `    ${lines} × ${said} [${code}]`),
      ...(this.#named.length === 0 ? [] : ['', '被拒的行 Refused lines']),
      ...this.#named,
      ...(rest > 0 ? [`  … 另有 ${rest} 行 and ${rest} more`] : []),
      ...(this.#pending === 0
        ? []
        : ['', '待完成的会自行完成 What is pending completes by itself; run the same file again to see it']),
      '',
    ].join('\n');
  }

  #refuse({ line, problem }: Extract<LineResult, { problem: unknown }>): void {
    this.#refused += 1;
    const known = this.#codes.get(problem.code);
    if (known === undefined) this.#codes.set(problem.code, { title: problem.title, lines: 1 });
    else known.lines += 1;
    if (this.#named.length < MAX_NAMED) this.#named.push(`  第 ${line} 行 line ${line}: [${problem.code}] ${problem.detail}`);
  }
}

/** A settlement that was reversed since still answers, but nobody pays it: it counts as a line and with no amount. */
function add(sums: Sums, { status, totalFen, hospitalFen = 0, selfPayFen = 0, shares }: SettlementView): void {
  sums.lines += 1;
  if (status !== 'completed') return;
  sums.totalFen = addFen(sums.totalFen, totalFen);
  sums.hospitalFen = addFen(sums.hospitalFen, hospitalFen);
  sums.selfPayFen = addFen(sums.selfPayFen, selfPayFen);
  for (const { payer, paidFen } of shares) if (payer !== 'hospital') sums.paidFen = addFen(sums.paidFen, paidFen);
}

function amounts({ totalFen, paidFen, hospitalFen, selfPayFen }: Sums): string[] {
  return [totalFen, paidFen, hospitalFen, selfPayFen].map(formatYuan);
}

function row(label: string, count: number | string, cells: readonly string[] = []): string {
  const amountCells = cells.map((cell) => padLeft(cell, AMOUNT)).join('');
  return `  ${padRight(label, LABEL)}${padLeft(String(count), COUNT)}${amountCells}`.trimEnd();
}
