/**
 * One read transaction for all look-ups of a turn of the event loop: to begin and end one takes twice as long as to read a row.
 * Whoever writes through the same connection ends it first. Nobody else writes the file, so nothing newer can be missed.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export class TurnView {
  private readonly begin: StatementSync;
  private readonly commit: StatementSync;
  private ending: NodeJS.Immediate | null = null;

  constructor(private readonly database: DatabaseSync) {
    this.begin = database.prepare('BEGIN');
    this.commit = database.prepare('COMMIT');
  }

  /** Before a read; a transaction that writes is one already. */
  open(): void {
    if (this.ending !== null || this.database.isTransaction) return;
    this.begin.run();
    this.ending = setImmediate(() => this.end());
  }

  /** Before a write, a checkpoint, and the end of the connection. */
  end(): void {
    if (this.ending === null) return;
    clearImmediate(this.ending);
    this.ending = null;
    // A read that failed may have ended it.
    if (this.database.isTransaction) this.commit.run();
  }
}
