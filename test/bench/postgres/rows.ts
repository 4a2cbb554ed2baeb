/** Writing a settlement's rows to PostgreSQL in the two forms that a team would choose between. */
import type { Pool } from 'pg';

export const FORMS = ['row-by-row', 'multi-row'] as const;
export type Form = (typeof FORMS)[number];

/** stream, revision, id, type, recorded_at, hash, due, trace, data */
export type Row = readonly [string, number, string, string, number, Buffer, string | null, string | null, string];

const COLUMNS = 'stream, revision, id, type, recorded_at, hash, due, trace, data';
const COLUMN_COUNT = 9;

export class RowWriter {
  constructor(
    private readonly pool: Pool,
    private readonly schema: string,
    private readonly form: Form,
  ) {}

  /** All rows or none; on disk when it resolves (synchronous_commit is on). */
  write(rows: readonly Row[]): Promise<void> {
    return this.form === 'multi-row' ? this.#together(rows) : this.#oneByOne(rows);
  }

  async #oneByOne(rows: readonly Row[]): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      for (const values of rows) await client.query({ name: 'insert-1', text: this.#insert(1), values: [...values] });
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  async #together(rows: readonly Row[]): Promise<void> {
    await this.pool.query({ name: `insert-${rows.length}`, text: this.#insert(rows.length), values: rows.flat() });
  }

  #insert(rows: number): string {
    const one = (row: number): string =>
      `(${Array.from({ length: COLUMN_COUNT }, (_, column) => `$${row * COLUMN_COUNT + column + 1}`).join(',')})`;
    return `INSERT INTO ${this.schema}.events (${COLUMNS}) VALUES ${Array.from({ length: rows }, (_, row) => one(row)).join(',')}`;
  }
}
