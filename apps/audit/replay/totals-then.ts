/**
 * What each payer had paid as it was known at an instant: completions less what was reversed, one pass over the log, no state
 * but sums. In the middle of a correction that settles a year again they are those of its cases so far. Of cases alone: what
 * year-end lines pay adjusts a person's year, and is shown there.
 */
import { addFen, type Fen, subtractFen, sumFen } from '@oss/money';
import type { Payer } from '@oss/policy';
import {
  BENEFIT_YEAR_PREFIX,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
} from '@oss/settlement';
import type { AuditedLog } from '../log/audited-log';
import { type Selection, selectsCase, selectsYear } from '../verify/selection';

export interface PayerTotal {
  readonly payer: Payer;
  /** Completed settlements in which it paid something. */
  readonly settlements: number;
  readonly paidFen: Fen;
}

export interface TotalsThen {
  readonly knownAt: string | null;
  readonly settlements: number;
  readonly totalFen: Fen;
  readonly selfPayFen: Fen;
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
  const filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: [SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED] };
  const head = log.isGapless ? await log.expectedEvents() : null;
  let facts = 0;
  for await (const event of log.readAll({ filter })) {
    facts += 1;
    // Of the other events only a log without gaps tells how many have passed.
    if (head === null) onProgress(facts, null);
    else onProgress(Number(event.position), head);
    // Clocks of streams differ a little: the log is not in the order of its instants.
    if ((at !== null && event.recordedAt > at) || !selectsYear(selection, event.stream)) continue;
    const fact = event.data as SettlementCompleted | SettlementReversed;
    if (selectsCase(selection, fact)) sums.take(fact);
  }
  return { knownAt: at, ...sums.result() };
}

class Sums {
  readonly #payers = new Map<Payer, PayerTotal>();
  #settlements = 0;
  #totalFen = 0;
  #selfPayFen = 0;

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
      if (paidFen === 0 || (this.only !== undefined && payer !== this.only)) continue;
      const before = this.#payers.get(payer) ?? { payer, settlements: 0, paidFen: 0 };
      const settlements = before.settlements + (isReversal ? -1 : 1);
      this.#payers.set(payer, { payer, settlements, paidFen: move(before.paidFen, paidFen) });
    }
  }

  result(): Omit<TotalsThen, 'knownAt'> {
    const payers = [...this.#payers.values()].filter(({ settlements }) => settlements > 0);
    payers.sort((a, b) => (a.payer < b.payer ? -1 : 1));
    return { settlements: this.#settlements, totalFen: this.#totalFen, selfPayFen: this.#selfPayFen, payers };
  }
}
