/**
 * FOR TESTS ALONE. The memory of the KurrentDB double: one log, its streams, what the real server promises of an append.
 * Written from the server's published behaviour: expected revisions, idempotence by event id, stream metadata
 * ($maxCount, $tb), deletion and tombstones. Positions grow by the size of a record, so that nobody may count them.
 */
import { EventEmitter } from 'node:events';

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface StoredEvent extends ProposedEvent {
  /** Commit and prepare position: equal, as for every event that was not written in an explicit transaction. */
  readonly position: number;
  /** The position behind the record. */
  readonly next: number;
  readonly stream: string;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

export type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

export type AppendOutcome =
  | { readonly kind: 'success'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong version'; readonly current: number }
  | { readonly kind: 'deleted' }
  /** A repeat of what was written but is not in the index yet: the server drops it. */
  | { readonly kind: 'not ready' }
  | { readonly kind: 'too large' };

/** The server's default `MaxAppendSize`. */
export const MAX_APPEND_BYTES = 1_048_576;
/** The first records of a real log are the server's own. */
const FIRST_POSITION = 1_870;
const RECORD_BYTES = 171;
const INDEXED_AFTER_MS = 50;
const SOFT_DELETED = 9_223_372_036_854_775_807;

interface StreamState {
  readonly events: StoredEvent[];
  tombstoned: boolean;
}

export class Log extends EventEmitter<{ appended: [] }> {
  readonly all: StoredEvent[] = [];
  readonly #streams = new Map<string, StreamState>();
  /** The last event with an id, as the server's cache of committed events has it. */
  readonly #committed = new Map<string, StoredEvent>();
  #end = FIRST_POSITION;

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): AppendOutcome {
    const state = this.#streams.get(stream);
    if (state?.tombstoned) return { kind: 'deleted' };
    const bytes = events.reduce((sum, { data, metadata, type }) => sum + data.length + metadata.length + 2 * type.length, 0);
    if (bytes > MAX_APPEND_BYTES) return { kind: 'too large' };
    const current = state ? state.events.length - 1 : -1;
    const verdict = this.#check(stream, expected, current, events);
    if (verdict === 'wrong') return { kind: 'wrong version', current };
    if (typeof verdict === 'number') {
      if (Date.now() - state!.events[verdict]!.created < INDEXED_AFTER_MS) return { kind: 'not ready' };
      return { kind: 'success', revision: verdict, position: state!.events[verdict]!.position };
    }
    if (state && this.#truncatedBefore(stream) === SOFT_DELETED) this.#writeMetadata(stream, { $tb: current + 1 });
    this.#write(stream, events);
    this.emit('appended');
    const last = this.#streams.get(stream)?.events.at(-1);
    return { kind: 'success', revision: last?.revision ?? -1, position: last?.position ?? this.#end };
  }

  /** What can be read of a stream, in order; null when there is nothing, or nothing left. */
  visible(stream: string): readonly StoredEvent[] | 'tombstoned' | null {
    const state = this.#streams.get(stream);
    if (!state) return null;
    if (state.tombstoned) return 'tombstoned';
    const { $maxCount } = this.#metadata(stream);
    const first = Math.max(this.#truncatedBefore(stream), $maxCount === undefined ? 0 : state.events.length - $maxCount);
    if (first === SOFT_DELETED) return null;
    return state.events.slice(Math.min(first, state.events.length));
  }

  /** The event that a link points at, `revision@stream`; null when it cannot be read any more. */
  resolve(link: StoredEvent): StoredEvent | null {
    const [revision, ...rest] = Buffer.from(link.data).toString('utf8').split('@');
    const events = this.visible(rest.join('@'));
    if (events === null || events === 'tombstoned') return null;
    return events.find((event) => event.revision === Number(revision)) ?? null;
  }

  /** Hides what stands before a revision, as the server does with the parked messages that it has replayed. */
  truncate(stream: string, before: number): void {
    this.#writeMetadata(stream, { ...this.#metadata(stream), $tb: before });
  }

  /** A deleted stream may be written again; its revisions go on. */
  softDelete(stream: string): void {
    this.#writeMetadata(stream, { ...this.#metadata(stream), $tb: SOFT_DELETED });
  }

  /** A tombstone is for ever. */
  tombstone(stream: string): void {
    const state = this.#streams.get(stream) ?? { events: [], tombstoned: false };
    state.tombstoned = true;
    this.#streams.set(stream, state);
  }

  /** No server can take a tombstone back: it stands for "the step that set it was not reached". */
  bringBack(stream: string): void {
    this.#streams.get(stream)!.tombstoned = false;
  }

  /**
   * What somebody with the server's files in his hands may do: another text in an event's data, or (null) no event at all.
   * @returns what takes it back
   */
  forge(event: StoredEvent, change: ((data: string) => string) | null): () => void {
    const lists = [this.all, this.#streams.get(event.stream)!.events];
    const forged = change && { ...event, data: Buffer.from(change(Buffer.from(event.data).toString('utf8'))) };
    const places = lists.map((list) => list.indexOf(event));
    lists.forEach((list, i) => list.splice(places[i]!, 1, ...(forged ? [forged] : [])));
    return () => lists.forEach((list, i) => list.splice(places[i]!, forged ? 1 : 0, event));
  }

  lastRevision(stream: string): number {
    return (this.#streams.get(stream)?.events.length ?? 0) - 1;
  }

  /** Where the next record will stand. */
  get end(): number {
    return this.#end;
  }

  /** Index in `all` of the first event at or behind a position. */
  indexFrom(position: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The real server refuses a position at which no record begins or ends: it would read into the middle of one. */
  isPosition(position: number): boolean {
    const at = this.all[this.indexFrom(position)];
    return position === 0 || position === this.#end || at?.position === position;
  }

  #check(stream: string, expected: Expected, current: number, events: readonly ProposedEvent[]): 'write' | 'wrong' | number {
    if (expected === 'stream_exists' && current < 0) return 'wrong';
    if (expected === 'any' || expected === 'stream_exists') return this.#checkAnywhere(stream, events);
    const revision = expected === 'no_stream' ? -1 : expected;
    if (revision === current) return 'write';
    if (revision > current) return 'wrong';
    if (revision === -1 && this.#truncatedBefore(stream) === SOFT_DELETED) return 'write';
    const standing = this.#streams.get(stream)!.events;
    if (events.length === 0) return 'wrong';
    const repeated = events.every(({ id }, i) => standing[revision + 1 + i]?.id === id);
    return repeated ? revision + events.length : 'wrong';
  }

  #checkAnywhere(stream: string, events: readonly ProposedEvent[]): 'write' | 'wrong' | number {
    let last = -1;
    for (const [i, { id }] of events.entries()) {
      const standing = this.#committed.get(id);
      if (standing?.stream !== stream) return i === 0 ? 'write' : 'wrong';
      last = standing.revision;
    }
    return events.length === 0 ? 'write' : last;
  }

  #write(stream: string, events: readonly ProposedEvent[]): void {
    if (events.length === 0) return;
    const state = this.#streams.get(stream) ?? { events: [], tombstoned: false };
    this.#streams.set(stream, state);
    for (const event of events) {
      const next = this.#end + RECORD_BYTES + event.data.length + event.metadata.length + stream.length;
      const stored = { ...event, position: this.#end, next, stream, revision: state.events.length, created: Date.now() };
      this.#end = next;
      state.events.push(stored);
      this.all.push(stored);
      this.#committed.set(event.id, stored);
    }
  }

  #writeMetadata(stream: string, metadata: object): void {
    const data = Buffer.from(JSON.stringify(metadata));
    const id = crypto.randomUUID();
    this.#write(`$$${stream}`, [{ id, type: '$metadata', isJson: true, data, metadata: new Uint8Array() }]);
    this.emit('appended');
  }

  #metadata(stream: string): { $maxCount?: number; $tb?: number } {
    const last = this.#streams.get(`$$${stream}`)?.events.at(-1);
    return last ? (JSON.parse(Buffer.from(last.data).toString('utf8')) as { $maxCount?: number; $tb?: number }) : {};
  }

  #truncatedBefore(stream: string): number {
    return this.#metadata(stream).$tb ?? 0;
  }
}
