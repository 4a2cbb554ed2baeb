/** Reads from the server in bounded pages; every page may be asked for again, so a lost connection is not seen. */
import { ErrorType } from '@kurrent/kurrentdb-client';
import { collect } from '../collect';
import type { Filter, ReadAllOptions, ReadOptions, RecordedEvent } from '../event-store';
import { matches } from '../filter';
import type { Recorded } from '../recorded';
import { type Connection, isKind } from './connection';
import type { Names } from './names';
import { fromServer, place, positionOf } from './stored-event';

const PAGE_EVENTS = 256;
/** A stream is mostly asked for its last few events: its first page is short, each next one twice as long. */
const FIRST_PAGE_EVENTS = 16;

export class KurrentReader {
  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
  ) {}

  async *readStream(stream: string, options: ReadOptions = {}): AsyncGenerator<RecordedEvent> {
    const backwards = options.direction === 'backwards';
    if (!backwards && options.from === 'end') return;
    let from = options.from ?? (backwards ? 'end' : 'start');
    // The client reads "backwards from the start" forwards.
    if (backwards && from === 'start') from = 0;
    let left = options.limit ?? Infinity;
    for (let size = options.limit ?? FIRST_PAGE_EVENTS; left > 0; size *= 2) {
      const asked = Math.min(left, size, PAGE_EVENTS);
      const page = await this.#streamPage(stream, backwards, from, asked);
      yield* page;
      left -= page.length;
      const last = page.at(-1);
      if (!last || page.length < asked || (backwards && last.revision === 0)) return;
      from = last.revision + (backwards ? -1 : 1);
    }
  }

  async readLast(stream: string): Promise<Recorded | null> {
    return (await this.#streamPage(stream, true, 'end', 1))[0] ?? null;
  }

  /** The event of a stream at a revision, or null. */
  async readRevision(stream: string, revision: number): Promise<Recorded | null> {
    const [event] = await this.#streamPage(stream, false, revision, 1);
    return event?.revision === revision ? event : null;
  }

  /** The whole log up to where it ends when the reader gets there. */
  async *readAll({ after, from, filter, limit = Infinity }: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    if (filter?.streamPrefixes?.length === 0) return;
    let place = Number(from ?? after ?? 0n);
    let inclusive = from !== undefined;
    for (let left = limit; left > 0;) {
      // What is filtered here cannot be counted there. One more, for the page begins with the event that has been seen.
      const count = filter?.types || filter?.due ? PAGE_EVENTS : Math.min(PAGE_EVENTS, left + 1);
      const { records, upTo } = await this.#logPage(place, filter, count).catch((error: unknown) => {
        // In another log the place may lie within a record: nothing stands there.
        if (inclusive && isKind(error, ErrorType.UNKNOWN)) return { records: [], upTo: null };
        throw error;
      });
      const events = records.filter((event) => matches(event, filter) && (inclusive || Number(event.position) > place));
      yield* events.slice(0, left);
      left -= events.length;
      if (upTo === null) return;
      place = upTo;
      inclusive = false;
    }
  }

  /** The event at a position that the log has given out, or null. */
  async readAt(position: number): Promise<Recorded | null> {
    const [event] = (await this.#logPage(position, undefined, 1)).records;
    return event?.position === BigInt(position) ? event : null;
  }

  /** The last event that the server's part of a filter lets pass; null when there is none. Scans backwards until it finds one. */
  async lastMatching(filter: Filter | undefined): Promise<number | null> {
    const { client } = this.connection;
    const options = { direction: 'backwards', fromPosition: 'end', maxCount: 1, requiresLeader: true } as const;
    const serverFilter = this.names.readFilter(filter);
    const [last] = await this.connection.ask('its end could not be read', () =>
      collect(client.readAll({ ...options, filter: serverFilter })),
    );
    return last?.event ? positionOf(last.event) : null;
  }

  /** From `from` on; a stream that does not exist, or was erased, is empty. */
  async #streamPage(stream: string, backwards: boolean, from: number | 'start' | 'end', count: number): Promise<Recorded[]> {
    const name = this.names.stream(stream);
    const options = {
      direction: backwards ? 'backwards' : 'forwards',
      fromRevision: typeof from === 'number' ? BigInt(from) : from,
      maxCount: count,
      requiresLeader: true,
    } as const;
    try {
      const records = await this.connection.ask(`${stream} could not be read`, () =>
        collect(this.connection.client.readStream(name, options)),
      );
      return records.flatMap(({ event }) => fromServer(this.names, event) ?? []);
    } catch (error) {
      if (isKind(error, ErrorType.STREAM_NOT_FOUND) || isKind(error, ErrorType.STREAM_DELETED)) return [];
      throw error;
    }
  }

  /**
   * One page of the log. The server begins with the event at the position itself. `upTo` is where the next page begins, null
   * when there is none.
   */
  async #logPage(from: number, filter: Filter | undefined, count: number): Promise<{ records: Recorded[]; upTo: number | null }> {
    const { client } = this.connection;
    const options = { direction: 'forwards', maxCount: count, requiresLeader: true } as const;
    const fromPosition = from === 0 ? 'start' : place(from);
    const serverFilter = this.names.readFilter(filter);
    const page = await this.connection.ask('the log could not be read', () =>
      collect(client.readAll({ ...options, fromPosition, filter: serverFilter })),
    );
    const last = page.length === count ? page.at(-1)?.event : undefined;
    return { records: page.flatMap(({ event }) => fromServer(this.names, event) ?? []), upTo: last ? positionOf(last) : null };
  }
}
