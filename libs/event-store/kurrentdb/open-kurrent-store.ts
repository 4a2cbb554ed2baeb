/** Opens the distributed store: any number of processes may, all of them write. */
import type { FailedDelivery } from '../delivery/delivery';
import type { EventStore } from '../event-store';
import { Appender } from './appender';
import { Checkpoints } from './checkpoints';
import { Connection } from './connection';
import { KurrentStore } from './kurrent-store';
import { Names } from './names';
import { ParkedFacts } from './parked-facts';
import { KurrentReader } from './reader';
import { Subscriptions } from './subscriptions';
import { WorkGroups } from './work-group';

export interface KurrentStoreOptions {
  /**
   * `kurrentdb://user:password@host:port,host:port?tls=…`. The user must be one of `$admins`, unless the server is insecure:
   * `$ops` may manage groups, but read neither `$all` nor what a group parked.
   */
  readonly url: string;
  /**
   * `county.`: put before the names of streams and groups, so that several stores share a cluster. Default none: the store
   * has the cluster for itself.
   */
  readonly namespace?: string;
  /** Milliseconds since 1970; default the system's clock. */
  readonly clock?: () => number;
  /** Told of every attempt of a handler that failed; default nobody. */
  readonly onFailure?: (failure: FailedDelivery) => void;
  /** Told of every connection of a subscription that was lost or could not be made; it is tried again. Default nobody. */
  readonly onTrouble?: (subscription: string | undefined, error: unknown) => void;
}

/**
 * Does not wait for the server: the first call does, and fails with StoreUnavailable when there is none.
 * @throws when the connection string cannot be read
 */
export function openKurrentStore(options: KurrentStoreOptions): EventStore {
  const { url, namespace = '', clock = Date.now, onFailure = () => {}, onTrouble = () => {} } = options;
  const connection = new Connection(url);
  const names = new Names(namespace);
  const reader = new KurrentReader(connection, names);
  const checkpoints = new Checkpoints(connection, names);
  const facts = new ParkedFacts(connection, names, reader, clock);
  const groups = new WorkGroups(connection, names);
  const subscriptions = new Subscriptions({ connection, names, reader, checkpoints, facts, groups, onFailure, onTrouble });
  return new KurrentStore(connection, new Appender(connection, names, reader, clock), reader, checkpoints, subscriptions);
}
