/**
 * Names on the server. A store may live in a namespace, so that several share one cluster: its streams and groups carry the
 * namespace in front. The adapter's own streams (checkpoints, what `follow` parked) begin with `@` and never reach a reader
 * of the log; `$` is the server's.
 */
import { streamNameFilter } from '@kurrent/kurrentdb-client';
import type { Filter } from '../event-store';

/** Events that the server looks through before it reports to a subscription how far it has come, when none of them matched. */
const SEARCH_WINDOW = 32;
/** A read reports nothing: the server looks through so many in one go, and a whole log in which little matches in few. */
const READ_WINDOW = 4_096;

/** Ends in the only dot, so that no namespace is the beginning of another. */
const NAMESPACE = /^([A-Za-z0-9-]+\.)?$/;

export class Names {
  /** @throws when the namespace has not the form `letters-digits.` */
  constructor(private readonly namespace: string) {
    if (!NAMESPACE.test(namespace))
      throw new Error(`the namespace ${namespace} must be letters, digits and hyphens, then one dot`);
  }

  /** A stream as the server knows it. */
  stream(name: string): string {
    return this.namespace + name;
  }

  /** A stream as the product knows it; null for what is not of this store. */
  logical(stream: string): string | null {
    if (stream.startsWith('$') || stream.startsWith('@')) return null;
    return stream.startsWith(this.namespace) ? stream.slice(this.namespace.length) : null;
  }

  group(name: string): string {
    return this.namespace + name;
  }

  /** A subscription's name from its group; null for groups of others. */
  logicalGroup(group: string): string | null {
    return group.startsWith(this.namespace) ? group.slice(this.namespace.length) : null;
  }

  checkpoint(name: string): string {
    return `@${this.namespace}checkpoint-${name}`;
  }

  /** Where `follow` writes down what it parked and what it brought back, for all subscriptions of the store. */
  get parked(): string {
    return `@${this.namespace}parked`;
  }

  /** A stream beside the log, whose entries are no facts and can be erased. */
  erasable(name: string): string {
    return `@${this.namespace}${name}`;
  }

  /** The server's stream of what a group parked. */
  parkedOf(group: string): string {
    return `$persistentsubscription-$all::${this.group(group)}-parked`;
  }

  subscriptionFilter(filter: Filter | undefined, checkpointReached?: CheckpointReached) {
    return this.#serverFilter(filter, {
      maxSearchWindow: SEARCH_WINDOW,
      checkpointInterval: 1,
      ...(checkpointReached ? { checkpointReached } : {}),
    });
  }

  readFilter(filter: Filter | undefined) {
    return this.#serverFilter(filter, { maxSearchWindow: READ_WINDOW });
  }

  /** What the server can decide of a filter: the streams' names. Types and addressees are looked at here. */
  #serverFilter(filter: Filter | undefined, more: FilterSettings) {
    const prefixes = filter?.streamPrefixes;
    if (prefixes && prefixes.length > 0) {
      return streamNameFilter({ prefixes: prefixes.map((prefix) => this.namespace + prefix), ...more });
    }
    if (this.namespace !== '') return streamNameFilter({ prefixes: [this.namespace], ...more });
    return streamNameFilter({ regex: '^[^$@]', ...more });
  }
}

type FilterSettings = Pick<
  Parameters<typeof streamNameFilter>[0],
  'maxSearchWindow' | 'checkpointInterval' | 'checkpointReached'
>;
type CheckpointReached = NonNullable<FilterSettings['checkpointReached']>;
