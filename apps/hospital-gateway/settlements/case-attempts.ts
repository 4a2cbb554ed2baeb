/**
 * All attempts of one accepted discharge, read back from its benefit year: the first recording, what corrections made of
 * it, and whether the correction that opened the last attempt has ended.
 */
import type { RecordedEvent } from '@oss/event-store';
import {
  caseKey,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
} from '@oss/settlement';
import { CaseFacts, caseOf } from './case-facts';

/** Which attempts rest on an acceptance: from its own up to that of the corrected bill that replaced it. */
export interface AttemptRange {
  readonly first: number;
  /** Infinity where no corrected bill followed. */
  readonly below: number;
}

export class CaseAttempts {
  readonly #attempts = new Map<number, CaseFacts>();

  private constructor(
    readonly settlementId: string,
    private readonly range: AttemptRange,
  ) {}

  /** @param backwards the year's events from its end back to the acceptance */
  static async read(settlementId: string, range: AttemptRange, backwards: AsyncIterable<RecordedEvent>): Promise<CaseAttempts> {
    const own: RecordedEvent[] = [];
    const others: RecordedEvent[] = [];
    for await (const event of backwards) {
      if (event.text.includes(settlementId) && caseOf(event).settlementId === settlementId) own.push(event);
      else if (CORRECTION_TYPES.has(event.type)) others.push(event);
    }
    const attempts = new CaseAttempts(settlementId, range);
    for (const event of own.reverse()) attempts.#take(event);
    attempts.#relate([...own, ...others]);
    return attempts;
  }

  /** The facts of an attempt, default the last; those of an attempt that is not recorded yet are empty. */
  facts(attempt: number = this.last): CaseFacts {
    return this.#attempts.get(attempt) ?? new CaseFacts(this.settlementId, attempt);
  }

  get last(): number {
    return Math.max(this.range.first, ...this.#attempts.keys());
  }

  /** All facts of all attempts, in no particular order. */
  get events(): readonly RecordedEvent[] {
    return [...this.#attempts.values()].flatMap((facts) => facts.events);
  }

  #take(event: RecordedEvent): void {
    const { attempt } = caseOf(event);
    if (attempt < this.range.first || attempt >= this.range.below) return;
    const facts = this.#attempts.get(attempt) ?? new CaseFacts(this.settlementId, attempt);
    this.#attempts.set(attempt, facts);
    facts.take(event);
  }

  /** Tells each attempt what it replaces, and the last one whether its correction still runs. */
  #relate(events: readonly RecordedEvent[]): void {
    let completed = null;
    for (const [, facts] of [...this.#attempts].sort(([a], [b]) => a - b)) {
      const { correction } = facts;
      if (correction !== null) facts.within({ replaces: completed, resettling: runs(correction, events) });
      completed = facts.completed ?? completed;
    }
  }
}

const CORRECTION_TYPES: ReadonlySet<string> = new Set([RESETTLEMENT_OPENED, SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED]);

/** Whether a case that the correction opened is neither completed nor reversed since. */
function runs(correction: string, events: readonly RecordedEvent[]): boolean {
  const open = new Set<string>();
  const ended = new Set<string>();
  for (const event of events) {
    const { settlementId, attempt } = caseOf(event);
    const key = caseKey(settlementId, attempt);
    if (event.type === SETTLEMENT_COMPLETED || event.type === SETTLEMENT_REVERSED) ended.add(key);
    else if (event.type === RESETTLEMENT_OPENED && (event.data as ResettlementOpened).correction.id === correction) open.add(key);
  }
  return [...open].some((key) => !ended.has(key));
}
