/** A test's hand on the double that runs as a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../source-tree';
import type { DoubleOrder } from './main';

const MAIN = join(ROOT, 'dist/test/support/kurrentdb-double/main.js');

export class DoubleProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Connection string. */
    readonly url: string,
  ) {}

  static async start(): Promise<DoubleProcess> {
    const child = fork(MAIN, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    return new DoubleProcess(child, url);
  }

  /** Breaks all connections and forgets what was acknowledged since the last checkpoints; the log stands. */
  crash(): Promise<void> {
    return this.#obey({ order: 'crash' });
  }

  /** From now on every nudge comes twice and out of order. @param seed null: once, and in order */
  nudgeTwiceAndCrossed(seed: number | null): Promise<void> {
    return this.#obey({ order: 'nudge', twiceAndCrossed: seed });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  async #obey(order: DoubleOrder): Promise<void> {
    const obeyed = once(this.child, 'message');
    this.child.send(order);
    await obeyed;
  }
}
