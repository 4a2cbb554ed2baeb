/** Texts that thousands of rows share (hospitals, regions, chains of lines) stand once in the file; rows hold their numbers. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';

/** Words kept in memory: more than the hospitals of a province. */
const MAX_KEPT = 10_000;

export class Words {
  readonly #numbers = new LRUCache<string, number>({ max: MAX_KEPT });
  readonly #texts = new LRUCache<number, string>({ max: MAX_KEPT });
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #read: StatementSync;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare('SELECT no FROM words WHERE text = ?');
    this.#add = db.prepare('INSERT INTO words (text) VALUES (?) RETURNING no');
    this.#read = db.prepare('SELECT text FROM words WHERE no = ?');
  }

  /** The word's number, or null when no row holds it. */
  find(text: string): number | null {
    const kept = this.#numbers.get(text);
    if (kept !== undefined) return kept;
    const row = this.#find.get(text);
    return row === undefined ? null : this.#keep(row['no'] as number, text);
  }

  /** The word's number, given now if it has none. Call it inside a transaction, and forget all words if that fails. */
  numberOf(text: string): number {
    return this.find(text) ?? this.#keep(this.#add.get(text)!['no'] as number, text);
  }

  text(no: number): string {
    const kept = this.#texts.get(no);
    if (kept !== undefined) return kept;
    const row = this.#read.get(no);
    if (row === undefined) throw new Error(`the word ${no} is missing from the file`);
    const text = row['text'] as string;
    this.#keep(no, text);
    return text;
  }

  #keep(no: number, text: string): number {
    this.#numbers.set(text, no);
    this.#texts.set(no, text);
    return no;
  }
}
