/**
 * A group on the server: a persistent subscription to $all, made on start if it is not there, beginning at the log's
 * beginning, each stream pinned to one consumer. What it parked the server keeps; how often an event was tried, and why it
 * failed, stands in the reason that goes with it. Servers before the spring of 2026 (kurrent-io/KurrentDB#5497) may, after a
 * restart, leave out events that had waited while their pinned consumer was full: whoever needs them all asks again for what
 * stays open.
 */
import {
  ErrorType,
  persistentSubscriptionToAllSettingsFromDefaults,
  type PersistentSubscriptionToAllInfo,
  PINNED,
  type ResolvedEvent,
  START,
} from '@kurrent/kurrentdb-client';
import { collect } from '../collect';
import type { Filter, ParkedEvent } from '../event-store';
import { instantText } from '../sealing';
import { type Connection, isKind } from './connection';
import type { Names } from './names';
import { fromServer } from './stored-event';

/** Most parked events that are listed of one group. */
const MAX_LISTED = 10_000;
/**
 * Deliveries by the server, behind the first, before it parks an event by itself. Attempts are counted here, so only lost
 * connections, time-outs and killed processes use these up.
 */
const MAX_DELIVERIES = 100;
const BUFFERED_BY_SERVER = 2_000;
const READ_BATCH = 200;
/**
 * The server writes down how far a group is at most every two seconds, after so many events. Fewer would feed on itself: the
 * checkpoints of all groups are events of $all, and each group counts those of the others. After a server's crash it delivers
 * that many events again.
 */
const CHECKPOINT_AFTER_MS = 2_000;
const CHECKPOINT_EVENTS = 50;

/** The part of a reason that is ours; the server puts a line of its own before it. */
const REASON = /(\d+) attempts?: ([\s\S]*)$/;

export class WorkGroups {
  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
  ) {}

  /** A group that is there keeps the filter and the settings that it was made with. */
  async ensure(name: string, filter: Filter | undefined, messageTimeoutMs: number): Promise<void> {
    const settings = persistentSubscriptionToAllSettingsFromDefaults({
      startFrom: START,
      consumerStrategyName: PINNED,
      messageTimeout: messageTimeoutMs,
      maxRetryCount: MAX_DELIVERIES,
      checkPointAfter: CHECKPOINT_AFTER_MS,
      checkPointLowerBound: CHECKPOINT_EVENTS,
      historyBufferSize: BUFFERED_BY_SERVER,
      liveBufferSize: BUFFERED_BY_SERVER,
      readBatchSize: READ_BATCH,
    });
    const options = { filter: this.names.subscriptionFilter(filter) };
    try {
      await this.connection.ask(`the group ${name} could not be made`, () =>
        this.connection.client.createPersistentSubscriptionToAll(this.names.group(name), settings, options),
      );
    } catch (error) {
      if (!isKind(error, ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS)) throw error;
    }
  }

  /** Null when there is no such group. */
  async info(name: string): Promise<PersistentSubscriptionToAllInfo | null> {
    try {
      return await this.connection.ask(`the group ${name} could not be asked for`, () =>
        this.connection.client.getPersistentSubscriptionToAllInfo(this.names.group(name)),
      );
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async replayAll(name: string): Promise<void> {
    await this.connection.ask(`what ${name} parked could not be replayed`, () =>
      this.connection.client.replayParkedMessagesToAll(this.names.group(name)),
    );
  }

  /** Oldest first, at most so many; a repeated entry (parked again after a lost answer) once. */
  async parked(name: string): Promise<ParkedEvent[]> {
    const entries = await this.parkedEntries(name);
    const byPosition = new Map<bigint, ParkedEvent>();
    for (const entry of entries) {
      const event = fromServer(this.names, entry.event);
      if (!event) continue;
      const { position, stream, revision, id, type } = event;
      const parkedAt = instantText(entry.link!.created.getTime());
      byPosition.set(position, { subscription: name, position, stream, revision, id, type, ...reasonOf(entry), parkedAt });
    }
    return [...byPosition.values()].sort((a, b) => (a.position < b.position ? -1 : 1));
  }

  /** The links themselves, as the server wrote them. */
  async parkedEntries(name: string): Promise<ResolvedEvent[]> {
    try {
      return await this.connection.ask(`what ${name} parked could not be read`, () =>
        collect(
          this.connection.client.readStream(this.names.parkedOf(name), {
            resolveLinkTos: true,
            maxCount: MAX_LISTED,
            requiresLeader: true,
          }),
        ),
      );
    } catch (error) {
      if (isKind(error, ErrorType.STREAM_NOT_FOUND)) return [];
      throw error;
    }
  }

  /** Groups of this store. How much one has parked its own server forgets with a restart before its first checkpoint. */
  async list(): Promise<string[]> {
    try {
      const groups = await this.connection.ask('the groups could not be listed', () =>
        this.connection.client.listPersistentSubscriptionsToAll(),
      );
      return groups.flatMap(({ groupName }) => this.names.logicalGroup(groupName) ?? []);
    } catch (error) {
      // A server without any group says so with an error.
      if (isMissing(error)) return [];
      throw error;
    }
  }
}

/**
 * Whether a group knows of everything up to a position, and nobody has anything of it in hand. (A group keeps its last events
 * in its live buffer for ever: this one does not count.) One that is not live may still have to read what it knows of.
 */
export function isQuiet({ stats }: PersistentSubscriptionToAllInfo, target: number): boolean {
  const known = [stats.lastKnownEventPosition, stats.lastCheckpointedEventPosition].map((place) => place?.commit ?? 0n);
  const waiting = stats.readBufferCount + stats.retryBufferCount;
  const inHand = stats.outstandingMessagesCount + stats.totalInFlightMessages;
  return waiting + inHand === 0 && known.some((position) => position >= target);
}

/** Whether a group has read the log's past to its end. */
export function isLive({ status }: PersistentSubscriptionToAllInfo): boolean {
  return status.includes('Live');
}

function isMissing(error: unknown): boolean {
  return isKind(error, ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST) || isKind(error, ErrorType.NOT_FOUND);
}

export function reasonText(attempts: number, error: string): string {
  return `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${error}`;
}

/** Attempts and error of a parked event; of one that the server parked by itself, its deliveries and its own words. */
export function reasonOf({ link }: ResolvedEvent): { attempts: number; error: string } {
  const { reason = '' } = (link?.metadata ?? {}) as { reason?: string };
  const [, attempts, error] = REASON.exec(reason) ?? [];
  return attempts === undefined
    ? { attempts: MAX_DELIVERIES, error: reason }
    : { attempts: Number(attempts), error: error ?? '' };
}
