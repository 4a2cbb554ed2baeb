/**
 * Expected revisions and repeated appends, with KurrentDB's meaning: a revision that does not match is forgiven when the
 * very same ids already stand where they would have been written. Ids alone are compared, never content.
 */
import type { ExpectedRevision } from './event-store';

/** With `any` and `stream_exists` a repeat is looked for among so many of the stream's last events. */
export const REPEAT_WINDOW = 256;

/** Write; refuse; or the events already stand from revision `repeats` on. */
export type Verdict = 'write' | 'refuse' | { readonly repeats: number };

/**
 * @param current the stream's last revision, -1 when there is none
 * @param idsFrom ids of the stream from a revision on, at most so many
 */
export function judge(
  expected: ExpectedRevision,
  current: number,
  events: readonly { readonly id: string }[],
  idsFrom: (revision: number, most: number) => readonly string[],
): Verdict {
  if (expected === 'stream_exists' && current < 0) return 'refuse';
  if (expected === 'any' || expected === 'stream_exists') return judgeAnywhere(current, events, idsFrom);
  const revision = expected === 'no_stream' ? -1 : expected;
  if (revision === current) return 'write';
  if (revision > current || events.length === 0) return 'refuse';
  const standing = idsFrom(revision + 1, events.length);
  return standsAt(standing, 0, events) ? { repeats: revision + 1 } : 'refuse';
}

function judgeAnywhere(
  current: number,
  events: readonly { readonly id: string }[],
  idsFrom: (revision: number, most: number) => readonly string[],
): Verdict {
  const first = events[0];
  if (!first || current < 0) return 'write';
  const from = Math.max(0, current + 1 - REPEAT_WINDOW);
  const standing = idsFrom(from, REPEAT_WINDOW);
  let seen = false;
  for (let at = standing.indexOf(first.id); at >= 0; at = standing.indexOf(first.id, at + 1)) {
    if (standsAt(standing, at, events)) return { repeats: from + at };
    seen = true;
  }
  // The first id stands but not all of them: something else was made of this decision.
  return seen ? 'refuse' : 'write';
}

function standsAt(standing: readonly string[], at: number, events: readonly { readonly id: string }[]): boolean {
  return events.every(({ id }, i) => standing[at + i] === id);
}
