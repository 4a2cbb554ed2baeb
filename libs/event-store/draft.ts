/** Makes the beginning of a new stream ready to be written. */
import { checkedAppend } from './checked-append';
import type { Draft } from './checked-event';
import type { NewEvent } from './event-store';
import { NO_HEAD, seal } from './sealing';

/**
 * @param events at least one
 * @param at the clock, milliseconds since 1970
 * @throws InvalidEvent, AppendTooLarge
 */
export function drafted(stream: string, events: readonly NewEvent[], at: number): Draft {
  const checked = checkedAppend(stream, 'no_stream', events);
  return { stream, events: checked, at, hash: seal(NO_HEAD, stream, checked, at).at(-1)!.hash };
}
