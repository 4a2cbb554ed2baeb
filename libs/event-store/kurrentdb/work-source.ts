/**
 * The source of `work`: one consumer of a group. What the server delivers again after a lost connection, while it is in work
 * here or when its acknowledgement was lost, is recognised and not handled twice.
 */
import type { PersistentSubscriptionToAll, PersistentSubscriptionToAllResolvedEvent } from '@kurrent/kurrentdb-client';
import { LRUCache } from 'lru-cache';
import { setTimeout as pause } from 'node:timers/promises';
import type { Source } from '../delivery/source';
import type { Filter, RecordedEvent } from '../event-store';
import { matches } from '../filter';
import type { Recorded } from '../recorded';
import { Acknowledgements } from './acknowledgements';
import { BackOff } from './back-off';
import { type Connection, withinReason } from './connection';
import type { Names } from './names';
import type { KurrentReader } from './reader';
import { fromServer } from './stored-event';
import { reasonOf, reasonText, type WorkGroups } from './work-group';

/** Positions of handled events that are remembered, in case their acknowledgement was lost. */
const REMEMBERED = 20_000;
/** How long a parked event may take to show in the server's list before it is parked again. */
const PARKING_MS = 5_000;
const LONGEST_LOOK_MS = 250;
/** A leader that has not begun with its groups yet answers no consumer, and never will: it is asked anew after so long. */
const CONFIRMATION_MS = 5_000;

interface InWork {
  /** The delivery to answer: the latest one. */
  resolved: PersistentSubscriptionToAllResolvedEvent;
  /** From before it was parked. */
  readonly attempts: number;
}

export interface WorkSettings {
  readonly group: string;
  readonly filter: Filter | undefined;
  /** Most events that the server sends ahead of the answers. */
  readonly bufferSize: number;
  readonly messageTimeoutMs: number;
}

