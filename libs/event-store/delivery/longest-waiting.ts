/** Which parked events a bounded replay takes, so that those which fail again and again do not keep the others from their turn. */
import type { ParkedEvent } from '../event-store';

/** At most so many, those parked the longest ago first: what fails again goes to the end. */
export function longestWaiting(parked: readonly ParkedEvent[], most: number): ParkedEvent[] {
  return parked.toSorted((a, b) => (a.parkedAt < b.parkedAt ? -1 : Number(a.parkedAt > b.parkedAt))).slice(0, most);
}
