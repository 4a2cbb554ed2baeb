/**
 * What corrections do to the list's rows: a reversed attempt ends, and what a correction settled again becomes final only
 * when the last case that it opened has come to its end. All by log positions, so that a frozen walk sees what it saw.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ResettlementOpened, SettlementCompleted, SettlementReversed } from '@oss/settlement';
import { dayNumber } from './day-number';
import type { Words } from './words';

/** Cases that a correction has opened and that have not come to their end: few, and none as a rule. */
export const CORRECTIONS_SCHEMA = `
  CREATE TABLE reopened (
    settlement BLOB NOT NULL, attempt INTEGER NOT NULL, correction BLOB NOT NULL, PRIMARY KEY (settlement, attempt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX by_correction ON completed (correction) WHERE correction IS NOT NULL;
  CREATE INDEX by_end ON completed (ended_by) WHERE ended_by IS NOT NULL;
`;

export class PeriodCorrections {
  readonly #open: StatementSync;
  readonly #close: StatementSync;
  readonly #stillOpen: StatementSync;
  readonly #end: StatementSync;
  readonly #final: StatementSync;
  readonly #resettled: StatementSync;

  constructor(
    db: DatabaseSync,
    private readonly words: Words,
  ) {
    this.#open = db.prepare(`INSERT INTO reopened VALUES (unhex(?, '-'), ?, unhex(?, '-'))`);
    this.#close = db.prepare(
      `DELETE FROM reopened WHERE settlement = unhex(?, '-') AND attempt = ? RETURNING hex(correction) AS id`,
    );
    this.#stillOpen = db.prepare('SELECT 1 FROM reopened WHERE correction = unhex(?) LIMIT 1');
    this.#end = db.prepare(
      `UPDATE completed SET ended_at = ?, ended_by = unhex(?, '-')
       WHERE hospital = ? AND day = ? AND settlement = unhex(?, '-') AND attempt = ?`,
    );
    this.#final = db.prepare('UPDATE completed SET final_at = ? WHERE correction = unhex(?) AND final_at IS NULL');
    this.#resettled = db.prepare('UPDATE completed SET resettled_at = ? WHERE ended_by = unhex(?) AND resettled_at IS NULL');
  }

  opened({ settlementId, attempt, correction }: ResettlementOpened): void {
    this.#open.run(settlementId, attempt, correction.id);
  }

  reversed(position: number, fact: SettlementReversed): void {
    const { settlementId, attempt, hospitalCode, dischargedOn, correction, superseded } = fact;
    const hospital = this.words.find(hospitalCode);
    const by = superseded ? correction : null;
    if (hospital !== null) this.#end.run(position, by, hospital, dayNumber(dischargedOn), settlementId, attempt);
    this.#ended(position, settlementId, attempt);
  }

  completed(position: number, { settlementId, attempt, correction }: SettlementCompleted): void {
    if (correction !== undefined) this.#ended(position, settlementId, attempt);
  }

  #ended(position: number, settlementId: string, attempt: number): void {
    const correction = this.#close.get(settlementId, attempt)?.['id'] as string | undefined;
    if (correction === undefined || this.#stillOpen.get(correction) !== undefined) return;
    this.#final.run(position, correction);
    this.#resettled.run(position, correction);
  }
}
