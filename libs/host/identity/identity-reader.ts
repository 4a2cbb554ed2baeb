/**
 * Reads who somebody is from the identity file of a data directory, read-only, beside a running system: for the command line
 * of whoever holds the master key. No server uses it: identities never leave over HTTP.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { assertSameKey, IdentityKeysError, loadMasterKey } from './identity-keys';
import { type KnownPerson, openIdentity } from './sealing';

export class IdentityReader {
  readonly #byPerson: StatementSync;

  private constructor(
    private readonly database: DatabaseSync,
    private readonly master: Buffer,
  ) {
    this.#byPerson = database.prepare('SELECT wrapped, sealed FROM identity WHERE person_key = ?');
  }

  /**
   * @param given the master key; absent: that of DATA_DIR/keys
   * @throws IdentityKeysError when there are no identities, or the key is missing or another one
   */
  static open(dataDir: string, given?: Buffer): IdentityReader {
    const path = join(dataDir, 'identity.sqlite');
    if (!existsSync(path))
      throw new IdentityKeysError(
        `there are no identities in ${dataDir}: identity.sqlite is missing (those of a distributed store are not exported)`,
      );
    const master = loadMasterKey(dataDir, given);
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const stored = database.prepare("SELECT value FROM key_check WHERE which = 'master'").get() as
        { value: Uint8Array } | undefined;
      if (stored !== undefined) assertSameKey('master', master, stored.value);
      return new IdentityReader(database, master);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Name and id number of a personKey; null when unknown or erased. */
  reveal(personKey: string): KnownPerson | null {
    const row = this.#byPerson.get(personKey) as { wrapped: Uint8Array; sealed: Uint8Array } | undefined;
    return row === undefined ? null : openIdentity(this.master, personKey, row);
  }

  close(): void {
    this.database.close();
  }
}
