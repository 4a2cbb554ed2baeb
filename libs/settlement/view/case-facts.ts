/** The facts of one attempt, gathered from the benefit year as they pass by or are read back. */
import {
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  isShareEvent,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  type ShareSettled,
} from '../year/events';
import type { SettlementFacts } from './settlement-view';

/** A fact of a benefit year as its stream gives it. */
export interface YearFact {
  readonly type: string;
  readonly data: unknown;
  /** `data` as it is stored: looked through before it is parsed. */
  readonly text: string;
  /** RFC 3339 UTC. */
  readonly recordedAt: string;
}

/** What other facts of the year say of an attempt. */
export interface AttemptContext {
  /** The last completed attempt that this one replaces. */
  readonly replaces: SettlementCompleted | null;
  /** Whether the correction that opened it still settles cases. */
  readonly resettling: boolean;
}

export class CaseFacts<E extends YearFact = YearFact> {
  #recorded: DischargeRecorded | ResettlementOpened | null = null;
  readonly #shares: ShareSettled[] = [];
  #completed: SettlementCompleted | null = null;
  #completedAt: string | null = null;
  #reversed: { fact: SettlementReversed; at: string } | null = null;
  #context: AttemptContext = { replaces: null, resettling: false };
  readonly events: E[] = [];

  constructor(
    readonly settlementId: string,
    readonly attempt: number,
  ) {}

  /** Takes an event of the case, in order. @returns whether it ended the attempt: its completion or its reversal */
  take(event: E): boolean {
    this.events.push(event);
    if (event.type === DISCHARGE_RECORDED || event.type === RESETTLEMENT_OPENED) {
      this.#recorded = event.data as DischargeRecorded | ResettlementOpened;
    } else if (isShareEvent(event.type)) this.#shares.push(event.data as ShareSettled);
    else if (event.type === SETTLEMENT_COMPLETED) {
      this.#completed = event.data as SettlementCompleted;
      this.#completedAt = event.recordedAt;
      return true;
    } else if (event.type === SETTLEMENT_REVERSED) {
      this.#reversed = { fact: event.data as SettlementReversed, at: event.recordedAt };
      return true;
    }
    return false;
  }

  /** What only the rest of the year tells; facts that pass by live have none of it. */
  within(context: AttemptContext): this {
    this.#context = context;
    return this;
  }

  /** The facts, or null while the case has not entered its benefit year. */
  get facts(): SettlementFacts | null {
    if (this.#recorded === null) return null;
    const { replaces, resettling } = this.#context;
    return {
      recorded: this.#recorded,
      shares: this.#shares,
      completed: this.#completed,
      completedAt: this.#completedAt,
      reversed: this.#reversed,
      replaces,
      resettling,
    };
  }

  get completed(): SettlementCompleted | null {
    return this.#completed;
  }

  get reversed(): SettlementReversed | null {
    return this.#reversed?.fact ?? null;
  }

  /** The correction that opened this attempt, if one did. */
  get correction(): string | null {
    return this.#recorded !== null && 'correction' in this.#recorded ? this.#recorded.correction.id : null;
  }

  /** True when nothing of a completed attempt was missed. */
  get isWhole(): boolean {
    return this.#completed !== null && this.#recorded !== null && this.#shares.length === this.#recorded.snapshot.chain.length;
  }

  /** True when there is nothing to wait for: settled for good, or reversed. */
  get isFinal(): boolean {
    return this.#reversed !== null || (this.isWhole && !this.#context.resettling);
  }
}

/** Case and attempt that a fact of a benefit year belongs to. */
export function caseOf(event: YearFact): { readonly settlementId: string; readonly attempt: number } {
  return event.data as { settlementId: string; attempt: number };
}
