/**
 * Reads who somebody is, beside a running system, and writes nothing: for the command line of whoever holds the master key.
 * No server uses it: identities never leave over HTTP.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { ErasableStreams } from '@oss/event-store';
import { assertSameKey, IdentityKeysError, loadMasterKey } from './identity-keys';
import { checkKeys, openedEntry, sealedOf } from './identity-streams';
import { type KnownPerson, openIdentity } from './sealing';

/** Nothing is cached: whoever is erased while it reads is not shown any more. */
export interface IdentityReader {
  /** Name and id number of a personKey; null when unknown or erased. */
  reveal(personKey: string): Promise<KnownPerson | null>;
  close(): Promise<void>;
}

/** The identity file of a data directory. */
export class EmbeddedIdentityReader implements IdentityReader {
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
  static open(dataDir: string, given?: Buffer): EmbeddedIdentityReader {
    const path = join(dataDir, 'identity.sqlite');
    if (!existsSync(path)) throw new IdentityKeysError(`there are no identities in ${dataDir}: identity.sqlite is missing`);
    const master = loadMasterKey(dataDir, given);
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
    try {
      const stored = database.prepare("SELECT value FROM key_check WHERE which = 'master'").get() as
        { value: Uint8Array } | undefined;
      if (stored !== undefined) assertSameKey('master', master, stored.value);
      return new EmbeddedIdentityReader(database, master);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  async reveal(personKey: string): Promise<KnownPerson | null> {
    const row = this.#byPerson.get(personKey) as { wrapped: Uint8Array; sealed: Uint8Array } | undefined;
    return row === undefined ? null : openIdentity(this.master, personKey, row);
  }

  async close(): Promise<void> {
    this.database.close();
  }
}

/** The identity streams that all gateways of a KurrentDB share. */
export class DistributedIdentityReader implements IdentityReader {
  private constructor(
    private readonly streams: ErasableStreams,
    private readonly master: Buffer,
  ) {}

  /**
   * @param url connection string @param master the key that the gateways were given; no directory holds it
   * @throws IdentityKeysError when there are no identities, or the key is missing or another one; StoreUnavailable
   */
  static async open(url: string, master: Buffer | undefined): Promise<DistributedIdentityReader> {
    if (master === undefined)
      throw new IdentityKeysError(
        'identities that gateways share in KurrentDB are read with their master key: set OSS_MASTER_KEY',
      );
    const streams = new ErasableStreams({ url });
    try {
      await checkKeys(streams, { master });
      return new DistributedIdentityReader(streams, master);
    } catch (error) {
      await streams.close();
      throw error;
    }
  }

  async reveal(personKey: string): Promise<KnownPerson | null> {
    const sealed = await sealedOf(this.streams, personKey);
    return sealed && openedEntry(this.master, sealed);
  }

  close(): Promise<void> {
    return this.streams.close();
  }
}
