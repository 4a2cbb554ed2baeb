/**
 * Finds a settlement in the log: its acceptance by its id, and from there the person's year, read from its beginning, so that
 * an attempt stands beside the one that it replaced and the reversal that ended it.
 */
import { type EventReader, NO_HEAD, type RecordedEvent } from '@oss/event-store';
import {
  benefitYearStream,
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  encounterStream,
  isShareEvent,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementFacts,
  type SettlementReversed,
  type ShareSettled,
} from '@oss/settlement';

/** The log does not hold what was asked for; the message says what to do. */
export class NotInLog extends Error {
  override readonly name = 'NotInLog';
}

export interface FoundSettlement {
  /** The benefit year's stream. */
  readonly stream: string;
  readonly attempt: number;
  /** The acceptance whose bill the attempt settles. */
  readonly acceptance: RecordedEvent<DischargeAccepted>;
  /** Null while the case has not entered its benefit year. */
  readonly facts: SettlementFacts | null;
  /** Null while the attempt is on its way. */
  readonly completion: RecordedEvent<SettlementCompleted> | null;
  /** Hash of the event before the completion. */
  readonly previous: string;
}

/**
 * @param attempt default the last one
 * @param knownAt only what was recorded up to this instant (RFC 3339 UTC)
 * @throws NotInLog when there is no such settlement
 */
export async function findSettlement(
  reader: EventReader,
  settlementId: string,
  attempt?: number,
  knownAt?: string,
): Promise<FoundSettlement> {
  const known = ({ recordedAt }: RecordedEvent): boolean => knownAt === undefined || recordedAt <= knownAt;
  let acceptance: RecordedEvent<DischargeAccepted> | null = null;
  for await (const event of reader.readStream(encounterStream(settlementId))) {
    if (event.type !== DISCHARGE_ACCEPTED || !known(event)) continue;
    const accepted = event as RecordedEvent<DischargeAccepted>;
    if (attempt === undefined || accepted.data.attempt <= attempt) acceptance = accepted;
  }
  if (acceptance !== null) {
    const { personKey, care } = acceptance.data;
    const stream = benefitYearStream(personKey, care.dischargedOn);
    const attempts = await AttemptsOfCase.read(reader, stream, settlementId, known);
    const wanted = attempt ?? attempts.last(acceptance.data.attempt);
    if (wanted === acceptance.data.attempt || attempts.has(wanted)) return attempts.found(wanted, acceptance, stream);
  }
  const which = attempt === undefined ? settlementId : `${settlementId}, attempt ${attempt},`;
  throw new NotInLog(`the log holds no settlement ${which}${knownAt === undefined ? '' : ` at ${knownAt}`}: look up its id`);
}

interface Attempt {
  readonly recorded: DischargeRecorded | ResettlementOpened;
  readonly shares: ShareSettled[];
  completion: RecordedEvent<SettlementCompleted> | null;
  previous: string;
  reversed: { readonly fact: SettlementReversed; readonly at: string } | null;
}

class AttemptsOfCase {
  readonly #attempts = new Map<number, Attempt>();
  /** Cases that each correction of the year has completed. */
  readonly #settledAgain = new Map<string, number>();

  static async read(
    reader: EventReader,
    stream: string,
    settlementId: string,
    known: (event: RecordedEvent) => boolean,
  ): Promise<AttemptsOfCase> {
    const attempts = new AttemptsOfCase();
    let previous = NO_HEAD.hash;
    for await (const event of reader.readStream(stream)) {
      if (!known(event)) break;
      attempts.#countCorrection(event);
      if ((event.data as { settlementId?: string }).settlementId === settlementId) attempts.#take(event, previous);
      previous = event.hash;
    }
    return attempts;
  }

  has(attempt: number): boolean {
    return this.#attempts.has(attempt);
  }

  last(accepted: number): number {
    return Math.max(accepted, ...this.#attempts.keys());
  }

  found(attempt: number, acceptance: RecordedEvent<DischargeAccepted>, stream: string): FoundSettlement {
    const found = this.#attempts.get(attempt);
    if (found === undefined) return { stream, attempt, acceptance, facts: null, completion: null, previous: NO_HEAD.hash };
    const { recorded, shares, completion, previous, reversed } = found;
    const completed = completion?.data ?? null;
    const completedAt = completion?.recordedAt ?? null;
    const replaces = 'supersedes' in recorded ? this.#lastCompletedBefore(attempt) : null;
    const facts = { recorded, shares, completed, completedAt, reversed, replaces, resettling: this.#isResettling(recorded) };
    return { stream, attempt, acceptance, facts, completion, previous };
  }

  #take(event: RecordedEvent, previous: string): void {
    const { attempt } = event.data as { attempt: number };
    if (event.type === DISCHARGE_RECORDED || event.type === RESETTLEMENT_OPENED) {
      const recorded = event.data as DischargeRecorded | ResettlementOpened;
      this.#attempts.set(attempt, { recorded, shares: [], completion: null, previous: NO_HEAD.hash, reversed: null });
      return;
    }
    const found = this.#attempts.get(attempt);
    if (found === undefined) return;
    if (isShareEvent(event.type)) found.shares.push(event.data as ShareSettled);
    else if (event.type === SETTLEMENT_COMPLETED) {
      found.completion = event as RecordedEvent<SettlementCompleted>;
      found.previous = previous;
    } else if (event.type === SETTLEMENT_REVERSED) {
      found.reversed = { fact: event.data as SettlementReversed, at: event.recordedAt };
    }
  }

  #countCorrection({ type, data }: RecordedEvent): void {
    const id = type === SETTLEMENT_COMPLETED ? (data as SettlementCompleted).correction?.id : undefined;
    if (id !== undefined) this.#settledAgain.set(id, (this.#settledAgain.get(id) ?? 0) + 1);
  }

  #isResettling(recorded: DischargeRecorded | ResettlementOpened): boolean {
    if (!('correction' in recorded)) return false;
    const { id, size } = recorded.correction;
    return (this.#settledAgain.get(id) ?? 0) < size;
  }

  #lastCompletedBefore(attempt: number): SettlementCompleted | null {
    const earlier = [...this.#attempts].filter(([number, { completion }]) => number < attempt && completion !== null);
    return earlier.at(-1)?.[1].completion?.data ?? null;
  }
}
