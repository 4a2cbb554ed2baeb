/**
 * All attempts of one accepted discharge, read back from its benefit year: the first recording, what corrections made of
 * it, and whether the correction that opened the last attempt has ended.
 */
import { RESETTLEMENT_OPENED, type ResettlementOpened, SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED } from '../year/events';
import { caseKey } from '../year/benefit-year';
import { CaseFacts, caseOf, type YearFact } from './case-facts';

/** Which attempts rest on an acceptance: from its own up to that of the corrected bill that replaced it. */
export interface AttemptRange {
  readonly first: number;
  /** Infinity where no corrected bill followed. */
  readonly below: number;
}

/** Whether a fact of the year has to do with a case: it is its own, or may belong to a correction that settles it again. */
export function concernsCase(settlementId: string, fact: YearFact): boolean {
  return CORRECTION_TYPES.has(fact.type) || isOf(settlementId, fact);
}

export class CaseAttempts<E extends YearFact = YearFact> {
  readonly #attempts = new Map<number, CaseFacts<E>>();

  /** @param facts those of the year that concern the case, in order; from its acceptance on is enough */
  constructor(
    readonly settlementId: string,
    private readonly range: AttemptRange,
    facts: readonly E[],
  ) {
    for (const fact of facts) if (isOf(settlementId, fact)) this.#take(fact);
    this.#relate(facts);
  }

  has(attempt: number): boolean {
    return this.#attempts.has(attempt);
  }

  /** The facts of an attempt, default the last; those of an attempt that is not recorded yet are empty. */
  facts(attempt: number = this.last): CaseFacts<E> {
    return this.#attempts.get(attempt) ?? new CaseFacts(this.settlementId, attempt);
  }

  get last(): number {
    return Math.max(this.range.first, ...this.#attempts.keys());
  }

  /** All facts of all attempts, in no particular order. */
  get events(): readonly E[] {
    return [...this.#attempts.values()].flatMap((facts) => facts.events);
  }

  #take(event: E): void {
    const { attempt } = caseOf(event);
    if (attempt < this.range.first || attempt >= this.range.below) return;
    const facts = this.#attempts.get(attempt) ?? new CaseFacts<E>(this.settlementId, attempt);
    this.#attempts.set(attempt, facts);
    facts.take(event);
  }

  /** Tells each attempt what it replaces, and the last one whether its correction still runs. */
  #relate(events: readonly E[]): void {
    let completed = null;
    for (const [, facts] of [...this.#attempts].sort(([a], [b]) => a - b)) {
      const { correction } = facts;
      if (correction !== null) facts.within({ replaces: completed, resettling: runs(correction, events) });
      completed = facts.completed ?? completed;
    }
  }
}

const CORRECTION_TYPES: ReadonlySet<string> = new Set([RESETTLEMENT_OPENED, SETTLEMENT_COMPLETED, SETTLEMENT_REVERSED]);

/** Most facts of a year are other cases', and need not be parsed to tell. */
function isOf(settlementId: string, fact: YearFact): boolean {
  return fact.text.includes(settlementId) && caseOf(fact).settlementId === settlementId;
}

/** Whether a case that the correction opened is neither completed nor reversed since. */
function runs(correction: string, events: readonly YearFact[]): boolean {
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