export class WorkSource implements Source {
  position = 0;
  before = 0;
  readonly atEnd = true;
  onReadable: () => void = () => {};
  #subscription: PersistentSubscriptionToAll | null = null;
  #generation = 0;
  #closed = false;
  readonly #inWork = new Map<number, InWork>();
  readonly #handled = new LRUCache<number, true>({ max: REMEMBERED });
  /** Parked events that the server delivers with the wanted ones, each with the words under which it is parked again. */
  readonly #unwanted = new Map<number, string>();
  /** Replayed events, found at their own places. */
  readonly #found: { readonly event: Recorded; readonly resolved: PersistentSubscriptionToAllResolvedEvent }[] = [];
  readonly #answers = new Acknowledgements();
  readonly #backOff = new BackOff();

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly groups: WorkGroups,
    private readonly reader: KurrentReader,
    private readonly settings: WorkSettings,
    private readonly onTrouble: (error: unknown) => void,
  ) {}

  /** Makes the group if it is not there, and joins it; tries until it succeeds or is closed. */
  open(): void {
    const { group, filter, messageTimeoutMs } = this.settings;
    this.groups.ensure(group, filter, messageTimeoutMs).then(
      () => this.#connect(),
      (error: unknown) => {
        this.onTrouble(error);
        this.#backOff.later(() => this.open());
      },
    );
  }

  /** Nothing that was given out here waits for its end. */
  get idle(): boolean {
    return this.#inWork.size === 0;
  }

  next(): Recorded | undefined {
    for (let found = this.#found.shift(); found; found = this.#found.shift()) {
      const recorded = this.#admit(found.event, found.resolved);
      if (recorded) return recorded;
    }
    for (let resolved = this.#read(); resolved; resolved = this.#read()) {
      const recorded = this.#take(resolved);
      if (recorded) return recorded;
    }
    return undefined;
  }

  handled(event: RecordedEvent): void {
    const position = Number(event.position);
    this.#handled.set(position, true);
    this.#ack(this.#inWork.get(position)!.resolved);
    this.#inWork.delete(position);
  }

  /** Settled when the server's list shows the event, under the attempts of all its lives. */
  async park(position: number, attempts: number, error: string): Promise<void> {
    const inWork = this.#inWork.get(position)!;
    await this.#park(inWork.resolved, reasonText(inWork.attempts + attempts, error));
    this.#inWork.delete(position);
  }

  /** These come back with a replay that the server can only do whole: they are parked again, unhandled. */
  doNotHandle(parked: readonly { readonly position: bigint; readonly attempts: number; readonly error: string }[]): void {
    for (const { position, attempts, error } of parked) this.#unwanted.set(Number(position), reasonText(attempts, error));
  }

  /** Leaves the group, after the server has heard the answers. What is not answered it gives to others. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#backOff.stop();
    this.#answers.flush();
    // The same connection carries this question behind the answers: when it is answered, they have arrived.
    const heard = this.#subscription && this.connection.client.getPersistentSubscriptionToAllInfo(this.#group);
    await withinReason(heard);
    await this.#drop();
  }

  get #group(): string {
    return this.names.group(this.settings.group);
  }

  #read() {
    return this.#subscription?.read() as PersistentSubscriptionToAllResolvedEvent | null | undefined;
  }

  /** The event, when it is to be handled now; what is not ours is answered here. */
  #take(resolved: PersistentSubscriptionToAllResolvedEvent): Recorded | null {
    if (resolved.link) {
      void this.#find(resolved).catch((error: unknown) => this.onTrouble(error));
      return null;
    }
    const recorded = fromServer(this.names, resolved.event);
    return recorded ? this.#admit(recorded, resolved) : this.#ack(resolved);
  }

  /** The server tells a replayed event with the place of its parked entry: the event's own is in its stream. */
  async #find(resolved: PersistentSubscriptionToAllResolvedEvent): Promise<void> {
    const generation = this.#generation;
    const { streamId = '', revision = 0n } = resolved.event ?? {};
    const stream = this.names.logical(streamId);
    const event = stream ? await this.reader.readRevision(stream, Number(revision)) : null;
    // Over a new connection it is delivered anew.
    if (generation !== this.#generation) return;
    if (!event) return void this.#ack(resolved);
    this.#found.push({ event, resolved });
    this.onReadable();
  }

  /** The event, when it is to be handled now; every other delivery is answered here. */
  #admit(recorded: Recorded, resolved: PersistentSubscriptionToAllResolvedEvent): Recorded | null {
    if (!matches(recorded, this.settings.filter)) return this.#ack(resolved);
    const position = Number(recorded.position);
    const inWork = this.#inWork.get(position);
    if (inWork) {
      inWork.resolved = resolved;
      return null;
    }
    const unwanted = resolved.link && this.#unwanted.get(position);
    if (unwanted) {
      this.#unwanted.delete(position);
      void this.#park(resolved, unwanted).catch((error: unknown) => this.onTrouble(error));
      return null;
    }
    if (this.#handled.has(position)) return this.#ack(resolved);
    this.#inWork.set(position, { resolved, attempts: resolved.link ? reasonOf(resolved).attempts : 0 });
    this.before = this.position;
    this.position = Math.max(this.position, position);
    return recorded;
  }

  #ack(resolved: PersistentSubscriptionToAllResolvedEvent): null {
    this.#answers.ack(resolved);
    return null;
  }

  /** The server does not confirm that it parked something, so its list is looked at. */
  async #park(resolved: PersistentSubscriptionToAllResolvedEvent, reason: string): Promise<void> {
    this.#answers.park(resolved, reason);
    const until = Date.now() + PARKING_MS;
    for (let wait = 5; Date.now() < until; wait = Math.min(2 * wait, LONGEST_LOOK_MS)) {
      const entries = await this.groups.parkedEntries(this.settings.group);
      if (entries.some((entry) => entry.event?.id === resolved.event!.id && entry.link?.id !== resolved.link?.id)) return;
      await pause(wait);
    }
    throw new Error(`the server has not parked ${resolved.event!.streamId}/${resolved.event!.revision} yet`);
  }

  #connect(): void {
    if (this.#closed) return;
    const generation = ++this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    const { bufferSize } = this.settings;
    const subscription = this.connection.client.subscribeToPersistentSubscriptionToAll(this.#group, { bufferSize });
    this.#subscription = subscription;
    this.#answers.over(subscription);
    const lost = (error: unknown): void => {
      if (!isCurrent() || this.#closed) return;
      this.onTrouble(error);
      void this.#drop();
      // The group may be gone as well (a server that was set up anew): it is made again.
      this.#backOff.later(() => this.open());
    };
    const silence = setTimeout(() => lost(new Error('the server does not confirm the subscription')), CONFIRMATION_MS).unref();
    subscription.on('confirmation', () => {
      clearTimeout(silence);
      this.#backOff.succeeded();
    });
    subscription.on('readable', () => isCurrent() && this.onReadable());
    subscription.on('error', lost);
    subscription.on('end', () => lost(new Error('the server ended the subscription')));
  }

  async #drop(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = null;
    this.#generation += 1;
    this.#found.length = 0;
    this.#answers.over(null);
    await withinReason(subscription?.unsubscribe());
  }
}
