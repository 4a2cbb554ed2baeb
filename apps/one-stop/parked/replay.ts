/** Delivers parked events again and waits a while to see what comes of it: who has mended something wants to know. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ParkedItem, ParkedList, Replayed, ReplayOrder } from '@oss/host';
import type { ParkedDesk } from './desk';

const LOOK_MS = 200;
/**
 * KurrentDB takes an event off its list when it delivers it, and parks it again after the last attempt (some 750 ms after the
 * first): a list that stays as it is for longer is believed.
 */
const BELIEVED_AFTER_MS = 2_000;

/** Of the events delivered: off the list now, and parked again. Neither: still in hand. */
export interface Outcome {
  readonly offTheList: number;
  readonly parkedAgain: number;
}

export interface ReplayReport {
  readonly replayed: readonly Replayed[];
  /** Null where nothing was delivered, or more is parked than a list shows. */
  readonly outcome: Outcome | null;
  /** The list as it stands now. */
  readonly left: ParkedList;
}

/** @param waitMs how long at most to watch what becomes of them; more than it takes to believe the list */
export async function replayAndWatch(desk: ParkedDesk, order: ReplayOrder, waitMs: number): Promise<ReplayReport> {
  const before = await desk.list(order.subscription);
  if (before.total === 0) return { replayed: [], outcome: null, left: before };
  const replayed = await desk.replay(order);
  const delivered = deliveredOf(replayed);
  if (delivered === 0 || before.total > before.items.length)
    return { replayed, outcome: null, left: await desk.list(order.subscription) };
  return { replayed, ...(await watch(desk, order.subscription, before, delivered, waitMs)) };
}

export function deliveredOf(replayed: readonly Replayed[]): number {
  return replayed.reduce((sum, each) => sum + each.delivered, 0);
}

async function watch(
  desk: ParkedDesk,
  subscription: string | undefined,
  before: ParkedList,
  delivered: number,
  waitMs: number,
): Promise<{ outcome: Outcome; left: ParkedList }> {
  const until = performance.now() + waitMs;
  let seen: Outcome | null = null;
  for (let since = performance.now(); ; await pause(LOOK_MS)) {
    const left = await desk.list(subscription);
    const outcome = compare(before, left, delivered);
    const now = performance.now();
    if (outcome.offTheList !== seen?.offTheList || outcome.parkedAgain !== seen.parkedAgain) since = now;
    seen = outcome;
    const isOver = outcome.offTheList + outcome.parkedAgain === delivered && now - since >= BELIEVED_AFTER_MS;
    if (isOver || outcome.parkedAgain === delivered || now >= until) return { outcome, left };
  }
}

/** What became of the entries listed before; what is parked only now is none of them. */
function compare(before: ParkedList, now: ParkedList, delivered: number): Outcome {
  const listed = new Map(now.items.map((item) => [keyOf(item), item]));
  const there = before.items.flatMap((item) => {
    const entry = listed.get(keyOf(item));
    return entry === undefined ? [] : [{ isAgain: entry.attempts !== item.attempts || entry.parkedAt !== item.parkedAt }];
  });
  const offTheList = Math.min(delivered, before.items.length - there.length);
  return { offTheList, parkedAgain: there.filter(({ isAgain }) => isAgain).length };
}

const keyOf = ({ position, subscription }: ParkedItem): string => `${subscription}/${position}`;
