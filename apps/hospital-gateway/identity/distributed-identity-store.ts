/**
 * Identities in KurrentDB, shared by all gateways, in streams beside the log that can be erased. Nothing is cached: what one
 * gateway erases no other may still know.
 */
import { randomBytes } from 'node:crypto';
import { type ErasableEntry, ErasableStreams } from '@oss/event-store';
import {
  type IdentityKeys,
  IdentityKeysError,
  identityStream,
  type KnownPerson,
  leaveOrCheckKeys,
  type Lookup,
  lookupWith,
  openedEntry,
  sealedEntry,
  type SealedEntry,
  sealedIn,
  sealedOf,
  streamsOf,
  type WayBack,
  wayBackOf,
  wayBackStream,
} from '@oss/host';
import { type Identity, IdentityStore, IdNumberTaken, IdNumberUnknown, type PutIdentity } from './identity-store';

/** Persons who were erased and registered again, one after another, under one id number. */
const MAX_LIVES = 1_000;
/** How often another gateway may be quicker. */
const MAX_RACES = 50;

/** Where an id number stands, or would stand. */
interface Place {
  readonly stream: string;
  readonly entry: (ErasableEntry & { readonly data: SealedEntry }) | null;
}

export class DistributedIdentityStore extends IdentityStore {
  private readonly lookup: Lookup;

  private constructor(
    private readonly streams: ErasableStreams,
    private readonly keys: IdentityKeys,
  ) {
    super();
    this.lookup = lookupWith(keys.hmac);
  }

  /**
   * @param given keys from the environment: all gateways need the same ones, so none may draw its own
   * @throws IdentityKeysError when a key is missing, or another one than the identities were written with
   */
  static async open(url: string, given: Partial<IdentityKeys>, namespace?: string): Promise<DistributedIdentityStore> {
    const { master, hmac } = given;
    if (!master || !hmac) {
      throw new IdentityKeysError(
        'with EVENT_STORE=kurrentdb several gateways share the identities: set OSS_MASTER_KEY and OSS_HMAC_KEY',
      );
    }
    const streams = new ErasableStreams({ url, ...(namespace === undefined ? {} : { namespace }) });
    try {
      await leaveOrCheckKeys(streams, { master, hmac });
      return new DistributedIdentityStore(streams, { master, hmac });
    } catch (error) {
      await streams.close();
      throw error;
    }
  }

  async find(idNumber: string): Promise<Identity | null> {
    const { entry } = await this.place(idNumber);
    return entry && { personKey: entry.data.personKey, name: this.opened(entry.data).name };
  }

  async put(idNumber: string, name: string): Promise<PutIdentity> {
    for (let races = 0; races < MAX_RACES; races++) {
      const { stream, entry } = await this.place(idNumber);
      if (entry === null) {
        const personKey = randomBytes(16).toString('hex');
        // The way back first: without it a person could not be erased. One that leads nowhere harms nobody.
        await this.streams.append(wayBackStream(personKey), 'no_stream', { stream });
        if (await this.streams.append(stream, 'no_stream', this.sealed(personKey, { idNumber, name }))) {
          return { personKey, outcome: 'created' };
        }
      } else {
        const { personKey } = entry.data;
        if (this.opened(entry.data).name === name) return { personKey, outcome: 'unchanged' };
        if (await this.streams.append(stream, entry.revision, this.sealed(personKey, { idNumber, name }))) {
          return { personKey, outcome: 'renamed' };
        }
      }
    }
    throw new Error('an identity is being changed from all sides: try again later');
  }

  async reveal(personKey: string): Promise<KnownPerson | null> {
    const sealed = await sealedOf(this.streams, personKey);
    return sealed && this.opened(sealed);
  }

  async exists(personKey: string): Promise<boolean> {
    return (await sealedOf(this.streams, personKey)) !== null;
  }

  /** New place, then the old one's end: when it is interrupted, doing it again finishes it. */
  async repoint(oldIdNumber: string, newIdNumber: string): Promise<{ readonly personKey: string }> {
    const from = await this.place(oldIdNumber);
    if (from.entry === null) throw new IdNumberUnknown();
    const { personKey } = from.entry.data;
    const to = await this.place(newIdNumber);
    if (to.stream === from.stream) return { personKey };
    if (to.entry !== null && to.entry.data.personKey !== personKey) throw new IdNumberTaken();
    await this.leadTo(personKey, { stream: to.stream, previous: from.stream });
    if (to.entry === null) {
      const { name } = this.opened(from.entry.data);
      const moved = await this.streams.append(to.stream, 'no_stream', this.sealed(personKey, { idNumber: newIdNumber, name }));
      if (!moved) throw new IdNumberTaken();
    }
    await this.streams.erase(from.stream);
    return { personKey };
  }

  async erase(personKey: string): Promise<boolean> {
    const wayBack = await wayBackOf(this.streams, personKey);
    if (wayBack === null) return false;
    for (const stream of streamsOf(wayBack)) {
      if (await sealedIn(this.streams, stream, personKey)) await this.streams.erase(stream);
    }
    await this.streams.erase(wayBackStream(personKey));
    return true;
  }

  close(): Promise<void> {
    return this.streams.close();
  }

  /** An erased place stays erased; who registers again under the id number gets the next one. */
  private async place(idNumber: string): Promise<Place> {
    const first = identityStream(this.lookup(idNumber));
    for (let life = 1; life <= MAX_LIVES; life++) {
      const stream = life === 1 ? first : `${first}-${life}`;
      const entry = await this.streams.last(stream);
      if (entry !== 'erased') return { stream, entry: entry as Place['entry'] };
    }
    throw new Error(`one id number was erased and registered ${MAX_LIVES} times`);
  }

  private async leadTo(personKey: string, { stream, previous }: Required<WayBack>): Promise<void> {
    for (let races = 0; races < MAX_RACES; races++) {
      const current = await wayBackOf(this.streams, personKey);
      if (current === null) throw new IdNumberUnknown();
      if (await this.streams.append(wayBackStream(personKey), current.revision, { stream, previous })) return;
    }
    throw new Error('an identity is being changed from all sides: try again later');
  }

  private opened(entry: SealedEntry): KnownPerson {
    return openedEntry(this.keys.master, entry);
  }

  private sealed(personKey: string, person: KnownPerson): SealedEntry {
    return sealedEntry(this.keys.master, personKey, person);
  }
}
