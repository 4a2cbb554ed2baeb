/**
 * Pages and sums of a period, from the file. The first page freezes the list at the log position that the file has reached;
 * its cursors carry that position on, so all pages of one walk show one list and one set of sums, whatever settles meanwhile.
 */
import type { StatementSync } from 'node:sqlite';
import { addFen, sumFen } from '@oss/money';
import { LRUCache } from 'lru-cache';
import { dayNumber } from './day-number';
import { payerColumn, type PeriodsFile } from './periods-file';
import type { PeriodFilter, PeriodItem, PeriodPage, PeriodQuestion, PeriodSums } from './protocol';

/** Sums kept for the following pages of a walk: they cost a look at every row of the period. */
const MAX_KEPT_SUMS = 256;

type Summed = Pick<PeriodPage, 'sums' | 'resettling'>;
type Row = Readonly<Record<string, number | string>>;

export class PeriodReader {
  readonly #file: PeriodsFile;
  readonly #pages = new Map<string, StatementSync>();
  readonly #totals = new Map<string, StatementSync>();
  readonly #resettling = new Map<string, StatementSync>();
  /** By filter and frozen position: what counted at a position never changes. */
  readonly #sums = new LRUCache<string, Summed>({ max: MAX_KEPT_SUMS });

  constructor(file: PeriodsFile) {
    this.#file = file;
  }

  /** One page, in the order of discharge day, then completion. */
  page(question: PeriodQuestion): PeriodPage {
    const { after, limit, hospitalCode } = question;
    const upTo = after?.upTo ?? this.#file.progress.position;
    const hospital = hospitalCode === null ? null : this.#file.words.find(hospitalCode);
    if (hospitalCode !== null && hospital === null)
      return { items: [], sums: this.#sumsOf(undefined), resettling: 0, next: null };
    const from = after === null || after.day < question.from ? question.from : after.day;
    const statement = this.#statement(this.#pages, question, (where) => `${ITEM} ${where} AND (day, position) > (?, ?) ${ORDER}`);
    const rows = statement.all(
      ...conditionValues(hospital, from, question.to, upTo),
      after === null ? 0 : dayNumber(after.day),
      after?.position ?? 0,
      limit + 1,
    ) as Row[];
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next = last === undefined ? null : { day: dayText(last['day'] as number), position: last['position'] as number, upTo };
    return { items: shown.map((row) => this.#item(row)), ...this.#sumsUpTo(question, hospital, upTo), next };
  }

  #sumsUpTo({ hospitalCode, payer, from, to }: PeriodFilter, hospital: number | null, upTo: number): Summed {
    const key = JSON.stringify([hospitalCode, payer, from, to, upTo]);
    const kept = this.#sums.get(key);
    if (kept !== undefined) return kept;
    const select = `SELECT count(*) AS count, ${this.#sumColumns()
      .map((name) => `sum(${name}) AS ${name}`)
      .join(', ')} FROM completed`;
    const statement = this.#statement(this.#totals, { hospitalCode, payer }, (where) => `${select} ${where}`);
    const values = conditionValues(hospital, from, to, upTo);
    const again = this.#statement(
      this.#resettling,
      { hospitalCode, payer },
      (where) => `${RESETTLING} ${where}`,
      BEING_RESETTLED,
    );
    const summed = {
      sums: this.#sumsOf(statement.get(...values) as Row),
      resettling: again.get(...values)!['count'] as number,
    };
    this.#sums.set(key, summed);
    return summed;
  }

  #sumColumns(): string[] {
    return ['total', 'in_scope', 'self_pay', ...this.#file.payers.map((_, index) => payerColumn(index))];
  }

  /** @throws when the sums do not close: every row was written from a settlement that does. */
  #sumsOf(row: Row | undefined): PeriodSums {
    const value = (name: string): number => Number(row?.[name] ?? 0);
    const payers = Object.fromEntries(this.#file.payers.map((payer, index) => [payer, value(payerColumn(index))]));
    const [totalFen, selfPayFen] = [value('total'), value('self_pay')];
    const paidFen = sumFen(Object.values(payers));
    if (addFen(paidFen, selfPayFen) !== totalFen)
      throw new Error(`${paidFen} paid + ${selfPayFen} self-pay is not the total of ${totalFen} fen`);
    const hospitalFen = payers['hospital'] ?? 0;
    return { count: value('count'), totalFen, inScopeFen: value('in_scope'), hospitalFen, selfPayFen, payers };
  }

  #item(row: Row): PeriodItem {
    const { words, payers } = this.#file;
    const text = (name: string): string => words.text(row[name] as number);
    const fen = (name: string): number => row[name] as number;
    const paid = (row['paid'] as string).split(',');
    const chain = JSON.parse(text('chain')) as [line: string, payer: string][];
    return {
      settlementId: dashed(row['id'] as string),
      attempt: fen('attempt'),
      status: 'completed',
      hospitalCode: text('hospital'),
      encounterNo: row['encounter'] as string,
      region: text('region'),
      dischargedOn: dayText(row['day'] as number),
      completedAt: new Date(row['completed_at'] as number).toISOString(),
      totalFen: fen('total'),
      inScopeFen: fen('in_scope'),
      hospitalFen: fen(payerColumn(payers.indexOf('hospital'))),
      selfPayFen: fen('self_pay'),
      shares: chain.map(([line, payer], index) => ({ line, payer, paidFen: Number(paid[index]) })),
    };
  }

  /** The prepared statement of a filter's shape; there are as many shapes as payers, and none, with or without a hospital. */
  #statement(
    kept: Map<string, StatementSync>,
    { hospitalCode, payer }: Pick<PeriodFilter, 'hospitalCode' | 'payer'>,
    sql: (where: string) => string,
    counts = COUNTS,
  ): StatementSync {
    const column = payer === null ? -1 : this.#file.payers.indexOf(payer);
    if (payer !== null && column < 0) throw new Error(`there is no payer ${payer}`);
    const shape = `${hospitalCode === null ? 'all' : 'one'}/${column}`;
    let statement = kept.get(shape);
    if (statement === undefined) {
      const ofHospital = hospitalCode === null ? '' : 'hospital = ? AND ';
      const ofPayer = column < 0 ? '' : ` AND ${payerColumn(column)} > 0`;
      statement = this.#file.db.prepare(sql(`WHERE ${ofHospital}day BETWEEN ? AND ? AND ${counts}${ofPayer}`));
      kept.set(shape, statement);
    }
    return statement;
  }
}

const ITEM = 'SELECT lower(hex(settlement)) AS id, * FROM completed';
const RESETTLING = 'SELECT count(DISTINCT settlement) AS count FROM completed';
/** A row counts at a position from when it is final until it is reversed. */
const COUNTS = 'final_at <= ? AND (ended_at IS NULL OR ended_at > ?)';
/** Reversed before the position, to be settled again by a correction that has not ended by then. */
const BEING_RESETTLED = 'ended_by IS NOT NULL AND ended_at <= ? AND (resettled_at IS NULL OR resettled_at > ?)';
const ORDER = 'ORDER BY day, position LIMIT ?';

function conditionValues(hospital: number | null, from: string, to: string, upTo: number): number[] {
  return [...(hospital === null ? [] : [hospital]), dayNumber(from), dayNumber(to), upTo, upTo];
}

function dayText(day: number): string {
  const digits = String(day).padStart(8, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}

function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
