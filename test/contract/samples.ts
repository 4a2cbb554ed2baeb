/** Small events, and patience without clocks: tests wait for a condition, never for a length of time. */
import { randomUUID } from 'node:crypto';
import type { NewEvent } from '@oss/event-store';

export function sample(n = 0, more: Partial<NewEvent> = {}): NewEvent {
  return { id: randomUUID(), type: 'Sampled', data: { n }, ...more };
}

export function samples(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, n) => sample(n));
}

/** A promise with its handle, for handlers that wait to be let go. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Polls until the condition holds; the test's own time limit is the only clock. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}
