/** The bench's side of the load generator: starts its process, hands it one order at a time, insists on good answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { dieWithUs } from '../children';
import type { LoadAnswer, LoadOrder, LoadResult } from './protocol';

/** Beyond the order's own time: the bodies are built before it starts. */
const GRACE_MS = 90_000;

export class LoadGenerator {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = dieWithUs(fork(join(__dirname, 'main.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  /** @throws when connections broke, an answer was not 201, or nothing was answered in time */
  async run(order: LoadOrder): Promise<LoadResult> {
    const given = order.maxSeconds * 1_000 + GRACE_MS;
    this.#child.send(order);
    const answer = await this.#answer(given);
    if ('failure' in answer) throw new Error(`the load generator failed: ${answer.failure}`);
    const { result } = answer;
    if (result.firstOther !== null) {
      throw new Error(`not every answer was 201: ${JSON.stringify(result.statuses)}; the first other: ${result.firstOther}`);
    }
    return result;
  }

  /** The next message; a generator that ends or says nothing in time is an error, never a silent end of the bench. */
  #answer(withinMs: number): Promise<LoadAnswer> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('the load generator ended before it answered'));
      const late = setTimeout(
        () => reject(new Error(`the load generator did not answer within ${withinMs / 1_000} s`)),
        withinMs,
      );
      this.#child.once('exit', ended);
      this.#child.once('message', (message: LoadAnswer) => {
        clearTimeout(late);
        this.#child.removeListener('exit', ended);
        resolve(message);
      });
    });
  }

  stop(): void {
    this.#child.kill();
  }
}
