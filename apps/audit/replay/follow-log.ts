/** Facts as they come, read beside the running system: asks for what is new twice a second. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventReader, Filter, RecordedEvent } from '@oss/event-store';

const PAUSE_MS = 500;

export interface FollowedFacts {
  /** Position after which to begin; default the log's end now. */
  readonly after?: bigint;
  readonly filter?: Filter;
  /** Ends after so many; default never. */
  readonly limit?: number;
}

/** Yields events in the order of the log until the limit is reached or `signal` is aborted. */
export async function* followLog(reader: EventReader, facts: FollowedFacts, signal: AbortSignal): AsyncGenerator<RecordedEvent> {
  let after = facts.after ?? (await reader.headPosition()) ?? 0n;
  let left = facts.limit ?? Infinity;
  const filter = facts.filter === undefined ? {} : { filter: facts.filter };
  while (!signal.aborted && left > 0) {
    const head = (await reader.headPosition()) ?? 0n;
    for await (const event of reader.readAll({ after, ...filter })) {
      yield event;
      after = event.position;
      left -= 1;
      if (left === 0 || signal.aborted) return;
    }
    if (head > after) after = head;
    await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
