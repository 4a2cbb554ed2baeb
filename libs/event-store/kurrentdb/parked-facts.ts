/**
 * What `follow` parked: one stream of the adapter's own in which parking and bringing back are facts, folded on reading.
 * (What `work` parks, the server keeps.) When nothing is parked any more the stream is emptied, so it stays short.
 */
import { ErrorType, jsonEvent } from '@kurrent/kurrentdb-client';
import { collect } from '../collect';
import type { ParkedEvent, RecordedEvent } from '../event-store';
import { instantText } from '../sealing';
import { type Connection, isKind } from './connection';
import type { Names } from './names';
import type { KurrentReader } from './reader';

interface Parked extends Omit<ParkedEvent, 'position' | 'id'> {
  /** Decimal digits. */
  readonly position: string;
  /** Facts of the first versions lack it. */
  readonly id?: string;
}

type WithoutId = Omit<ParkedEvent, 'id'> & { readonly id?: string };

interface Folded {
  readonly parked: ReadonlyMap<string, WithoutId>;
  /** Revision of the last fact, -1 when there is none. */
  readonly revision: bigint;
}

export class ParkedFacts {
  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly reader: KurrentReader,
    private readonly clock: () => number,
  ) {}

  async list(): Promise<ParkedEvent[]> {
    const { parked } = await this.#fold();
    const entries = await Promise.all([...parked.values()].map((entry) => this.#withId(entry)));
    return entries.filter((entry) => entry !== null);
  }

  async park(subscription: string, event: RecordedEvent, attempts: number, error: string): Promise<void> {
    const { position, stream, revision, id, type } = event;
    const parkedAt = instantText(this.clock());
    const data: Parked = { attempts, error, id, parkedAt, position: String(position), revision, stream, subscription, type };
    await this.#write('EventParked', { ...data });
  }

  async unpark(subscription: string, position: bigint): Promise<void> {
    await this.#write('EventBroughtBack', { position: String(position), subscription });
    const { parked, revision } = await this.#fold();
    if (parked.size > 0) return;
    // Whoever parked something in this moment makes the deletion fail, and nothing is lost.
    await this.connection.client.deleteStream(this.names.parked, { expectedRevision: revision }).catch(() => {});
  }

  /** Null when the log no longer has the event: it can never be delivered. */
  async #withId(entry: WithoutId): Promise<ParkedEvent | null> {
    const id = entry.id ?? (await this.reader.readAt(Number(entry.position)))?.id;
    return id === undefined ? null : { ...entry, id };
  }

  async #write(type: string, data: Record<string, string | number>): Promise<void> {
    const event = jsonEvent({ type, data });
    await this.connection.ask('what was parked could not be written', () =>
      this.connection.client.appendToStream(this.names.parked, event, { streamState: 'any' }),
    );
  }

  async #fold(): Promise<Folded> {
    const parked = new Map<string, WithoutId>();
    let revision = -1n;
    try {
      const facts = await this.connection.ask('what was parked could not be read', () =>
        collect(this.connection.client.readStream(this.names.parked, { requiresLeader: true })),
      );
      for (const { event } of facts) {
        const { position, ...rest } = event!.data as unknown as Parked;
        const key = `${position}/${rest.subscription}`;
        if (event!.type === 'EventParked') parked.set(key, { ...rest, position: BigInt(position) });
        else parked.delete(key);
        revision = event!.revision;
      }
    } catch (error) {
      if (!isKind(error, ErrorType.STREAM_NOT_FOUND)) throw error;
    }
    return { parked, revision };
  }
}
