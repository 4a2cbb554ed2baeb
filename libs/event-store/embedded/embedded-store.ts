/** The embedded store: one file, one writer thread, reads on the calling thread, subscriptions fed from memory. */
import { checkedAppend } from '../checked-append';
import { drafted } from '../draft';
import { Delivery, type DeliveryFailure, type DeliveryOptions, type FailedDelivery, type Ledger } from '../delivery/delivery';
import { longestWaiting } from '../delivery/longest-waiting';
import { followSettings, workSettings } from '../delivery/settings';
import type {
  AppendResult,
  Checkpoint,
  EventStore,
  ExpectedRevision,
  Filter,
  FollowOptions,
  Handler,
  NewEvent,
  PairWriter,
  ParkedEvent,
  ReadAllOptions,
  ReadOptions,
  RecordedEvent,
  Subscription,
  WorkOptions,
} from '../event-store';
import { StoreClosed } from '../event-store';
import { Cursor } from './cursor';
import { type LastEvents, NO_REVISION } from './last-events';
import type { Reader } from './reader';
import type { Tail } from './tail';
import type { WriterClient } from './writer-client';

/** Most parked events of one `replayParked`; call it again for the rest. */
const MAX_REPLAYED = 1_000;
const MAX_SUBSCRIPTIONS = 10_000;

export class EmbeddedStore implements EventStore {
  readonly pairs: PairWriter = {
    draft: (stream, events) => drafted(stream, events, this.#clock()),
    append: async (draft, stream, expected, events, both) => {
      if (this.#closing) throw new StoreClosed();
      return this.#writer.appendPair(draft, stream, expected, checkedAppend(stream, expected, events), both);
    },
  };
  readonly #writer: WriterClient;
  readonly #reader: Reader;
  readonly #tail: Tail;
  readonly #lasts: LastEvents;
  readonly #clock: () => number;
  readonly #onFailure: (failure: FailedDelivery) => void;
  readonly #deliveries = new Set<Delivery>();
  readonly #named = new Map<string, Delivery>();
  #pumpScheduled = false;
  #closing: Promise<void> | null = null;

  constructor(
    writer: WriterClient,
    reader: Reader,
    tail: Tail,
    lasts: LastEvents,
    clock: () => number,
    onFailure: (failure: FailedDelivery) => void,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#tail = tail;
    this.#lasts = lasts;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    if (this.#closing) return Promise.reject(new StoreClosed());
    try {
      return this.#writer.append(stream, expected, checkedAppend(stream, expected, events));
    } catch (refusal) {
      return Promise.reject(refusal as Error);
    }
  }

  readStream(stream: string, options?: ReadOptions): AsyncIterable<RecordedEvent> {
    return this.#reader.readStream(stream, options);
  }

  /** Asked for several times at every decision: what is kept is answered without an asynchronous function's own bookkeeping. */
  readLast(stream: string): Promise<RecordedEvent | null> {
    const kept = this.#lasts.get(stream);
    return kept === undefined ? this.#readLast(stream) : Promise.resolve(kept);
  }

  async #readLast(stream: string): Promise<RecordedEvent | null> {
    const last = this.#reader.readLast(stream);
    this.#lasts.keep(stream, last);
    return last;
  }

  /** As `readLast`. */
  lastRevision(stream: string): Promise<number | 'no_stream'> {
    const known = this.#lasts.revision(stream);
    return known === undefined ? this.#readLastRevision(stream) : Promise.resolve(toldRevision(known));
  }

  async #readLastRevision(stream: string): Promise<number | 'no_stream'> {
    const revision = this.#reader.lastRevision(stream);
    this.#lasts.keepRevision(stream, revision);
    return toldRevision(revision);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return this.#reader.readAll(options);
  }

  follow(options: FollowOptions, handler: Handler): Subscription {
    return this.#deliver(options.name, options.from, options.filter, followSettings(options), handler);
  }

  /** Two events of one stream are not handled at once, save after a time-out. One call per group in this process. */
  work(options: WorkOptions, handler: Handler): Subscription {
    return this.#deliver(options.group, 'start', options.filter, workSettings(options), handler);
  }

