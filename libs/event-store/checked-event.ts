/** Events on their way into a store, after everything that a store refuses has been refused. */

/** An event that may be appended: id in lower case, data as canonical text. */
export interface CheckedEvent {
  readonly id: string;
  readonly type: string;
  readonly text: string;
  readonly data: object;
  readonly due: string | undefined;
  readonly trace: string | undefined;
}

/** The beginning of a stream that does not exist yet, made ready: nothing stands before it, so its hash is known before it is written. */
export interface Draft {
  readonly stream: string;
  readonly events: readonly CheckedEvent[];
  /** The instant that its events are sealed with, milliseconds since 1970. */
  readonly at: number;
  /** Hash of its last event. */
  readonly hash: string;
}
