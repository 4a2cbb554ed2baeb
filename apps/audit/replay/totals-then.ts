/**
 * What each payer had paid as it was known at an instant: completions less what was reversed, and what year-end lines paid in
 * years that stood settled; one pass over the log, no state but sums. In the middle of a correction that settles a year again
 * they are those of its cases so far.
 */
import type { EventReader, RecordedEvent } from '@oss/event-store';
import { addFen, type Fen, subtractFen, sumFen } from '@oss/money';
import type { Payer } from '@oss/policy';
import {
  BENEFIT_YEAR_PREFIX,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
  type YearEndReversed,
  type YearEndSettled,
} from '@oss/settlement';
import type { AuditedLog } from '../log/audited-log';
import { type Selection, selectsCase, selectsWholeYear, selectsYear } from '../verify/selection';

export interface PayerTotal {
  readonly payer: Payer;
  /** Completed settlements in which it paid something. */
  readonly settlements: number;
  /** With those settlements. */
  readonly paidFen: Fen;
  /** At the end of years. */
  readonly yearEndFen: Fen;
}

export interface TotalsThen {
  readonly knownAt: string | null;
  readonly settlements: number;
  readonly totalFen: Fen;
  /** At the window; what year-end lines paid came out of it later. */
  readonly selfPayFen: Fen;
  /** Year-end settlements that stood, of all payers: they are of a person's whole year, which the filters must choose whole. */
  readonly yearEnds: { readonly settlements: number; readonly paidFen: Fen };
  /** Payers that paid, by name; of one payer alone when the selection names it. */
  readonly payers: readonly PayerTotal[];
}

/** @param at RFC 3339 UTC as the log writes it; null for now */
export async function totalsThen(
  log: AuditedLog,
  selection: Selection,
  at: string | null,
  onProgress: (done: number, total: number | null) => void = () => undefined,
): Promise<TotalsThen> {
  const sums = new Sums(selection.payer);
  const head = log.isGapless ? await log.expectedEvents() : null;
  let facts = 0;
  for await (const event of log.readAll({ filter: { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: COUNTED } })) {
    facts += 1;
    // Of the other events only a log without gaps tells how many have passed.
    if (head === null) onProgress(facts, null);
    else onProgress(Number(event.position), head);
    // Clocks of streams differ a little: the log is not in the order of its instants.
    if ((at !== null && event.recordedAt > at) || !selectsYear(selection, event.stream)) continue;
    if (event.type === YEAR_END_SETTLED) takeYearEnd(sums, selection, event.data as YearEndSettled, 1);
    else if (event.type === YEAR_END_REVERSED) takeYearEnd(sums, selection, await reversedYearEnd(log, event), -1);
    else {
      const fact = event.data as SettlementCompleted | SettlementReversed;
      if (selectsCase(selection, fact)) sums.take(fact);
    }
  }
  return { knownAt: at, ...sums.result() };
}

const COUNTED = [SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED, YEAR_END_SETTLED, YEAR_END_REVERSED];

function takeYearEnd(sums: Sums, selection: Selection, settled: YearEndSettled, sign: 1 | -1): void {
  if (selectsWholeYear(selection, settled)) sums.takeYearEnd(settled, sign);
}

/** The year-end settlement that a reversal takes back: it stands before it in the year's stream. */
async function reversedYearEnd(reader: EventReader, { stream, revision, data }: RecordedEvent): Promise<YearEndSettled> {
  const { times } = data as YearEndReversed;
  for await (const event of reader.readStream(stream, { direction: 'backwards', from: revision - 1 })) {
    const settled = event.data as YearEndSettled;
    if (event.type === YEAR_END_SETTLED && settled.times === times) return settled;
  }
  throw new RangeError(`${stream}@${revision} takes back a year-end settlement that is not there: run audit verify`);
}

class Sums {
  readonly #payers = new Map<Payer, PayerTotal>();
  #settlements = 0;
  #totalFen = 0;
  #selfPayFen = 0;
  #yearEnds = 0;
  #yearEndFen = 0;

  constructor(private readonly only: string | undefined) {}

  take(fact: SettlementCompleted | SettlementReversed): void {
    const isReversal = 'wasOpen' in fact;
    // What had not been completed was never counted.
    if (isReversal && fact.wasOpen) return;
    const selfPayFen = subtractFen(fact.totalFen, sumFen(fact.shares.map(({ paidFen }) => paidFen)));
    const move = isReversal ? subtractFen : addFen;
    this.#settlements += isReversal ? -1 : 1;
    this.#totalFen = move(this.#totalFen, fact.totalFen);
    this.#selfPayFen = move(this.#selfPayFen, selfPayFen);
    const ofCase = new Map<Payer, Fen>();
    for (const { payer, paidFen } of fact.shares) ofCase.set(payer, addFen(ofCase.get(payer) ?? 0, paidFen));
    for (const [payer, paidFen] of ofCase) {
      if (paidFen === 0 || !this.#isCounted(payer)) continue;
      const before = this.#of(payer);
      const settlements = before.settlements + (isReversal ? -1 : 1);
      this.#payers.set(payer, { ...before, settlements, paidFen: move(before.paidFen, paidFen) });
    }
  }

  takeYearEnd({ payments }: YearEndSettled, sign: 1 | -1): void {
    const move = sign === 1 ? addFen : subtractFen;
    this.#yearEnds += sign;
    for (const { payer, paidFen } of payments) {
      this.#yearEndFen = move(this.#yearEndFen, paidFen);
      const before = this.#of(payer);
      if (this.#isCounted(payer)) this.#payers.set(payer, { ...before, yearEndFen: move(before.yearEndFen, paidFen) });
    }
  }

  result(): Omit<TotalsThen, 'knownAt'> {
    const payers = [...this.#payers.values()].filter(({ settlements, yearEndFen }) => settlements > 0 || yearEndFen > 0);
    payers.sort((a, b) => (a.payer < b.payer ? -1 : 1));
    return {
      settlements: this.#settlements,
      totalFen: this.#totalFen,
      selfPayFen: this.#selfPayFen,
      yearEnds: { settlements: this.#yearEnds, paidFen: this.#yearEndFen },
      payers,
    };
  }

  #of(payer: Payer): PayerTotal {
    return this.#payers.get(payer) ?? { payer, settlements: 0, paidFen: 0, yearEndFen: 0 };
  }

  #isCounted(payer: Payer): boolean {
    return this.only === undefined || payer === this.only;
  }
}
