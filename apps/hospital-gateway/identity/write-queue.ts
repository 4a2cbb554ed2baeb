/**
 * Group commit for a small synchronous database: writes that wait together share one transaction and one flush to disk.
 * A write that fails is undone alone (savepoint); if the commit fails, all of its writes fail. Nothing resolves before it.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TurnView } from './turn-view';

/** Writes of one transaction: about 5 ms of the main loop, encryption included. */
const MAX_BATCH = 128;
/** Writes that may wait; more are refused. */
const MAX_WAITING = 10_000;

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export class WriteQueue {
  private waiting: Waiting[] = [];
  private scheduled = false;
  private onIdle: (() => void)[] = [];

  private readonly save: StatementSync;
  private readonly release: StatementSync;

  /** @param view what the same connection reads in; ended before each transaction */
  constructor(
    private readonly database: DatabaseSync,
    private readonly view: TurnView,
  ) {
    this.save = database.prepare('SAVEPOINT one');
    this.release = database.prepare('RELEASE one');
  }

  /** Runs `work` in the next transaction; resolves with its result once that is on disk. */
  run<T>(work: () => T): Promise<T> {
    if (this.waiting.length >= MAX_WAITING)
      return Promise.reject(new Error(`more than ${MAX_WAITING} identity writes wait: slow down`));
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when nothing waits. */
  idle(): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.onIdle.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.commitBatch();
      this.schedule();
      if (this.waiting.length === 0) for (const done of this.onIdle.splice(0)) done();
    });
  }

  private commitBatch(): void {
    const batch = this.waiting.splice(0, MAX_BATCH);
    const outcomes: (() => void)[] = [];
    this.view.end();
    try {
      this.database.exec('BEGIN IMMEDIATE');
      for (const each of batch) outcomes.push(this.attempt(each));
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const outcome of outcomes) outcome();
  }

  /** Does one write of the transaction; answers how to tell its caller after the commit. */
  private attempt({ work, resolve, reject }: Waiting): () => void {
    this.save.run();
    try {
      const result = work();
      this.release.run();
      return () => resolve(result as never);
    } catch (error) {
      this.database.exec('ROLLBACK TO one; RELEASE one');
      return () => reject(error);
    }
  }
}
