/**
 * An actor as a subscriber: shared work on the streams of its domain, a turn whenever a fact says that it is due. Retries,
 * time-outs and parking are the store's; a turn that throws leaves a fact behind (`TurnFailed`), so that the case can be
 * seen as stuck from every process.
 */
import { type EventStore, type RecordedEvent, type Subscription, WrongExpectedRevision } from '@oss/event-store';
import type { Logger } from 'pino';
import type { Clock } from '../clock';
import { uuidv5 } from '../ids';
import type { Metrics } from '../metrics';
import { Tracing } from '../tracing/tracing';
import { TurnFailed, type TurnTaker } from './turn-taker';

/** Streams of nudges: a message kept in the log, whose only meaning is "look at that stream again". */
export const NUDGE_PREFIX = 'nudge-';
export const NUDGED = 'TurnNudged';
export const STUCK_PREFIX = 'stuck-';
export const TURN_FAILED = 'TurnFailed';

/** Seconds: from a turn that is taken at once to one whose payer was away for an hour. */
const LAG_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];

export interface TurnNudged {
  readonly stream: string;
}

export interface TurnFailedFact {
  readonly actor: string;
  readonly attempt: number;
  readonly caseId: string;
  readonly error: string;
  readonly line: string | null;
  readonly stream: string;
}

export interface ActorOptions<S, C extends object> {
  readonly store: EventStore;
  readonly actor: string;
  readonly streamPrefix: string;
  readonly taker: TurnTaker<S, C>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly tracing?: Tracing;
}

/** Starts an actor: from now on this process speaks for it. */
export function startActor<S, C extends object>(options: ActorOptions<S, C>): Subscription {
  const { store, actor, streamPrefix, taker, logger, metrics, clock, tracing = Tracing.off } = options;
  const failures = metrics.counter('oss_turn_failures_total', 'turns whose decision threw', ['actor']);
  const lag = metrics.histogram(
    'oss_turn_lag_seconds',
    'from the fact that makes a turn due to its being taken up',
    ['actor'],
    LAG_SECONDS,
  );
  taker.enlist(actor);
  const filter = { streamPrefixes: [streamPrefix, NUDGE_PREFIX + streamPrefix], due: [actor] };
  return store.work({ group: actor, filter }, async (event) => {
    const stream = event.type === NUDGED ? (event.data as TurnNudged).stream : event.stream;
    // Another machine's clock may be ahead of ours.
    lag.observe({ actor }, Math.max(0, clock.now().getTime() - Date.parse(event.recordedAt)) / 1_000);
    const span = tracing.follow(`turn of ${actor}`, event.trace, 'consumer');
    span?.set({ 'oss.actor': actor });
    try {
      const { events } = await taker.take(stream, null, span);
      span?.set({ 'oss.facts': events.length });
      span?.end();
    } catch (error) {
      span?.end(error);
      failures.inc({ actor });
      logger.error({ err: error, actor, position: String(event.position) }, 'a turn could not be taken');
      if (error instanceof TurnFailed) await reportStuck(store, error);
      throw error;
    }
  });
}

/** Records once per case, attempt, line and error why the turn failed. */
async function reportStuck(store: EventStore, failed: TurnFailed): Promise<void> {
  if (failed.open === null) return;
  const { caseId, attempt, line } = failed.open;
  const error = failed.cause instanceof Error ? `${failed.cause.name}: ${failed.cause.message}` : String(failed.cause);
  const data: TurnFailedFact = { actor: failed.actor, attempt, caseId, error, line, stream: failed.stream };
  const stream = `${STUCK_PREFIX}${caseId}`;
  const last = await store.readLast(stream);
  if (last !== null && sameFailure(last, data)) return;
  const id = uuidv5(`${stream}\n${last?.revision ?? 'none'}\n${error}`);
  try {
    await store.append(stream, last?.revision ?? 'no_stream', [{ id, type: TURN_FAILED, data }]);
  } catch (conflict) {
    // Another copy of this actor reported in the same moment: one report is enough.
    if (!(conflict instanceof WrongExpectedRevision)) throw conflict;
  }
}

function sameFailure(last: RecordedEvent, data: TurnFailedFact): boolean {
  const before = last.data as TurnFailedFact;
  return before.attempt === data.attempt && before.line === data.line && before.error === data.error;
}

/** Asks for a look at a stream: in the log, so that it reaches whichever process speaks for `due`. */
export async function nudge(store: EventStore, stream: string, due: string): Promise<void> {
  const nudges = `${NUDGE_PREFIX}${stream}`;
  const last = await store.readLast(nudges);
  const data: TurnNudged = { stream };
  const id = uuidv5(`${nudges}\n${last?.revision ?? 'none'}`);
  // Another copy of the watcher that nudges in the same moment has the same id: one of the two is the repeat of the other.
  await store.append(nudges, last?.revision ?? 'no_stream', [{ id, type: NUDGED, data, due }]);
}
