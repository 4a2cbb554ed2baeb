/**
 * What turn-taking needs to be told by a domain: how to fold a stream, who is due, what he says. Plain functions, so that
 * this library stays ignorant of what is being decided. Content is whatever decisions rest on beside the stream (law),
 * found by its digest in streams of its own.
 */
import type { FoldDefinition, RecordedEvent } from '@oss/event-store';

export interface Decided {
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

export interface TurnDomain<S, C> {
  /** Streams on which turns are taken: "benefit-year-". */
  readonly streamPrefix: string;
  readonly fold: FoldDefinition<S>;
  /** The actor whose turn it is, or null when nothing is open. */
  due(state: S): string | null;
  /** What an actor says in its turn; null when it is not its turn. Pure. */
  decide(state: S, actor: string, contentOf: (digest: string) => C | null): Decided | null;
  /** The state after a decided event, before it is stored. */
  evolve(state: S, event: { readonly type: string; readonly data: unknown }): S;
  /** The stream that holds the content whose absence `error` reports; null for any other error. */
  missingContent(error: unknown): string | null;
  /** The content that an event of such a stream brings. @throws when it cannot be used */
  contentIn(event: RecordedEvent): { readonly digest: string; readonly content: C } | null;
  /** The case that is open and due, for the report of a failed turn. */
  openCase(state: S): { readonly caseId: string; readonly attempt: number; readonly line: string | null } | null;
}