  async listParked(subscription?: string): Promise<readonly ParkedEvent[]> {
    return this.#reader.listParked(subscription);
  }

  /** Answers 0 when no subscription of that name runs here: the events stay parked. */
  async replayParked(subscription: string, positions?: readonly bigint[]): Promise<number> {
    const delivery = this.#named.get(subscription);
    if (!delivery) return 0;
    await delivery.recorded();
    const wanted = positions && new Set(positions);
    const parked = this.#reader.listParked(subscription).filter(({ position }) => !wanted || wanted.has(position));
    const events = longestWaiting(parked, MAX_REPLAYED).map(({ position, attempts }) => {
      const at = Number(position);
      return { event: this.#reader.logPage(at - 1, undefined, 1, at).events[0]!, attempts };
    });
    return delivery.replay(events);
  }

  async loadCheckpoint(name: string): Promise<Checkpoint | null> {
    return this.#reader.loadCheckpoint(name);
  }

  async saveCheckpoint(name: string, { position, state }: Checkpoint): Promise<void> {
    if (this.#closing) throw new StoreClosed();
    await this.#writer.note({ kind: 'checkpoint', name, position: Number(position), state: state ?? null });
  }

  async headPosition(): Promise<bigint | null> {
    return this.#tail.last === 0 ? null : BigInt(this.#tail.last);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** Lets the subscriptions see what has been committed, after the appends' own continuations have had their turn. */
  wake(): void {
    if (this.#pumpScheduled || this.#deliveries.size === 0) return;
    this.#pumpScheduled = true;
    queueMicrotask(() => {
      this.#pumpScheduled = false;
      let taken = this.#tail.last;
      for (const delivery of this.#deliveries) {
        delivery.pump();
        taken = Math.min(taken, delivery.taken);
      }
      this.#tail.release(taken);
    });
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#deliveries].map((delivery) => delivery.stop()));
    await this.#writer.close();
    this.#reader.close();
  }

  #deliver(
    name: string | undefined,
    from: FollowOptions['from'],
    filter: Filter | undefined,
    settings: DeliveryOptions,
    handler: Handler,
  ): Subscription {
    if (this.#closing) throw new StoreClosed();
    if (name !== undefined && this.#named.has(name)) throw new Error(`the subscription ${name} already runs: stop it first`);
    if (this.#deliveries.size >= MAX_SUBSCRIPTIONS) throw new Error(`more than ${MAX_SUBSCRIPTIONS} subscriptions run at once`);
    const stored = name === undefined ? null : this.#reader.loadCheckpoint(name);
    const cursor = new Cursor(this.#reader, this.#tail, filter, stored ? Number(stored.position) : this.#start(from));
    const ledger = name === undefined ? null : this.#ledger(name);
    const report = (failure: DeliveryFailure): void => this.#onFailure({ ...failure, subscription: name });
    const delivery = new Delivery(cursor, () => this.#tail.last, ledger, settings, handler, report);
    this.#deliveries.add(delivery);
    if (name !== undefined) this.#named.set(name, delivery);
    void delivery.closed.then(() => {
      this.#deliveries.delete(delivery);
      if (name !== undefined) this.#named.delete(name);
    });
    setImmediate(() => delivery.pump());
    return delivery;
  }

  #start(from: FollowOptions['from']): number {
    if (from === 'end') return this.#tail.last;
    return typeof from === 'bigint' ? Number(from) : 0;
  }

  #ledger(subscription: string): Ledger {
    return {
      save: (position) => this.#writer.note({ kind: 'checkpoint', name: subscription, position }),
      park: ({ position }, attempts, error) =>
        this.#writer.note({ kind: 'park', subscription, position: Number(position), attempts, error, at: this.#clock() }),
      unpark: ({ position }) => this.#writer.note({ kind: 'unpark', subscription, position: Number(position) }),
    };
  }
}

const toldRevision = (revision: number): number | 'no_stream' => (revision === NO_REVISION ? 'no_stream' : revision);
