/** One of those who take part in the rounds: a server, its place in the county's discharges, and what its rounds gave. */
import { setTimeout as pause } from 'node:timers/promises';
import type { County } from '../county';
import { median, spread } from '../figures';
import type { LoadGenerator } from '../load/load-generator';
import type { LoadResult } from '../load/protocol';
import type { Server } from '../server';
import { CONNECTIONS, LINES } from './plan';

export interface Round extends LoadResult {
  /** CPU time of the server per request, all its threads; null where the system does not tell. */
  readonly cpuMs: number | null;
}

/** Before anything is known of a server's speed, so many requests are made ready for a second of it. */
const FIRST_GUESS_PER_SECOND = 4_000;
/** More than the last round's rate, so that a round ends by time and not for want of requests. */
const HEADROOM = 1.5;
const SETTLE_DOWN_MS = 200;

export class Contender {
  readonly rounds: Round[] = [];
  #next: number;
  #perSecond = FIRST_GUESS_PER_SECOND;

  constructor(
    readonly name: string,
    readonly server: Server,
    private readonly county: County,
    private readonly generator: LoadGenerator,
    firstNumber: number,
  ) {
    this.#next = firstNumber;
  }

  /** Number of the discharge that comes next. */
  get next(): number {
    return this.#next;
  }

  /** So many discharges as fast as they are answered, or for so long. */
  async run(options: {
    readonly maxSeconds: number;
    readonly count?: number;
    readonly arrivalsPerSecond?: number;
    readonly lines?: number;
  }): Promise<Round> {
    const { maxSeconds, arrivalsPerSecond, lines = LINES } = options;
    const rate = arrivalsPerSecond ?? this.#perSecond * HEADROOM;
    const count = options.count ?? Math.ceil(rate * maxSeconds);
    const before = this.server.cpuSeconds();
    const order = {
      port: this.server.port,
      county: this.county,
      from: this.#next,
      count,
      lines,
      connections: CONNECTIONS,
      maxSeconds,
    };
    const result = await this.generator.run(arrivalsPerSecond === undefined ? order : { ...order, arrivalsPerSecond });
    const after = this.server.cpuSeconds();
    this.#next += result.answered;
    if (arrivalsPerSecond === undefined) this.#perSecond = result.perSecond;
    await pause(SETTLE_DOWN_MS);
    return { ...result, cpuMs: before === null || after === null ? null : ((after - before) * 1_000) / result.answered };
  }

  /** A round that counts. */
  async round(maxSeconds: number, count?: number): Promise<void> {
    this.rounds.push(await this.run(count === undefined ? { maxSeconds } : { maxSeconds, count }));
  }

  median(of: 'perSecond' | 'p50Ms' | 'p99Ms' | 'generatorCpu' | 'meanAnswerBytes' | 'meanBodyBytes'): number {
    return median(this.rounds.map((round) => round[of]));
  }

  spread(): number {
    return spread(this.rounds.map(({ perSecond }) => perSecond));
  }

  cpuMs(): number | null {
    const known = this.rounds.flatMap(({ cpuMs }) => (cpuMs === null ? [] : [cpuMs]));
    return known.length === 0 ? null : median(known);
  }

  /** Rates of our rounds over those of another's, round by round: what disturbs both disturbs the ratio less. */
  ratiosTo(other: Contender): number[] {
    return this.rounds.map(({ perSecond }, index) => perSecond / other.rounds[index]!.perSecond);
  }
}
