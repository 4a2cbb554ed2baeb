/**
 * What is settled while this process watches, for the operator's curves: settlements, and who bears how much of them. Every
 * copy of this app counts every completion of the log, so whoever adds up copies takes the largest, not the sum.
 */
import type { RecordedEvent } from '@oss/event-store';
import type { Metrics } from '@oss/host';
import { SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';

export class SettledTally {
  readonly #settlements;
  /** By who bears them, since the start; as many as there are payers. */
  readonly #fen = new Map<string, number>();

  /** @param since milliseconds since 1970: completions before it are the past, which a start may read once more */
  constructor(
    metrics: Metrics,
    private readonly since: number,
  ) {
    this.#settlements = metrics.counter('oss_settlements_completed_total', 'completions, those of corrections too');
    metrics.registerTotals('oss_settled_fen_total', 'fen of completed settlements, by who bears them', 'bearer', this.#fen);
  }

  take(event: Pick<RecordedEvent, 'type' | 'recordedAt' | 'data'>): void {
    if (event.type !== SETTLEMENT_COMPLETED || Date.parse(event.recordedAt) < this.since) return;
    const { hospitalFen, selfPayFen, shares } = event.data as SettlementCompleted;
    this.#settlements.inc();
    this.#add('patient', selfPayFen);
    this.#add('hospital', hospitalFen);
    // What the hospital bears as a line of the chain is in its sum already.
    for (const { payer, paidFen } of shares) if (payer !== 'hospital') this.#add(payer, paidFen);
  }

  #add(bearer: string, fen: number): void {
    this.#fen.set(bearer, (this.#fen.get(bearer) ?? 0) + fen);
  }
}
