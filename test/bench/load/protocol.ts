/** What the bench and its load generator, a process of its own, say to each other. */
import type { County } from '../county';

export interface LoadOrder {
  readonly port: number;
  readonly county: County;
  /** First discharge number, and how many at most. */
  readonly from: number;
  readonly count: number;
  readonly lines: number;
  readonly connections: number;
  /** Stop sending after so many seconds, whatever is left. */
  readonly maxSeconds: number;
  /** Requests a second that arrive at random moments (Poisson), whether or not earlier ones are answered; absent: as fast as answers come. */
  readonly arrivalsPerSecond?: number;
  /** Asks for `sentAt`. */
  readonly tellSent?: boolean;
}

export interface LoadResult {
  readonly answered: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Open loop: p99 of how late requests were sent; part of the times above, and not the server's doing. */
  readonly lateP99Ms: number;
  readonly meanBodyBytes: number;
  readonly meanAnswerBytes: number;
  /** Answers by status, for the report when one was not 201. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The first answer that was not 201, shortened. */
  readonly firstOther: string | null;
  /** Share of one core that the generator itself used. */
  readonly generatorCpu: number;
  /** With `tellSent`: when each discharge was (or should have been) sent, milliseconds since 1970, from number `from` on. */
  readonly sentAt?: readonly number[];
}

export type LoadAnswer = { readonly result: LoadResult } | { readonly failure: string };
