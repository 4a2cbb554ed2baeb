/**
 * Parked events as an operator sees them: what a subscription gave up on, and that it is delivered again. No content of an
 * event is shown, and what looks like an id number is struck out of the error.
 */
import type { EventReader, EventStore } from '@oss/event-store';
import type { Logger } from 'pino';
import { withoutIdNumbers } from '../logging';
import { Problem } from '../problem';

/** Most entries of one list. */
const MAX_LISTED = 1_000;

export interface ParkedItem {
  readonly subscription: string;
  readonly stream: string;
  readonly revision: number;
  /** Decimal digits: the place in the whole log. */
  readonly position: string;
  /** Of the event. */
  readonly id: string;
  readonly type: string;
  /** In all its lives: a replay that fails adds its own. */
  readonly attempts: number;
  readonly error: string;
  readonly parkedAt: string;
}

export interface ParkedList {
  readonly total: number;
  /** In the order of the log, the first 1 000. */
  readonly items: readonly ParkedItem[];
}

export interface ReplayOrder {
  /** Absent: every subscription that has parked something. */
  readonly subscription?: string | undefined;
  /** Who does this; logged. */
  readonly operatorCode: string;
}

/** What became of one subscription's parked events. */
export interface Replayed {
  readonly subscription: string;
  readonly parked: number;
  /** Handed over to be handled; 0: nobody in reach handles that subscription now. A store takes so many at once, see there. */
  readonly delivered: number;
}

/** @param subscription absent: of all */
export async function listParkedEvents(store: EventReader, subscription?: string): Promise<ParkedList> {
  const parked = await store.listParked(subscription);
  const items = parked.slice(0, MAX_LISTED).map(({ error, id, position, ...entry }) => ({
    subscription: entry.subscription,
    stream: entry.stream,
    revision: entry.revision,
    position: String(position),
    id,
    type: entry.type,
    attempts: entry.attempts,
    error: withoutIdNumbers(error),
    parkedAt: entry.parkedAt,
  }));
  return { total: parked.length, items };
}

/**
 * Delivers what is parked again; whether it is handled shows in the list. Who asked is logged.
 * @throws Problem `invalid-body` when the operator's code holds an id number: it would stand in the log
 */
export async function replayParkedEvents(store: EventStore, logger: Logger, order: ReplayOrder): Promise<readonly Replayed[]> {
  const { operatorCode, subscription: named } = order;
  if (withoutIdNumbers(operatorCode) !== operatorCode) {
    const fields = [{ path: 'operatorCode', message: 'must not hold an id number: it is logged' }];
    throw new Problem('invalid-body', 'an id number must not be logged', { fields });
  }
  const counts = new Map<string, number>();
  for (const { subscription } of await store.listParked(named)) counts.set(subscription, (counts.get(subscription) ?? 0) + 1);
  const replayed: Replayed[] = [];
  for (const [subscription, parked] of counts) {
    const delivered = await store.replayParked(subscription);
    logger.info({ operatorCode, subscription, parked, delivered }, 'parked events were asked for again');
    replayed.push({ subscription, parked, delivered });
  }
  return replayed;
}
