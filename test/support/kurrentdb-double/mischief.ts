/**
 * FOR TESTS ALONE. How a persistent subscription hands its messages over: as they come, or as badly as "at least once, in no
 * order" allows: each twice, the second time as a rule to another consumer, both late and crossed with others.
 */
import { seeded } from '../seeded';
import type { Consumer, Deliver, Message } from './group';

export const directly: Deliver = (message, to) => to.send(message);

/** Latest first delivery, and how long after that at most the second one comes. */
const MOST_LATE_MS = 20;
const SECOND_MS = 60;

export function twiceAndCrossed(seed: number): Deliver {
  const random = seeded(seed);
  const later = (ms: number, message: Message, to: Consumer, all: readonly Consumer[]): void => {
    setTimeout(() => all.includes(to) && to.send(message), ms);
  };
  return (message, to, all) => {
    const first = random.whole(0, MOST_LATE_MS);
    later(first, message, to, all);
    later(first + random.whole(0, SECOND_MS), message, random.pick(all), all);
  };
}
