/** An event as it stands in the log; its data is parsed on first use, or is the live object that was just appended. */
import type { RecordedEvent } from './event-store';

/** `data` is an accessor of the class: read it, do not spread the event (`{ ...event }` would lose it). */
export class Recorded implements RecordedEvent {
  #data: unknown;

  constructor(
    readonly position: bigint,
    readonly stream: string,
    readonly revision: number,
    readonly id: string,
    readonly type: string,
    readonly text: string,
    readonly recordedAt: string,
    readonly hash: string,
    readonly due: string | undefined,
    readonly trace: string | undefined,
    data?: unknown,
  ) {
    this.#data = data;
  }

  get data(): unknown {
    return (this.#data ??= JSON.parse(this.text));
  }
}
