/**
 * What must wait. A correction that settles cases again is published at once, after its last completion: until then every
 * fact of that benefit year is held back, by the revision of the first of them. Pure, and small: a stream that holds nothing
 * is forgotten. Years of other persons never wait.
 */
import type { Filter, RecordedEvent } from '@oss/event-store';
import {
  BENEFIT_YEAR_PREFIX,
  caseKey,
  DISCHARGE_RECORDED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
} from '@oss/settlement';

/** Facts that are published. */
export const PUBLISHED_FACTS: readonly string[] = [
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  YEAR_END_SETTLED,
  YEAR_END_REVERSED,
];
/** Facts that the relay reads: a recorded discharge tells that a year-end settlement was taken back for it alone. */
export const RELAYED_FACTS: readonly string[] = [...PUBLISHED_FACTS, DISCHARGE_RECORDED];

export const RELAYED: Filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: RELAYED_FACTS };

/** What to publish after an event: facts of its stream from this revision on, up to the event; null: nothing yet. */
export type Release = number | null;

export interface HeldStream {
  readonly stream: string;
  readonly from: number;
  readonly since: string;
  readonly awaits: readonly string[];
}

interface Held {
  readonly from: number;
  /** When the first of its facts was recorded. */
  readonly since: string;
  /** Attempts that a correction opened and that have neither completed nor been reversed. */
  readonly awaited: Set<string>;
}

export class Holds {
  readonly #held = new Map<string, Held>();

  /** Streams that are held back: from which revision, since when, and which attempts (as `caseKey` writes them) they wait for. */
  list(): HeldStream[] {
    return [...this.#held].map(([stream, { from, since, awaited }]) => ({ stream, from, since, awaits: [...awaited] }));
  }

  /** Follows the log by one event of RELAYED_FACTS. */
  take(event: RecordedEvent): Release {
    const { stream, revision, type, recordedAt } = event;
    const held = this.#held.get(stream) ?? { from: revision, since: recordedAt, awaited: new Set<string>() };
    if (type === SETTLEMENT_REVERSED) {
      const { settlementId, attempt, superseded } = event.data as SettlementReversed;
      held.awaited.delete(caseKey(settlementId, attempt));
      if (superseded) held.awaited.add(caseKey(settlementId, attempt + 1));
    } else if (type === SETTLEMENT_COMPLETED) {
      const { settlementId, attempt } = event.data as SettlementCompleted;
      held.awaited.delete(caseKey(settlementId, attempt));
    }
    // Year-end settlements are taken back in one append with what asks for it: the next fact says what that is.
    if (type === YEAR_END_REVERSED || held.awaited.size > 0) {
      this.#held.set(stream, held);
      return null;
    }
    this.#held.delete(stream);
    return held.from;
  }
}
