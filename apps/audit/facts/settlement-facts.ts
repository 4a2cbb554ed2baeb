/**
 * Finds a settlement in the log: its acceptance by its id, and from there the person's year, read from its beginning, so that
 * an attempt stands beside the one that it replaced and the reversal that ended it.
 */
import { type EventReader, NO_HEAD, type RecordedEvent } from '@oss/event-store';
import {
  benefitYearStream,
  CaseAttempts,
  concernsCase,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  encounterStream,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
  type SettlementFacts,
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
    const { attempts, previous } = await attemptsIn(reader, stream, acceptance.data, known);
    const wanted = attempt ?? attempts.last;
    if (wanted === acceptance.data.attempt || attempts.has(wanted)) {
      const { facts, events } = attempts.facts(wanted);
      const completion = (events.find(({ type }) => type === SETTLEMENT_COMPLETED) ?? null) as FoundSettlement['completion'];
      const before = (completion && previous.get(completion.revision)) ?? NO_HEAD.hash;
      return { stream, attempt: wanted, acceptance, facts, completion, previous: before };
    }
  }
  const which = attempt === undefined ? settlementId : `${settlementId}, attempt ${attempt},`;
  throw new NotInLog(`the log holds no settlement ${which}${knownAt === undefined ? '' : ` at ${knownAt}`}: look up its id`);
}

/** All attempts of a case as they were known, and the hash before each completion of the year. */
async function attemptsIn(
  reader: EventReader,
  stream: string,
  { settlementId, attempt: first }: DischargeAccepted,
  known: (event: RecordedEvent) => boolean,
): Promise<{ attempts: CaseAttempts<RecordedEvent>; previous: ReadonlyMap<number, string> }> {
  const facts: RecordedEvent[] = [];
  const previous = new Map<number, string>();
  let last = NO_HEAD.hash;
  for await (const event of reader.readStream(stream)) {
    if (!known(event)) break;
    if (concernsCase(settlementId, event)) facts.push(event);
    if (event.type === SETTLEMENT_COMPLETED) previous.set(event.revision, last);
    last = event.hash;
  }
  return { attempts: new CaseAttempts(settlementId, { first, below: Infinity }, facts), previous };
}
