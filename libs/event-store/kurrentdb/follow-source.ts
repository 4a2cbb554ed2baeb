/**
 * The source of `follow`: a catch-up subscription to $all, filtered by the server as far as it can. It goes on from the last
 * event that was handed out, so a lost connection loses nothing and repeats nothing.
 */
import type { AllStreamSubscription, Position } from '@kurrent/kurrentdb-client';
import type { Source } from '../delivery/source';
import type { Filter } from '../event-store';
import { matches } from '../filter';
import type { Recorded } from '../recorded';
import { BackOff } from './back-off';
import { type Connection, withinReason } from './connection';
import type { Names } from './names';
import { fromServer, place, positionOf } from './stored-event';

/** Events that wait in this process; the rest waits at the server. */
const BUFFERED_EVENTS = 64;

export class FollowSource implements Source {
  position = 0;
  before = 0;
  readonly atEnd = true;
  /** Called when there may be something new. */
  onReadable: () => void = () => {};
  #subscription: AllStreamSubscription | null = null;
  #generation = 0;
  /** Position of the last event that was read; events come in order, so what is not behind it is a repeat. */
  #lastEvent = 0;
  /** The server has looked at everything up to here; holds once what it sent before has been read. */
  #reported = 0;
  /** Where the server's last report lay. */
  #lastReport = 0;
  /** `matching` is the last event that this filter lets through up to `head`. */
  #passed = { matching: 0, head: 0 };
  #closed = false;
  readonly #backOff = new BackOff();

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly filter: Filter | undefined,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** Begins behind this position; 0 is the beginning. */
  open(position: number): void {
    this.position = position;
    this.before = position;
    this.#lastEvent = position;
    this.#connect();
  }

  next(): Recorded | undefined {
    for (let resolved = this.#read(); resolved; resolved = this.#read()) {
      const { event } = resolved;
      if (!event) continue;
      const at = positionOf(event);
      if (at <= this.#lastEvent) continue;
      const recorded = fromServer(this.names, event);
      this.before = this.position < at ? this.position : this.#lastEvent;
      this.#lastEvent = at;
      this.position = Math.max(this.position, at);
      if (recorded && matches(recorded, this.filter)) return recorded;
    }
    this.#advance();
    return undefined;
  }

  /** Whoever has read the log's head, and then the last event that may concern us, tells both. */
  passed(matching: number, head: number): void {
    this.#passed = { matching, head };
    this.onReadable();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#backOff.stop();
    await this.#drop();
  }

  #read() {
    return this.#subscription?.read() as ReturnType<AllStreamSubscription['read']>;
  }

  /** With nothing left to read, what the server has looked through is passed. */
  #advance(): void {
    const { matching, head } = this.#passed;
    const passed = this.position >= matching ? head : 0;
    this.position = Math.max(this.position, this.#reported, passed);
  }

  /**
   * A server has looked at what it reports, or (the prepare position lies before the commit) only at what stands before it:
   * the next record will begin there, nobody has seen it, and to go on behind it would lose it. Then the report before holds.
   * Some servers of 24.10 and 25.0 report no place at all, by the largest number there is.
   */
  #takeReport({ commit, prepare }: Position): void {
    const at = Number(commit);
    if (!Number.isSafeInteger(at)) return;
    this.#reported = prepare < commit ? this.#lastReport : at;
    this.#lastReport = at;
  }

  #connect(): void {
    if (this.#closed) return;
    const generation = ++this.#generation;
    const isCurrent = (): boolean => generation === this.#generation && !this.#closed;
    this.#reported = 0;
    this.#lastReport = 0;
    const filter = this.names.subscriptionFilter(this.filter, (_subscription, reached) => {
      if (!isCurrent()) return;
      this.#takeReport(reached);
      this.onReadable();
    });
    const fromPosition = this.position === 0 ? 'start' : place(this.position);
    const options = { fromPosition, filter, requiresLeader: false } as const;
    const subscription = this.connection.client.subscribeToAll(options, { highWaterMark: BUFFERED_EVENTS });
    this.#subscription = subscription;
    const lost = (error: unknown): void => {
      if (!isCurrent()) return;
      this.onTrouble(error);
      void this.#drop();
      this.#backOff.later(() => this.#connect());
    };
    subscription.on('confirmation', () => this.#backOff.succeeded());
    subscription.on('readable', () => isCurrent() && this.onReadable());
    subscription.on('error', lost);
    subscription.on('end', () => lost(new Error('the server ended the subscription')));
  }

  async #drop(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = null;
    this.#generation += 1;
    await withinReason(subscription?.unsubscribe());
  }
}
