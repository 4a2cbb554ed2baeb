/** Finds a settlement in the log: its acceptance by its id, and from there the person's year. */
import { type EventReader, NO_HEAD, type RecordedEvent } from '@oss/event-store';
import {
  benefitYearStream,
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  encounterStream,
  isShareEvent,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
} from '@oss/settlement';

/** The log does not hold what was asked for; the message says what to do. */
export class NotInLog extends Error {
  override readonly name = 'NotInLog';
}

export interface FoundSettlement {
  /** The benefit year's stream. */
  readonly stream: string;
  readonly attempt: number;
  readonly acceptance: RecordedEvent<DischargeAccepted>;
  /** Null while the case is on its way. */
  readonly recorded: RecordedEvent<DischargeRecorded> | null;
  readonly shares: readonly RecordedEvent[];
  readonly completed: RecordedEvent<SettlementCompleted> | null;
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
    if (attempt === undefined || accepted.data.attempt === attempt) acceptance = accepted;
  }
  if (acceptance === null) {
    const which = attempt === undefined ? settlementId : `${settlementId}, attempt ${attempt},`;
    throw new NotInLog(`the log holds no settlement ${which}${knownAt === undefined ? '' : ` at ${knownAt}`}: look up its id`);
  }
  return factsOf(reader, acceptance, known);
}

async function factsOf(
  reader: EventReader,
  acceptance: RecordedEvent<DischargeAccepted>,
  known: (event: RecordedEvent) => boolean,
): Promise<FoundSettlement> {
  const { settlementId, attempt, personKey, care } = acceptance.data;
  const stream = benefitYearStream(personKey, care.dischargedOn);
  let recorded: RecordedEvent<DischargeRecorded> | null = null;
  let completed: RecordedEvent<SettlementCompleted> | null = null;
  let previous = NO_HEAD.hash;
  let before = NO_HEAD.hash;
  const shares: RecordedEvent[] = [];
  for await (const event of reader.readStream(stream)) {
    if (!known(event)) break;
    const data = event.data as { settlementId?: string; attempt?: number };
    if (data.settlementId === settlementId && data.attempt === attempt) {
      if (event.type === DISCHARGE_RECORDED) recorded = event as RecordedEvent<DischargeRecorded>;
      if (isShareEvent(event.type)) shares.push(event);
      if (event.type === SETTLEMENT_COMPLETED) [completed, previous] = [event as RecordedEvent<SettlementCompleted>, before];
    }
    before = event.hash;
  }
  return { stream, attempt, acceptance, recorded, shares, completed, previous };
}
