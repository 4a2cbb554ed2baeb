/**
 * Identities in a SQLite file of their own, beside the log (DATA_DIR/identity.sqlite). Only ciphertext and HMACs reach the
 * disk. Writes that come together share one transaction, small enough that the main loop is held for a few milliseconds.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import {
  assertSameKey,
  type IdentityKeys,
  keyCheckValue,
  type KnownPerson,
  loadIdentityKeys,
  type Lookup,
  lookupWith,
  openIdentity,
  sealIdentity,
} from '@oss/host';
import { type Identity, IdentityStore, IdNumberTaken, IdNumberUnknown, type PutIdentity } from './identity-store';
import { TurnView } from './turn-view';
import { WriteQueue } from './write-queue';

/** Identities kept decrypted in memory for the hot path: about 10 MB when full; opening a row costs more than all the rest. */
const CACHE_ENTRIES = 12_000;

/** A roster touches pages at random (keys are random): a cache that holds them, and a log long enough that each is copied back once. */
const CACHE_KIB = 8_192;
const WAL_PAGES = 4_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS key_check (which TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS identity (
    lookup BLOB PRIMARY KEY, person_key TEXT NOT NULL UNIQUE, wrapped BLOB NOT NULL, sealed BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

interface Row {
  readonly person_key: string;
  readonly wrapped: Uint8Array;
  readonly sealed: Uint8Array;
}

type Statements = Record<'byLookup' | 'byPerson' | 'insert' | 'reseal' | 'move' | 'remove', StatementSync>;

export class EmbeddedIdentityStore extends IdentityStore {
  private readonly cache = new LRUCache<string, Identity>({ max: CACHE_ENTRIES });
  private readonly view: TurnView;
  private readonly queue: WriteQueue;
  private readonly sql: Statements;
  private readonly lookup: Lookup;

  private constructor(
    private readonly database: DatabaseSync,
    private readonly keys: IdentityKeys,
  ) {
    super();
    this.view = new TurnView(database);
    this.queue = new WriteQueue(database, this.view);
    this.sql = prepare(database);
    this.lookup = lookupWith(keys.hmac);
  }

  /**
   * Opens (or makes) the file in `dataDir`.
   * @param given keys from the environment; absent ones live in `dataDir`/keys
   * @throws IdentityKeysError when identities exist and their keys are missing or wrong
   */
  static open(dataDir: string, given: Partial<IdentityKeys> = {}): EmbeddedIdentityStore {
    mkdirSync(dataDir, { recursive: true });
    const path = join(dataDir, 'identity.sqlite');
    const keys = loadIdentityKeys(dataDir, given, existsSync(path));
    const database = new DatabaseSync(path);
    try {
      chmodSync(path, 0o600);
      database.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 5000',
      );
      database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
      database.exec(SCHEMA);
      checkKeys(database, keys);
      return new EmbeddedIdentityStore(database, keys);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  async find(idNumber: string): Promise<Identity | null> {
    return this.findBy(this.lookup(idNumber));
  }

  private findBy(lookup: string): Identity | null {
    const cached = this.cache.get(lookup);
    if (cached !== undefined) return cached;
    const row = this.rowAt(lookup);
    if (row === undefined) return null;
    const identity = { personKey: row.person_key, name: openIdentity(this.keys.master, row.person_key, row).name };
    this.cache.set(lookup, identity);
    return identity;
  }

  private rowAt(lookup: string): Row | undefined {
    this.view.open();
    return this.sql.byLookup.get(stored(lookup)) as Row | undefined;
  }

  async put(idNumber: string, name: string): Promise<PutIdentity> {
    const lookup = this.lookup(idNumber);
    const known = this.findBy(lookup);
    if (known?.name === name) return { personKey: known.personKey, outcome: 'unchanged' };
    return this.queue.run(() => {
      const row = this.rowAt(lookup);
      if (row === undefined) {
        const personKey = randomBytes(16).toString('hex');
        const { wrapped, sealed } = sealIdentity(this.keys.master, personKey, { idNumber, name });
        this.sql.insert.run(stored(lookup), personKey, wrapped, sealed);
        return { personKey, outcome: 'created' };
      }
      const personKey = row.person_key;
      if (openIdentity(this.keys.master, personKey, row).name === name) return { personKey, outcome: 'unchanged' };
      this.reseal(personKey, { idNumber, name });
      this.cache.delete(lookup);
      return { personKey, outcome: 'renamed' };
    });
  }

  async reveal(personKey: string): Promise<KnownPerson | null> {
    const row = this.sql.byPerson.get(personKey) as Row | undefined;
    return row === undefined ? null : openIdentity(this.keys.master, personKey, row);
  }

  async exists(personKey: string): Promise<boolean> {
    return this.sql.byPerson.get(personKey) !== undefined;
  }

  repoint(oldIdNumber: string, newIdNumber: string): Promise<{ readonly personKey: string }> {
    const from = this.lookup(oldIdNumber);
    const to = this.lookup(newIdNumber);
    return this.queue.run(() => {
      const row = this.rowAt(from);
      if (row === undefined) throw new IdNumberUnknown();
      const personKey = row.person_key;
      if (from === to) return { personKey };
      if (this.rowAt(to) !== undefined) throw new IdNumberTaken();
      const { name } = openIdentity(this.keys.master, personKey, row);
      this.sql.move.run(stored(to), personKey);
      this.reseal(personKey, { idNumber: newIdNumber, name });
      this.cache.delete(from);
      return { personKey };
    });
  }

  async erase(personKey: string): Promise<boolean> {
    const removed = await this.queue.run(() => Number(this.sql.remove.run(personKey).changes) > 0);
    // Rare, and the cache is keyed by HMAC: forgetting everything is simpler than a second index.
    this.cache.clear();
    // The write-ahead log still holds the row's wrapped key: fold it in and cut it off.
    this.view.end();
    if (removed) this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return removed;
  }

  async close(): Promise<void> {
    await this.queue.idle();
    this.view.end();
    this.database.close();
  }

  private reseal(personKey: string, person: KnownPerson): void {
    const { wrapped, sealed } = sealIdentity(this.keys.master, personKey, person);
    this.sql.reseal.run(wrapped, sealed, personKey);
  }
}

/** A lookup value as it stands in the file. */
const stored = (lookup: string): Buffer => Buffer.from(lookup, 'hex');

function prepare(database: DatabaseSync): Statements {
  return {
    byLookup: database.prepare('SELECT person_key, wrapped, sealed FROM identity WHERE lookup = ?'),
    byPerson: database.prepare('SELECT person_key, wrapped, sealed FROM identity WHERE person_key = ?'),
    insert: database.prepare('INSERT INTO identity (lookup, person_key, wrapped, sealed) VALUES (?, ?, ?, ?)'),
    reseal: database.prepare('UPDATE identity SET wrapped = ?, sealed = ? WHERE person_key = ?'),
    move: database.prepare('UPDATE identity SET lookup = ? WHERE person_key = ?'),
    remove: database.prepare('DELETE FROM identity WHERE person_key = ?'),
  };
}

function checkKeys(database: DatabaseSync, keys: IdentityKeys): void {
  const read = database.prepare('SELECT value FROM key_check WHERE which = ?');
  const write = database.prepare('INSERT INTO key_check (which, value) VALUES (?, ?)');
  for (const which of ['master', 'hmac'] as const) {
    const row = read.get(which) as { value: Uint8Array } | undefined;
    if (row === undefined) write.run(which, keyCheckValue(keys[which], which));
    else assertSameKey(which, keys[which], row.value);
  }
}
