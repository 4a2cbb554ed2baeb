/**
 * Load, fold, decide, append at the revision it was decided on; on a conflict load and decide again, a bounded number of
 * times. Generic: it knows how to fold, not what. One decision at a time per stream in this process, streams side by side.
 */
import { LRUCache } from 'lru-cache';
import {
  AppendOutcomeUnknown,
  type AppendResult,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from './event-store';
import { PassingMap } from './passing-map';
import { resolveUnknownAppend } from './unknown-append';

export interface FoldDefinition<S> {
  initial(stream: string): S;
  /** Pure: answers the state after the event and leaves the given one as it is. */
  evolve(state: S, event: RecordedEvent): S;
  /** When the event carries a whole state: that state (after the event). Loading backwards stops there. */
  resume?(event: RecordedEvent): S | null;
}

/** Of a stream's last event, where there is one. */
type Revision = number | 'no_stream';

export interface Execution<S> {
  /** After the events. */
  readonly state: S;
  readonly revision: Revision;
  /** What was recorded; empty when the decision was to do nothing. */
  readonly events: readonly RecordedEvent[];
}

export interface RunnerOptions {
  /**
   * States kept, default 12 000, some 10 MB: who comes again is then seldom read again. A stale one costs a conflict, never a
   * wrong decision: the expected revision protects.
   */
  readonly cacheEntries?: number;
  /** How often a decision is taken again after a conflict, default 20. */
  readonly maxConflicts?: number;
}

/** Decisions that may wait for one stream; more are refused. */
const MAX_WAITING_PER_STREAM = 10_000;

/** A decision whose maker has already folded its events need not have them folded again. */
export interface Decision<S> {
  readonly events: readonly NewEvent[];
  /** The state after `events`. */
  readonly after: S;
}

/** Told when a step of an execution begins; what it answers is called when the step ends. */
export type StepWatch = (step: 'wait' | 'load' | 'decide' | 'append') => () => void;

type Decide<S> = (state: S) => readonly NewEvent[] | Decision<S>;

/** As `EventStore.append`. */
export type Append = (stream: string, expected: Revision, events: readonly NewEvent[]) => Promise<AppendResult>;

interface Loaded<S> {
  readonly state: S;
  /** Of the last event that it holds. */
  readonly revision: Revision;
}

export class DeciderRunner<S> {
  readonly #store: EventStore;
  readonly #fold: FoldDefinition<S>;
  readonly #cache: LRUCache<string, Loaded<S>>;
  readonly #maxConflicts: number;
  readonly #plainAppend: Append = (stream, expected, events) => this.#store.append(stream, expected, events);
  /** Streams in work, each with those who wait for it. */
  readonly #busy = new PassingMap<string, (() => void)[]>();

  constructor(store: EventStore, fold: FoldDefinition<S>, { cacheEntries = 12_000, maxConflicts = 20 }: RunnerOptions = {}) {
    this.#store = store;
    this.#fold = fold;
    this.#cache = new LRUCache({ max: cacheEntries });
    this.#maxConflicts = maxConflicts;
  }

  /**
   * @param decide pure; may be asked several times. What it throws reaches the caller, and nothing is written.
   * @param watch for whoever times the steps; usually absent
   * @param append instead of the store's own: for whoever writes something of another stream along with the decision
   * @throws WrongExpectedRevision after `maxConflicts` conflicts, and what `append` throws.
   */
  async execute(stream: string, decide: Decide<S>, watch?: StepWatch, append = this.#plainAppend): Promise<Execution<S>> {
    const queue = this.#busy.get(stream);
    if (queue) {
      const waited = watch?.('wait');
      if (queue.length >= MAX_WAITING_PER_STREAM)
        throw new Error(`${queue.length} decisions wait for ${stream}: try again later`);
      await new Promise<void>((resolve) => queue.push(resolve));
      waited?.();
    } else this.#busy.set(stream, []);
    try {
      return await this.#decideUntilRecorded(stream, decide, watch, append);
    } finally {
      const next = this.#busy.get(stream)!.shift();
      if (next) next();
      else this.#busy.delete(stream);
    }
  }

  /** The state now: read from the store when the cached one is older than the stream's last event. */
  async load(stream: string): Promise<Loaded<S>> {
    const cached = this.#cache.get(stream);
    return cached && (await this.#isCurrent(stream, cached.revision)) ? cached : this.#load(stream);
  }

  async #decideUntilRecorded(
    stream: string,
    decide: Decide<S>,
    watch: StepWatch | undefined,
    append: Append,
  ): Promise<Execution<S>> {
    for (let conflicts = 0; ; conflicts++) {
      const cached = this.#cache.get(stream);
      const loaded = cached ? undefined : watch?.('load');
      const { state, revision } = cached ?? (await this.#load(stream));
      loaded?.();
      const thought = watch?.('decide');
      let decided: readonly NewEvent[] | Decision<S>;
      try {
        decided = decide(state);
      } catch (refusal) {
        if (!cached || (await this.#isCurrent(stream, revision))) throw refusal;
        this.#cache.delete(stream);
        continue;
      } finally {
        thought?.();
      }
      // "Nothing to do", like a refusal, holds for the present only: a cached state is compared with the stream first.
      const { events, after } = 'events' in decided ? decided : { events: decided, after: undefined };
      if (events.length === 0) {
        if (!cached || (await this.#isCurrent(stream, revision))) return { state, revision, events: [] };
        this.#cache.delete(stream);
        continue;
      }
      const appended = watch?.('append');
      try {
        return this.#advance(stream, state, await this.#append(append, stream, revision, events), events, after);
      } catch (error) {
        // Refused for the sake of another stream: what is known of this one still holds.
        if (error instanceof WrongExpectedRevision && error.stream !== stream) throw error;
        this.#cache.delete(stream);
        if (!(error instanceof WrongExpectedRevision) || conflicts >= this.#maxConflicts) throw error;
      } finally {
        appended?.();
      }
    }
  }

  /** Folds what was recorded, which after a repeated append is what stood there first. */
  #advance(
    stream: string,
    before: S,
    events: readonly RecordedEvent[],
    decided: readonly NewEvent[],
    after: S | undefined,
  ): Execution<S> {
    let state = before;
    // Live events hold the very objects that were decided; any other stood there first, and is folded.
    if (after !== undefined && events.every((event, index) => event.data === decided[index]?.data)) state = after;
    else for (const event of events) state = this.#fold.evolve(state, event);
    const last = events[events.length - 1]!;
    // A whole state in the last event is the smaller one to keep: it forgets what the fold had to remember on the way.
    state = this.#fold.resume?.(last) ?? state;
    this.#cache.set(stream, { state, revision: last.revision });
    return { state, revision: last.revision, events };
  }

  /** Backwards to the last event that carries a whole state, or to the beginning; then forwards. */
  async #load(stream: string): Promise<Loaded<S>> {
    // Most streams end in an event that carries the whole state, or do not exist yet: one cheap read tells.
    const last = await this.#store.readLast(stream);
    if (last === null) return { state: this.#fold.initial(stream), revision: 'no_stream' };
    const whole = this.#fold.resume?.(last) ?? null;
    if (whole !== null) return this.#keep(stream, { state: whole, revision: last.revision });
    const later: RecordedEvent[] = [];
    let state: S | null = null;
    let revision: Revision = 'no_stream';
    for await (const event of this.#store.readStream(stream, { direction: 'backwards' })) {
      if (revision === 'no_stream') revision = event.revision;
      state = this.#fold.resume?.(event) ?? null;
      if (state !== null) break;
      later.push(event);
    }
    let now = state ?? this.#fold.initial(stream);
    for (let i = later.length - 1; i >= 0; i--) now = this.#fold.evolve(now, later[i]!);
    return this.#keep(stream, { state: now, revision });
  }

  #keep(stream: string, loaded: Loaded<S>): Loaded<S> {
    this.#cache.set(stream, loaded);
    return loaded;
  }

  async #isCurrent(stream: string, revision: Revision): Promise<boolean> {
    return (await this.#store.lastRevision(stream)) === revision;
  }

  /** Without an answer, and when the events are not there, it is a conflict like any other. */
  async #append(
    append: Append,
    stream: string,
    revision: Revision,
    events: readonly NewEvent[],
  ): Promise<readonly RecordedEvent[]> {
    try {
      return (await append(stream, revision, events)).events;
    } catch (error) {
      if (!(error instanceof AppendOutcomeUnknown)) throw error;
      const stands = await resolveUnknownAppend(this.#store, stream, revision, events);
      if (!stands) throw new WrongExpectedRevision(stream, revision, revision);
      return stands;
    }
  }
}
