/**
 * FOR TESTS ALONE. One persistent subscription to $all, as the real server runs it: a read-ahead buffer, retries before new
 * messages, consumers with so many messages in flight at most, each stream pinned to one of them, time-outs, parking.
 */
import type { CreateReq } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/persistentsubscriptions_pb';
import { filterOf } from './filter';
import type { Log, StoredEvent } from './log';
import { Parking } from './parking';

export interface Consumer {
  readonly bufferSize: number;
  readonly inFlight: Set<string>;
  readonly send: (message: Message) => void;
}

export interface Message {
  /** The id that is acknowledged: the link's for a parked message that is replayed. */
  readonly id: string;
  readonly event: StoredEvent;
  readonly link: StoredEvent | null;
  readonly retryCount: number;
}

/** @param all the group's consumers now; one that has left by the time of a delivery gets nothing more */
export type Deliver = (message: Message, to: Consumer, all: readonly Consumer[]) => void;

interface InFlight extends Message {
  readonly consumer: Consumer;
  readonly expires: number;
}

const TICK_MS = 20;
/** How long a group that was made, or a server that starts, takes for the first page of the log. */
const FIRST_PAGE_MS = 20;

export class Group {
  readonly settings: CreateReq.Settings;
  readonly parking: Parking;
  readonly #log: Log;
  readonly #passes: (event: StoredEvent) => boolean;
  readonly consumers: Consumer[] = [];
  readonly outstanding = new Map<string, InFlight>();
  retries: Message[] = [];
  buffer: Message[] = [];
  lastKnown: StoredEvent | null = null;
  lastCheckpointed: StoredEvent | null = null;
  /** Reads the log's past no more. Until then what comes live is known, but stands in the live buffer alone. */
  #live = false;
  /** Says that it still reads, as a group does that has read its last event before it heard of it. */
  staysBehind = false;
  #cameLive = 0;
  /** Index in the log of the next event to read. */
  #next = 0;
  /** Index in the log of the last checkpointed event; -1: none. */
  #checkpointed = -1;
  readonly #ticks: NodeJS.Timeout[];

