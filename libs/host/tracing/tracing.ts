/**
 * Where the time goes, told as OpenTelemetry spans. A trace travels with the facts (`trace` of an event, outside its hash), so one
 * settlement is one trace through all processes. Off by default, and then nothing is made: a span that is not there is null.
 */

/** What a span may say. A closed list: none of them can hold a name, an id number, a pseudonym or a free text. */
export interface SpanFacts {
  readonly 'http.request.method'?: string;
  /** The route's template, never the address that was asked for. */
  readonly 'http.route'?: string;
  readonly 'http.response.status_code'?: number;
  readonly 'messaging.destination.name'?: string;
  readonly 'messaging.batch.message_count'?: number;
  readonly 'messaging.system'?: 'kafka';
  /** Whose turn: an app's name. */
  readonly 'oss.actor'?: string;
  /** Facts that were recorded. */
  readonly 'oss.facts'?: number;
  readonly 'oss.settlement.id'?: string;
}

export type SpanKindName = 'server' | 'internal' | 'consumer' | 'producer';

/** A piece of work that is being timed. */
export interface WorkSpan {
  /** W3C `traceparent`: what follows from this work carries it on. */
  readonly traceparent: string;
  set(facts: SpanFacts): void;
  /** A step within the work. */
  step(name: string): WorkSpan;
  /** Begins a step and answers what ends it: what a library is given that knows no spans. */
  readonly watch: (name: string) => () => void;
  /** Ends it; of an error only the class is told, for its message may quote what was sent. */
  end(error?: unknown): void;
}

/** The process's tracing; `Tracing.off` unless the settings say otherwise. */
export abstract class Tracing {
  static readonly off: Tracing = new (class extends Tracing {
    readonly isOn = false;
    begin(): null {
      return null;
    }
    follow(): null {
      return null;
    }
    shutdown(): Promise<void> {
      return Promise.resolve();
    }
  })();

  abstract readonly isOn: boolean;

  /** At an edge: goes on with the caller's trace, or begins one. Null: not traced. @param parent a `traceparent` */
  abstract begin(name: string, parent: string | undefined, kind?: SpanKindName): WorkSpan | null;

  /** Inside: goes on with a trace, and is null where there is none. */
  abstract follow(name: string, parent: string | undefined, kind?: SpanKindName): WorkSpan | null;

  /** Sends what was not sent yet; never throws, never waits for long. */
  abstract shutdown(): Promise<void>;
}
