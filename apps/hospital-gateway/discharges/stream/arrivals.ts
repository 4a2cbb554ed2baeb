/**
 * What becomes of discharge messages: each goes through the very checks and the very command of a single post. What is
 * refused is a rejection; while the store is away nothing is refused, the message waits and keeps its person's order.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { asProblem, Problem } from '@oss/host';
import { inOrder } from '../batch/in-order';
import type { DischargeRequest } from '../discharge.dto';
import { dischargeIn } from '../discharge-text';
import { Lanes } from '../lanes';

/** As a batch: enough at once that the store commits in groups, few enough bytes that huge bills stay few. */
const WINDOW = { items: 128, bytes: 16 * 1024 * 1024 };
/** A defect of ours is tried so often before the message counts as refused: it must not hold up the partition for ever. */
const MOST_TRIES = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface Arrival {
  readonly offset: string;
  readonly content: Uint8Array | null;
  /** `traceparent` of the sender. */
  readonly trace?: string | undefined;
}

export interface Refused extends Arrival {
  readonly problem: Problem;
}

export class Arrivals {
  /** By id number, across all partitions of this process. */
  readonly #lanes = new Lanes();

  constructor(
    /** Settles one discharge: resolves once its facts are stored. @throws Problem, store errors */
    private readonly post: (request: DischargeRequest, trace?: string) => Promise<unknown>,
    private readonly onFailure: (problem: Problem) => void,
    private readonly stopping: AbortSignal,
  ) {}

  /**
   * Takes messages in their order and answers those that are refused, in their order.
   * @throws Error when the process stops: what was not taken yet comes again
   */
  async take(arrivals: readonly Arrival[]): Promise<Refused[]> {
    const sized = arrivals.map((arrival) => ({ ...arrival, bytes: arrival.content?.length ?? 0 }));
    const refused: Refused[] = [];
    for await (const outcome of inOrder(oneByOne(sized), WINDOW, (arrival) => this.#outcome(arrival))) {
      if (outcome instanceof Interrupted) throw outcome;
      if (outcome !== null) refused.push(outcome);
    }
    return refused;
  }

  async #outcome(arrival: Arrival): Promise<Refused | Interrupted | null> {
    const { offset, content, trace } = arrival;
    try {
      if (content === null) throw new Problem('malformed-json', 'the message is empty');
      const request = dischargeIn(content, 'the message');
      await this.#lanes.enter(request.patient.idNumber, () => this.#stored(request, trace));
      return null;
    } catch (error) {
      return error instanceof Interrupted ? error : { offset, content, problem: asProblem(error) };
    }
  }

  async #stored(request: DischargeRequest, trace: string | undefined): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 1; ; tries += 1) {
      if (this.stopping.aborted) throw new Interrupted();
      try {
        await this.post(request, trace);
        return;
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status < 500) throw problem;
        this.onFailure(problem);
        if (problem.code !== 'store-unavailable' && tries >= MOST_TRIES) throw problem;
      }
      await pause(pauseMs, undefined, { signal: this.stopping }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
}

/** The process stops; the message was not taken. */
class Interrupted extends Error {
  constructor() {
    super('stopping: the message comes again');
  }
}

async function* oneByOne<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
