/**
 * Appends with a seal. The server compares ids, not content, and answers success to a repeat: what it says is therefore never
 * chained on from. Every append is read back, and only what was read back, or is asked for by its revision, is a link of the chain.
 */
import { ErrorType, WrongExpectedVersionError } from '@kurrent/kurrentdb-client';
import { LRUCache } from 'lru-cache';
import type { CheckedEvent } from '../checked-event';
import { collect } from '../collect';
import {
  AppendFailed,
  AppendOutcomeUnknown,
  type AppendResult,
  AppendTooLarge,
  type ExpectedRevision,
  WrongExpectedRevision,
} from '../event-store';
import { judge, REPEAT_WINDOW } from '../expected-revision';
import { Recorded } from '../recorded';
import { NO_HEAD, seal, type StreamHead } from '../sealing';
import { type Connection, isKind } from './connection';
import type { Names } from './names';
import type { KurrentReader } from './reader';
import { headOf, toServer } from './stored-event';

const MAX_CACHED_HEADS = 32_768;
/** With `any` and `stream_exists`: how often another writer may come between before the append is given up. */
const MAX_RACES = 50;
/** A server may limit single events, too (`MaxAppendEventSize`); the client has no name for that refusal. */
const EVENT_TOO_LARGE = /exceeds Maximum Append Event Size/;
/** The client gives up waiting for an answer after its own deadline (10 s unless the connection string says otherwise). */
const nothingWasWritten = () => [
  ErrorType.ACCESS_DENIED,
  ErrorType.NOT_LEADER,
  ErrorType.STREAM_DELETED,
  ErrorType.INVALID_ARGUMENT,
];

export class Appender {
  /** Heads that were read back or read: facts, and therefore never wrong, at most no longer the last. */
  readonly #heads = new LRUCache<string, StreamHead>({ max: MAX_CACHED_HEADS });

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly reader: KurrentReader,
    private readonly clock: () => number,
  ) {}

  /** @throws what `EventStore.append` throws */
  async append(stream: string, expected: ExpectedRevision, events: readonly CheckedEvent[]): Promise<AppendResult> {
    if (events.length === 0) return { revision: await this.#checkEmpty(stream, expected), events: [] };
    if (expected === 'any' || expected === 'stream_exists') return this.#appendAnywhere(stream, expected, events);
    const head = expected === 'no_stream' ? NO_HEAD : await this.#headAt(stream, expected);
    if (!head) throw new WrongExpectedRevision(stream, expected, await this.#actual(stream));
    return this.#appendBehind(stream, expected, head, events);
  }

  /** A head that is remembered is worth a read only while it is the one that is asked for. */
  async #headAt(stream: string, revision: number): Promise<StreamHead | null> {
    const cached = this.#heads.get(stream);
    if (cached?.revision === revision) return cached;
    const event = await this.reader.readRevision(stream, revision);
    return event && headOf(event);
  }

  async #actual(stream: string): Promise<number | 'no_stream'> {
    return (await this.reader.readLast(stream))?.revision ?? 'no_stream';
  }

  async #checkEmpty(stream: string, expected: ExpectedRevision): Promise<number> {
    const actual = await this.#actual(stream);
    const current = actual === 'no_stream' ? -1 : actual;
    if (judge(expected, current, [], () => []) === 'refuse') throw new WrongExpectedRevision(stream, expected, actual);
    return current;
  }

  /** Wherever the stream ends: a repeat is looked for among its last events, then the place is fixed, for the seal needs one. */
  async #appendAnywhere(
    stream: string,
    expected: 'any' | 'stream_exists',
    events: readonly CheckedEvent[],
  ): Promise<AppendResult> {
    for (let races = 0; ; races++) {
      const last = await collect(this.reader.readStream(stream, { direction: 'backwards', limit: REPEAT_WINDOW }));
      const current = last[0]?.revision ?? -1;
      const first = current + 1 - last.length;
      const ids = last.map(({ id }) => id).toReversed();
      const verdict = judge(expected, current, events, (from) => ids.slice(from - first));
      if (verdict === 'refuse') throw new WrongExpectedRevision(stream, expected, current < 0 ? 'no_stream' : current);
      if (verdict !== 'write') return this.#readBack(stream, verdict.repeats, events);
      try {
        const head = last[0] ? headOf(last[0] as Recorded) : NO_HEAD;
        return await this.#appendBehind(stream, current < 0 ? 'no_stream' : current, head, events);
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || races >= MAX_RACES) throw error;
      }
    }
  }

  async #appendBehind(
    stream: string,
    expected: 'no_stream' | number,
    head: StreamHead,
    events: readonly CheckedEvent[],
  ): Promise<AppendResult> {
    const sealed = seal(head, stream, events, this.clock());
    const streamState = expected === 'no_stream' ? expected : BigInt(expected);
    const proposed = events.map((event, i) => toServer(event, sealed[i]!));
    try {
      await this.connection.client.appendToStream(this.names.stream(stream), proposed, { streamState });
    } catch (error) {
      // The server has given up, and is there: a repeat of what stands it drops while the first try is still on its way.
      if (!isGivenUp(error)) throw await this.#translate(stream, expected, events, error);
    }
    return this.#readBack(stream, head.revision + 1, events);
  }

  /** What stands where the events were to be written: theirs, or those of whoever wrote the same ids first. */
  async #readBack(stream: string, from: number, events: readonly CheckedEvent[]): Promise<AppendResult> {
    let standing: Recorded[];
    try {
      standing = (await collect(this.reader.readStream(stream, { from, limit: events.length }))) as Recorded[];
    } catch (error) {
      throw new AppendOutcomeUnknown(stream, { cause: error });
    }
    if (standing.length !== events.length || standing.some(({ id }, i) => id !== events[i]!.id)) {
      throw new AppendOutcomeUnknown(stream, { cause: new Error('what was acknowledged could not be read back') });
    }
    const recorded = standing.map((event, i) => withLiveData(event, events[i]!));
    const last = recorded.at(-1)!;
    const cached = this.#heads.get(stream);
    if (!cached || cached.revision < last.revision) this.#heads.set(stream, headOf(last));
    return { revision: last.revision, events: recorded };
  }

  async #translate(stream: string, expected: ExpectedRevision, events: readonly CheckedEvent[], error: unknown): Promise<Error> {
    if (error instanceof WrongExpectedVersionError) {
      this.#heads.delete(stream);
      const { actualState } = error;
      return new WrongExpectedRevision(stream, expected, typeof actualState === 'bigint' ? Number(actualState) : 'no_stream');
    }
    if (isKind(error, ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) || EVENT_TOO_LARGE.test(String(error))) {
      return new AppendTooLarge(events.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
    }
    const refusal = nothingWasWritten().find((kind) => isKind(error, kind));
    if (refusal) return new AppendFailed(stream, refusal, { cause: error });
    return new AppendOutcomeUnknown(stream, { cause: error });
  }
}

/** ABORTED of gRPC: an answer of the server, unlike a deadline of our own. */
function isGivenUp(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 10;
}

/** The object that was appended serves as the data when its text is what stands; a repeat shows what stood first. */
function withLiveData(event: Recorded, proposed: CheckedEvent): Recorded {
  const { position, stream, revision, id, type, text, recordedAt, hash, due, trace } = event;
  if (text !== proposed.text || type !== proposed.type) return event;
  return new Recorded(position, stream, revision, id, type, text, recordedAt, hash, due, trace, proposed.data);
}