  constructor(
    readonly name: string,
    log: Log,
    options: CreateReq.Options,
    private readonly deliver: Deliver,
  ) {
    this.#log = log;
    this.settings = options.getSettings()!;
    const all = options.getAll()!;
    this.#passes = filterOf(all.getFilter());
    if (all.hasEnd()) this.#next = log.all.length;
    if (all.hasPosition()) this.#next = log.indexFrom(Number(all.getPosition()!.getCommitPosition()));
    this.parking = new Parking(name, log);
    log.on('appended', this.#appended);
    this.#readFirstPage();
    const mark = (): void => this.#markCheckpoint(this.settings.getMinCheckpointCount());
    this.#ticks = [
      setInterval(() => this.#timeOut(), TICK_MS),
      setInterval(mark, Math.max(TICK_MS, this.settings.getCheckpointAfterMs())),
    ];
  }

  stop(): void {
    this.#log.off('appended', this.#appended);
    for (const tick of this.#ticks) clearInterval(tick);
  }

  connect(consumer: Consumer): void {
    this.consumers.push(consumer);
    this.push();
  }

  /** What the lost consumer had in flight goes to the others, or to whoever comes. */
  disconnect(consumer: Consumer): void {
    this.consumers.splice(this.consumers.indexOf(consumer), 1);
    const lost = [...this.outstanding.values()].filter((message) => message.consumer === consumer);
    for (const message of lost) this.#retry(message);
    this.push();
  }

  ack(ids: readonly string[]): void {
    for (const id of ids) this.#release(id);
    this.#markCheckpoint(this.settings.getMaxCheckpointCount());
    this.push();
  }

  nack(ids: readonly string[], action: 'park' | 'retry' | 'skip', reason: string): void {
    for (const id of ids) {
      const message = this.outstanding.get(id);
      if (!message) continue;
      if (action === 'park') this.parking.park(message.event, `Client explicitly NAK'ed message.\n${reason}`);
      else if (action === 'retry') this.#retryOrPark(message);
      this.#release(id);
    }
    this.push();
  }

  replayParked(stopAt: number | null): void {
    for (const link of this.parking.takeAll(stopAt)) {
      const event = this.#log.resolve(link);
      if (event) this.retries.push({ id: link.id, event, link, retryCount: 0 });
    }
    this.push();
  }

  get status(): string {
    return this.#live && !this.staysBehind ? 'Live' : 'Behind, OutstandingPageRequest';
  }

  /** The last ones that came live, for the case that the group falls behind; handed out long ago or not. */
  get liveBufferCount(): number {
    return Math.min(this.#cameLive, this.settings.getLiveBufferSize());
  }

  /** Parks everything in flight as if it had been delivered too often; answers how many. */
  giveUp(): number {
    const given = [...this.outstanding.values()];
    for (const message of given) this.#retryOrPark({ ...message, retryCount: this.settings.getMaxRetryCount() });
    return given.length;
  }

  /** A server that crashed knows its last checkpoint and nothing of what was acknowledged since. */
  forget(): void {
    this.outstanding.clear();
    this.retries = [];
    this.buffer = [];
    this.#next = this.#checkpointed + 1;
    this.lastKnown = this.lastCheckpointed;
    this.parking.countAnew(this.lastCheckpointed !== null);
    this.#readFirstPage();
  }

  readonly push = (): void => {
    this.#readAhead();
    if (this.consumers.length === 0) return;
    this.retries = this.retries.filter((message) => !this.#send(message));
    this.buffer = this.buffer.filter((message) => !this.#send(message));
    this.#readAhead();
  };

  readonly #appended = (): void => {
    const last = this.#log.all.at(-1)!;
    if (this.#passes(last)) {
      this.#cameLive += 1;
      this.lastKnown = last;
    }
    this.push();
  };

  #readFirstPage(): void {
    this.#live = false;
    this.#cameLive = 0;
    setTimeout(() => {
      this.#live = true;
      this.push();
    }, FIRST_PAGE_MS);
  }

  #readAhead(): void {
    if (!this.#live) return;
    const room = this.settings.getHistoryBufferSize();
    for (; this.buffer.length < room && this.#next < this.#log.all.length; this.#next++) {
      const event = this.#log.all[this.#next]!;
      if (!this.#passes(event)) continue;
      this.buffer.push({ id: event.id, event, link: null, retryCount: 0 });
      this.lastKnown = event;
    }
  }

  /** Pinned: a stream's messages go to one consumer; when it is full they wait, and those of other streams pass. */
  #send(message: Message): boolean {
    const consumer = this.consumers[hash(message.event.stream) % this.consumers.length]!;
    if (consumer.inFlight.size >= consumer.bufferSize || this.outstanding.has(message.id)) return false;
    consumer.inFlight.add(message.id);
    this.outstanding.set(message.id, { ...message, consumer, expires: Date.now() + this.settings.getMessageTimeoutMs() });
    this.deliver(message, consumer, this.consumers);
    return true;
  }

  #release(id: string): void {
    this.outstanding.get(id)?.consumer.inFlight.delete(id);
    this.outstanding.delete(id);
  }

  #retry({ id, event, link, retryCount }: Message): void {
    this.#release(id);
    this.retries.push({ id, event, link, retryCount: retryCount + 1 });
    this.retries.sort((a, b) => a.event.position - b.event.position);
  }

  #retryOrPark(message: Message): void {
    if (message.retryCount < this.settings.getMaxRetryCount()) return this.#retry(message);
    this.parking.park(message.event, `Reached retry count of ${this.settings.getMaxRetryCount()}`);
    this.#release(message.id);
  }

  #timeOut(): void {
    const now = Date.now();
    const late = [...this.outstanding.values()].filter(({ expires }) => expires <= now);
    for (const message of late) this.#retryOrPark(message);
    if (late.length > 0) this.push();
  }

  /** Everything before the first message that is not done, once enough has been done since: more of it between the ticks. */
  #markCheckpoint(least: number): void {
    const undone = [...this.outstanding.values(), ...this.retries, ...this.buffer].map(({ event }) => event.position);
    const first = Math.min(...undone, Infinity);
    let since = 0;
    let last = this.lastCheckpointed;
    let at = this.#checkpointed;
    for (let i = at + 1; i < this.#next && this.#log.all[i]!.position < first; i++) {
      if (!this.#passes(this.#log.all[i]!)) continue;
      since += 1;
      last = this.#log.all[i]!;
      at = i;
    }
    if (since < least) return;
    this.lastCheckpointed = last;
    this.#checkpointed = at;
  }
}

function hash(text: string): number {
  let value = 7;
  for (let i = 0; i < text.length; i++) value = (value * 31 + text.charCodeAt(i)) >>> 0;
  return value;
}
