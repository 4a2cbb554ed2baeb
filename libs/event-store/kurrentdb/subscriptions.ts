/** Starts, names and stops the subscriptions of one store. */
import { setTimeout as pause } from 'node:timers/promises';
import { Delivery, type DeliveryFailure, type FailedDelivery, type Ledger } from '../delivery/delivery';
import { longestWaiting } from '../delivery/longest-waiting';
import { followSettings, workSettings } from '../delivery/settings';
import type { Filter, FollowOptions, Handler, ParkedEvent, RecordedEvent, Subscription, WorkOptions } from '../event-store';
import type { Recorded } from '../recorded';
import { BackOff } from './back-off';
import type { Checkpoints } from './checkpoints';
import type { Connection } from './connection';
import { FollowSource } from './follow-source';
import { KurrentSubscription } from './kurrent-subscription';
import type { Names } from './names';
import type { ParkedFacts } from './parked-facts';
import type { KurrentReader } from './reader';
import { isLive, isQuiet, type WorkGroups } from './work-group';
import { WorkSource } from './work-source';

/** Most parked events of one replay; ask again for the rest. */
const MAX_REPLAYED = 1_000;
const MAX_SUBSCRIPTIONS = 10_000;
/** Events that the server sends ahead: room for every handler, and for lanes that wait. */
const AHEAD_PER_WORKER = 4;
const LEAST_AHEAD = 256;
/** The server gives an event to another consumer when this one has not answered after all its attempts and some time more. */
const SPARE_MS = 30_000;
const LONGEST_LOOK_MS = 250;
/**
 * A group that reads an event before it hears that it was written reads on behind it and is not live before the next one: what
 * such a group has not handed over after so long it does not have.
 */
const QUIET_BEHIND_MS = 2_000;

export interface Parts {
  readonly connection: Connection;
  readonly names: Names;
  readonly reader: KurrentReader;
  readonly checkpoints: Checkpoints;
  readonly facts: ParkedFacts;
  readonly groups: WorkGroups;
  readonly onFailure: (failure: FailedDelivery) => void;
  readonly onTrouble: (subscription: string | undefined, error: unknown) => void;
}

interface Running {
  readonly subscription: KurrentSubscription;
  /** Absent for `follow`. */
  readonly work?: WorkSource;
}

