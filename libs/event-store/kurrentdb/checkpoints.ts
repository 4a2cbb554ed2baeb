/** Checkpoints by name: each a stream of its own of which the server keeps the last event. They are not facts and carry no seal. */
import { ErrorType, jsonEvent } from '@kurrent/kurrentdb-client';
import { LRUCache } from 'lru-cache';
import { collect } from '../collect';
import type { Checkpoint } from '../event-store';
import { type Connection, isKind } from './connection';
import type { Names } from './names';

const MAX_REMEMBERED = 10_000;

interface Saved {
  /** Decimal digits. */
  readonly position: string;
  readonly state?: string;
}

export class Checkpoints {
  /** States beside the positions, of names that were read or written here: a name has one owner. */
  readonly #states = new LRUCache<string, { readonly state?: string }>({ max: MAX_REMEMBERED });

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
  ) {}

  async load(name: string): Promise<Checkpoint | null> {
    const saved = await this.#last(name);
    this.#states.set(name, saved?.state === undefined ? {} : { state: saved.state });
    if (!saved) return null;
    const position = BigInt(saved.position);
    return saved.state === undefined ? { position } : { position, state: saved.state };
  }

  async save(name: string, { position, state }: Checkpoint): Promise<void> {
    const stream = this.names.checkpoint(name);
    const { client } = this.connection;
    if (!this.#states.has(name) && (await this.#last(name)) === null) {
      await this.connection.ask(`${stream} could not be prepared`, () => client.setStreamMetadata(stream, { maxCount: 1 }));
    }
    const data: Saved = { position: String(position), ...(state === undefined ? {} : { state }) };
    const event = jsonEvent({ type: 'CheckpointSaved', data: { ...data } });
    await this.connection.ask(`${stream} could not be written`, () =>
      client.appendToStream(stream, event, { streamState: 'any' }),
    );
    this.#states.set(name, state === undefined ? {} : { state });
  }

  /** Moves the position and leaves the state as it is. */
  async move(name: string, position: bigint): Promise<void> {
    const kept = this.#states.get(name) ?? (await this.load(name));
    await this.save(name, { position, ...(kept?.state === undefined ? {} : { state: kept.state }) });
  }

  async #last(name: string): Promise<Saved | null> {
    const stream = this.names.checkpoint(name);
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1, requiresLeader: true } as const;
    try {
      const [last] = await this.connection.ask(`${stream} could not be read`, () =>
        collect(this.connection.client.readStream(stream, options)),
      );
      return (last?.event?.data as Saved | undefined) ?? null;
    } catch (error) {
      if (isKind(error, ErrorType.STREAM_NOT_FOUND)) return null;
      throw error;
    }
  }
}
