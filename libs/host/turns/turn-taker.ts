/**
 * Takes turns on streams for the actors that live in this process. Nudged → load and fold → whose turn → decide → append
 * at the revision it was decided on. Consecutive turns of local actors go into one append, so one process that holds them
 * all needs one write where several processes need one each; the facts are the same.
 */
import { type Append, DeciderRunner, type EventStore, type Execution, type NewEvent } from '@oss/event-store';
import type { WorkSpan } from '../tracing/tracing';
import type { ContentLibrary } from './content-library';
import type { Decided, TurnDomain } from './turn-domain';

/** A bound on the turns of one append; a chain has a dozen lines, a year few open cases. */
const MAX_TURNS_PER_APPEND = 200;

/** A decider threw: the case is stuck until someone mends what it names. Nobody else waits for it. */
export class TurnFailed extends Error {
  constructor(
    readonly stream: string,
    readonly actor: string,
    readonly open: { readonly caseId: string; readonly attempt: number; readonly line: string | null } | null,
    cause: unknown,
  ) {
    super(`${actor} cannot decide on ${stream}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'TurnFailed';
  }
}

export class TurnTaker<S, C extends object> {
  readonly #runner: DeciderRunner<S>;
  readonly #actors = new Set<string>();
  readonly #contentOf = (digest: string): C | null => this.library.get(digest);

  constructor(
    store: EventStore,
    private readonly domain: TurnDomain<S, C>,
    private readonly library: ContentLibrary<C>,
  ) {
    this.#runner = new DeciderRunner(store, domain.fold);
  }

  /** From now on this process speaks for `actor`. */
  enlist(actor: string): void {
    this.#actors.add(actor);
  }

  /** The state of a stream now. */
  async load(stream: string): Promise<S> {
    return (await this.#runner.load(stream)).state;
  }

  /**
   * Takes every turn that is due to a local actor, after optional first facts.
   * @param first asked on each attempt: the facts that begin it all; none when they stand already
   * @param span the work that takes the turns, where it is traced: its steps are told, and what is recorded carries it on
   * @param append see `DeciderRunner.execute`
   * @throws TurnFailed when nothing could be written because the first due decision threw; store errors
   */
  async take(
    stream: string,
    first?: ((state: S) => readonly Decided[]) | null,
    span?: WorkSpan | null,
    append?: Append,
  ): Promise<Execution<S>> {
    const tried: string[] = [];
    for (;;) {
      let failure: unknown = null;
      const decide = (state: S): { events: readonly NewEvent[]; after: S } => {
        const decided = this.#decide(state, first, span?.traceparent);
        failure = decided.failure;
        return { events: decided.events, after: decided.after };
      };
      const execution = await this.#runner.execute(stream, decide, span?.watch, append);
      if (failure === null) return execution;
      const source = this.domain.missingContent(failure);
      // Content is loaded once per call: if it is still missing then, the decision cannot be taken here and now.
      if (source !== null && !tried.includes(source)) {
        tried.push(source);
        await this.library.load(source);
        continue;
      }
      // What was written names the failing actor as due: its own subscription is nudged, retries, and reports.
      if (execution.events.length > 0) return execution;
      throw new TurnFailed(stream, this.domain.due(execution.state) ?? 'nobody', this.domain.openCase(execution.state), failure);
    }
  }

  #decide(
    state: S,
    first: ((state: S) => readonly Decided[]) | null | undefined,
    trace: string | undefined,
  ): { events: readonly NewEvent[]; after: S; failure: unknown } {
    const events: Decided[] = [];
    let now = state;
    const say = (event: Decided): void => {
      events.push(event);
      now = this.domain.evolve(now, event);
    };
    let failure: unknown = null;
    try {
      for (const event of first?.(state) ?? []) say(event);
      for (let turns = 0; turns < MAX_TURNS_PER_APPEND; turns += 1) {
        const actor = this.domain.due(now);
        if (actor === null || !this.#actors.has(actor)) break;
        const event = this.domain.decide(now, actor, this.#contentOf);
        if (event === null) break;
        say(event);
      }
    } catch (error) {
      failure = error;
    }
    return { events: this.#addressed(events, now, trace), after: now, failure };
  }

  /** Only the last event of an append names who is due: the ones before it have been followed up already. */
  #addressed(events: readonly Decided[], after: S, trace: string | undefined): readonly NewEvent[] {
    if (events.length === 0) return [];
    const due = this.domain.due(after);
    if (due === null && trace === undefined) return events;
    const last = events.length - 1;
    const carried = trace === undefined ? undefined : { trace };
    return events.map(({ id, type, data }, index) =>
      index === last && due !== null ? { id, type, data, due, ...carried } : { id, type, data, ...carried },
    );
  }
}