export class Subscriptions {
  readonly #parts: Parts;
  readonly #all = new Set<KurrentSubscription>();
  readonly #named = new Map<string, Running>();
  /** Subscriptions that begin at the end and do not know yet where that is. */
  readonly #beginnings = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Settled when every subscription that was to begin at the end knows where that is: appends wait for it. While the server
   * cannot be reached they wait for one try only; then the end is where the server comes back.
   */
  async settled(): Promise<void> {
    while (this.#beginnings.size > 0) await Promise.all(this.#beginnings);
  }

  follow(options: FollowOptions, handler: Handler): Subscription {
    const { connection, names } = this.#parts;
    const { name, filter } = options;
    const source = new FollowSource(connection, names, filter, (error) => this.#parts.onTrouble(name, error));
    const opened = Promise.withResolvers<void>();
    const head = async (): Promise<number> => {
      await opened.promise;
      return this.#passHead(source, filter);
    };
    const ledger = name === undefined ? null : this.#followLedger(name);
    const delivery = new Delivery(source, head, ledger, followSettings(options), handler, this.#report(name));
    const subscription = this.#run(name, new KurrentSubscription(delivery, source, () => delivery.caughtUp()));
    source.onReadable = () => delivery.pump();
    const tried = Promise.withResolvers<void>();
    void this.#begin(options, source, subscription, tried.resolve).then(opened.resolve);
    if (options.from === 'end') {
      this.#beginnings.add(tried.promise);
      void tried.promise.then(() => this.#beginnings.delete(tried.promise));
    }
    return subscription;
  }

  work(options: WorkOptions, handler: Handler): Subscription {
    const { connection, names, groups, reader } = this.#parts;
    const { group, filter } = options;
    const settings = workSettings(options);
    const bufferSize = Math.max(LEAST_AHEAD, AHEAD_PER_WORKER * settings.concurrency);
    const messageTimeoutMs = settings.timeoutMs * settings.maxAttempts + SPARE_MS;
    const placed = { group, filter, bufferSize, messageTimeoutMs };
    const source = new WorkSource(connection, names, groups, reader, placed, (error) => this.#parts.onTrouble(group, error));
    const ledger: Ledger = {
      handled: (event) => source.handled(event),
      save: () => Promise.resolve(),
      park: (event, attempts, error) => source.park(Number(event.position), attempts, error),
      unpark: () => Promise.resolve(),
    };
    const delivery = new Delivery(source, () => 0, ledger, settings, handler, this.#report(group));
    const subscription: KurrentSubscription = new KurrentSubscription(delivery, source, () =>
      this.#groupCaughtUp(options, source, subscription),
    );
    this.#run(group, subscription, source);
    source.onReadable = () => delivery.pump();
    source.open();
    return subscription;
  }

  /** What is parked, of one subscription or of all, in the order of the log. */
  async listParked(subscription?: string): Promise<ParkedEvent[]> {
    const { facts, groups } = this.#parts;
    const names = subscription === undefined ? await groups.list() : [subscription];
    const lists = await Promise.all([facts.list(), ...names.map((name) => groups.parked(name))]);
    const parked = lists.flat().filter((entry) => subscription === undefined || entry.subscription === subscription);
    return parked.sort((a, b) => (a.position < b.position ? -1 : Number(a.position > b.position)));
  }

  async replayParked(name: string, positions: readonly bigint[] | undefined): Promise<number> {
    const running = this.#named.get(name);
    await running?.subscription.delivery.recorded();
    const wanted = positions && new Set(positions);
    const parked = await this.listParked(name);
    const chosen = parked.filter(({ position }) => !wanted || wanted.has(position));
    if (chosen.length === 0) return 0;
    if (running && !running.work) return this.#replayHere(running, longestWaiting(chosen, MAX_REPLAYED));
    // Another process may run the group; when nobody does, the events stay where they are.
    if (!running && !(await this.#parts.groups.info(name))?.connections.length) return 0;
    running?.work?.doNotHandle(parked.filter((entry) => !chosen.includes(entry)));
    await this.#parts.groups.replayAll(name);
    return chosen.length;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#all].map((subscription) => subscription.stop()));
  }

  async #replayHere({ subscription }: Running, chosen: readonly ParkedEvent[]): Promise<number> {
    const events: { event: Recorded; attempts: number }[] = [];
    for (const { position, attempts } of chosen) {
      const event = await this.#parts.reader.readAt(Number(position));
      if (event) events.push({ event, attempts });
    }
    return subscription.delivery.replay(events);
  }

  #run(name: string | undefined, subscription: KurrentSubscription, work?: WorkSource): KurrentSubscription {
    this.#all.add(subscription);
    if (name !== undefined) this.#named.set(name, { subscription, ...(work ? { work } : {}) });
    void subscription.closed.then(() => {
      this.#all.delete(subscription);
      if (name !== undefined) this.#named.delete(name);
    });
    return subscription;
  }

  /** @throws when the name runs already, or too many do */
  checkName(name: string | undefined): void {
    if (name !== undefined && this.#named.has(name)) throw new Error(`the subscription ${name} already runs: stop it first`);
    if (this.#all.size >= MAX_SUBSCRIPTIONS) throw new Error(`more than ${MAX_SUBSCRIPTIONS} subscriptions run at once`);
  }

  /** Finds out where to start, as long as it takes, and opens the source there. */
  async #begin(
    options: FollowOptions,
    source: FollowSource,
    subscription: KurrentSubscription,
    tried: () => void,
  ): Promise<void> {
    const backOff = new BackOff();
    while (!subscription.stopping) {
      try {
        const position = await this.#start(options);
        if (!subscription.stopping) source.open(position);
        break;
      } catch (error) {
        this.#parts.onTrouble(options.name, error);
        tried();
        await new Promise<void>((resolve) => backOff.later(resolve));
      }
    }
    tried();
  }

  async #start({ name, from }: FollowOptions): Promise<number> {
    const stored = name === undefined ? null : await this.#parts.checkpoints.load(name);
    if (stored) return Number(stored.position);
    if (from === 'end') return (await this.#parts.reader.lastMatching(undefined)) ?? 0;
    return typeof from === 'bigint' ? Number(from) : 0;
  }

  /**
   * The log's end now. The server reports seldom how far it has looked when nothing matches: so the last event that may
   * match is asked for after the head, and whoever has it has seen everything up to the head.
   */
  async #passHead(source: FollowSource, filter: Filter | undefined): Promise<number> {
    const head = (await this.#parts.reader.lastMatching(undefined)) ?? 0;
    const matching = filter?.streamPrefixes ? ((await this.#parts.reader.lastMatching(filter)) ?? 0) : head;
    source.passed(matching, head);
    return head;
  }

  /** The group has been given its last event of now, and nobody has anything of it in hand. */
  async #groupCaughtUp({ group, filter }: WorkOptions, source: WorkSource, subscription: KurrentSubscription): Promise<void> {
    const target = (await this.#parts.reader.lastMatching(filter)) ?? 0;
    let quietSince = Infinity;
    for (let wait = 5; !subscription.stopping; wait = Math.min(2 * wait, LONGEST_LOOK_MS)) {
      const info = await this.#parts.groups.info(group);
      // What is being parked the server has let go before it stands in its list.
      const quiet = info !== null && isQuiet(info, target) && source.idle;
      quietSince = quiet ? Math.min(quietSince, Date.now()) : Infinity;
      if (quiet && (isLive(info) || Date.now() - quietSince >= QUIET_BEHIND_MS)) return;
      await pause(wait);
    }
    throw new Error(`the subscription was stopped before it reached position ${target}`);
  }

  #report(subscription: string | undefined): (failure: DeliveryFailure) => void {
    return (failure) => this.#parts.onFailure({ ...failure, subscription });
  }

  #followLedger(name: string): Ledger {
    const { checkpoints, facts } = this.#parts;
    return {
      save: (position) => checkpoints.move(name, BigInt(position)),
      park: (event: RecordedEvent, attempts, error) => facts.park(name, event, attempts, error),
      unpark: (event: RecordedEvent) => facts.unpark(name, event.position),
    };
  }
}
