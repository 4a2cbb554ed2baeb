/**
 * Streams beside the log, for what must be erasable: no seal, no reader of the log sees them, the last entry counts. Erasing
 * is a tombstone, which is for ever. Until a scavenge the server still shows what was erased to whoever may read `$all`, and
 * keeps its bytes; somebody must start one on every node. So what is written here must be encrypted.
 */
import { randomUUID } from 'node:crypto';
import { ErrorType, jsonEvent } from '@kurrent/kurrentdb-client';
import { collect } from '../collect';
import { Connection, isKind } from './connection';
import { Names } from './names';

export interface ErasableEntry {
  readonly revision: number;
  readonly data: unknown;
}

export interface ErasableStreamsOptions {
  /** Connection string, as for the store. */
  readonly url: string;
  /** As for the store. */
  readonly namespace?: string;
}

export class ErasableStreams {
  readonly #connection: Connection;
  readonly #names: Names;

  constructor({ url, namespace = '' }: ErasableStreamsOptions) {
    this.#connection = new Connection(url);
    this.#names = new Names(namespace);
  }

  /** The last entry; null where nothing was written yet, `erased` under a tombstone. */
  async last(name: string): Promise<ErasableEntry | 'erased' | null> {
    const stream = this.#names.erasable(name);
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1, requiresLeader: true } as const;
    try {
      const [last] = await this.#connection.ask('an entry could not be read', () =>
        collect(this.#connection.client.readStream(stream, options)),
      );
      return last?.event ? { revision: Number(last.event.revision), data: last.event.data } : null;
    } catch (error) {
      if (isKind(error, ErrorType.STREAM_NOT_FOUND)) return null;
      if (isKind(error, ErrorType.STREAM_DELETED)) return 'erased';
      throw error;
    }
  }

  /** False when the stream is not at that revision (or erased): somebody else was quicker. Durable when it resolves. */
  async append(name: string, expected: 'no_stream' | number, data: Readonly<Record<string, string>>): Promise<boolean> {
    const stream = this.#names.erasable(name);
    // One id for all tries: the server answers a repeat like the first time, so an answer that got lost does no harm.
    const entry = jsonEvent({ id: randomUUID(), type: 'EntryWritten', data: { ...data } });
    const streamState = expected === 'no_stream' ? expected : BigInt(expected);
    const { client } = this.#connection;
    try {
      await this.#connection.ask('an entry could not be written', () => client.appendToStream(stream, entry, { streamState }));
    } catch (error) {
      if (isKind(error, ErrorType.WRONG_EXPECTED_VERSION) || isKind(error, ErrorType.STREAM_DELETED)) return false;
      throw error;
    }
    if (expected === 'no_stream') {
      await this.#connection.ask('a stream could not be prepared', () => client.setStreamMetadata(stream, { maxCount: 1 }));
    }
    return true;
  }

  /** For ever. What is erased already, or was never written, stays so. */
  async erase(name: string): Promise<void> {
    const { client } = this.#connection;
    try {
      await this.#connection.ask('a stream could not be erased', () => client.tombstoneStream(this.#names.erasable(name)));
    } catch (error) {
      if (!isKind(error, ErrorType.STREAM_DELETED)) throw error;
    }
  }

  close(): Promise<void> {
    this.#connection.hurry();
    return this.#connection.close();
  }
}
