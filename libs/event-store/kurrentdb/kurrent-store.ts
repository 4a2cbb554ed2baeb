/** The distributed store: KurrentDB (EventStoreDB 23.10 or later) behind the port. What it means is the contract suite's. */
import { checkedAppend } from '../checked-append';
import type {
  AppendResult,
  Checkpoint,
  EventStore,
  ExpectedRevision,
  FollowOptions,
  Handler,
  NewEvent,
  ParkedEvent,
  ReadAllOptions,
  ReadOptions,
  RecordedEvent,
  Subscription,
  WorkOptions,
} from '../event-store';
import { InvalidEvent, StoreClosed } from '../event-store';
import type { Appender } from './appender';
import type { Checkpoints } from './checkpoints';
import type { Connection } from './connection';
import type { KurrentReader } from './reader';
import type { Subscriptions } from './subscriptions';

export class KurrentStore implements EventStore {
  readonly #connection: Connection;
  readonly #appender: Appender;
  readonly #reader: KurrentReader;
  readonly #checkpoints: Checkpoints;
  readonly #subscriptions: Subscriptions;
  readonly #appending = new Set<Promise<AppendResult>>();
  #closing: Promise<void> | null = null;

  constructor(
    connection: Connection,
    appender: Appender,
    reader: KurrentReader,
    checkpoints: Checkpoints,
    subscriptions: Subscriptions,
  ) {
    this.#connection = connection;
    this.#appender = appender;
    this.#reader = reader;
    this.#checkpoints = checkpoints;
    this.#subscriptions = subscriptions;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    if (this.#closing) return Promise.reject(new StoreClosed());
    const appended = this.#append(stream, expected, events);
    this.#appending.add(appended);
    const done = (): void => void this.#appending.delete(appended);
    appended.then(done, done);
    return appended;
  }

  readStream(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent> {
    return this.#reader.readStream(stream, options);
  }

  readLast(stream: string): Promise<RecordedEvent | null> {
    return this.#reader.readLast(stream);
  }

  async lastRevision(stream: string): Promise<number | 'no_stream'> {
    return (await this.#reader.readLast(stream))?.revision ?? 'no_stream';
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.#reader.readAll(options);
  }

  follow(options: FollowOptions, handler: Handler): Subscription {
    if (this.#closing) throw new StoreClosed();
    this.#subscriptions.checkName(options.name);
    return this.#subscriptions.follow(options, handler);
  }

  work(options: WorkOptions, handler: Handler): Subscription {
    if (this.#closing) throw new StoreClosed();
    this.#subscriptions.checkName(options.group);
    return this.#subscriptions.work(options, handler);
  }

  listParked(subscription?: string): Promise<readonly ParkedEvent[]> {
    return this.#subscriptions.listParked(subscription);
  }

  /** A group's parked events are replayed by the server, all of them; those that were not asked for are parked again. */
  replayParked(subscription: string, positions?: readonly bigint[]): Promise<number> {
    return this.#subscriptions.replayParked(subscription, positions);
  }

  loadCheckpoint(name: string): Promise<Checkpoint | null> {
    return this.#checkpoints.load(name);
  }

  /** The state may take as much as one append: the server's limit, 1 MiB by default. */
  async saveCheckpoint(name: string, checkpoint: Checkpoint): Promise<void> {
    if (this.#closing) throw new StoreClosed();
    await this.#checkpoints.save(name, checkpoint);
  }

  async headPosition(): Promise<bigint | null> {
    const head = await this.#reader.lastMatching(undefined);
    return head === null ? null : BigInt(head);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    const checked = checkedAppend(stream, expected, events);
    if (stream.startsWith('@'))
      throw new InvalidEvent(`the stream name ${stream} is reserved: names that begin with @ are the adapter's`);
    await this.#subscriptions.settled();
    return this.#appender.append(stream, expected, checked);
  }

  async #close(): Promise<void> {
    this.#connection.hurry();
    await this.#subscriptions.stop();
    await Promise.allSettled(this.#appending);
    await this.#connection.close();
  }
}
