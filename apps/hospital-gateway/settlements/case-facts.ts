/** The facts of one attempt, gathered from the benefit year as they pass by or are read back. */
import type { RecordedEvent } from '@oss/event-store';
import {
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  isShareEvent,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
  type SettlementFacts,
  type ShareSettled,
} from '@oss/settlement';

export class CaseFacts {
  #recorded: DischargeRecorded | null = null;
  readonly #shares: ShareSettled[] = [];
  #completed: SettlementCompleted | null = null;
  #completedAt: string | null = null;
  readonly events: RecordedEvent[] = [];

  constructor(
    readonly settlementId: string,
    readonly attempt: number,
  ) {}

  /** Takes an event of the case, in order. @returns whether it was the completion */
  take(event: RecordedEvent): boolean {
    this.events.push(event);
    if (event.type === DISCHARGE_RECORDED) this.#recorded = event.data as DischargeRecorded;
    else if (isShareEvent(event.type)) this.#shares.push(event.data as ShareSettled);
    else if (event.type === SETTLEMENT_COMPLETED) {
      this.#completed = event.data as SettlementCompleted;
      this.#completedAt = event.recordedAt;
      return true;
    }
    return false;
  }

  /** The facts, or null while the case has not entered its benefit year. */
  get facts(): SettlementFacts | null {
    if (this.#recorded === null) return null;
    return { recorded: this.#recorded, shares: this.#shares, completed: this.#completed, completedAt: this.#completedAt };
  }

  /** True when nothing of a completed case was missed. */
  get isWhole(): boolean {
    return this.#completed !== null && this.#recorded !== null && this.#shares.length === this.#recorded.snapshot.chain.length;
  }
}

/** Case and attempt that an event of a benefit year belongs to. */
export function caseOf(event: RecordedEvent): { readonly settlementId: string; readonly attempt: number } {
  return event.data as { settlementId: string; attempt: number };
}
