/**
 * The identity key store: the only place that knows who a personKey is. It stands outside the log, so that erasing a
 * person here leaves the history intact and verifiable, under a key that nobody can link any more.
 */

import type { KnownPerson } from '@oss/host';

export interface Identity {
  /** Random pseudonym, 128 bits as 32 hex digits; given once. */
  readonly personKey: string;
  readonly name: string;
}

export interface PutIdentity {
  readonly personKey: string;
  readonly outcome: 'created' | 'renamed' | 'unchanged';
}

/** Adapters: embedded (SQLite file), distributed (KurrentDB). Also the injection token. */
export abstract class IdentityStore {
  /** Who has this id number; null when nobody has. The hot path of every discharge. */
  abstract find(idNumber: string): Promise<Identity | null>;

  /** Gives the id number a personKey, or answers the one it has and takes over the name. Durable when it resolves. */
  abstract put(idNumber: string, name: string): Promise<PutIdentity>;

  /** Name and id number of a personKey; null when unknown or erased. */
  abstract reveal(personKey: string): Promise<KnownPerson | null>;

  abstract exists(personKey: string): Promise<boolean>;

  /**
   * Corrects an id number: the same person is found under `newIdNumber` from now on, and no longer under the old one.
   * @throws IdNumberUnknown, IdNumberTaken
   */
  abstract repoint(oldIdNumber: string, newIdNumber: string): Promise<{ readonly personKey: string }>;

  /** Deletes name, id number and data key for good; false when there was nothing. Durable when it resolves. */
  abstract erase(personKey: string): Promise<boolean>;

  /** Finishes the writes that wait, then lets go of the store. */
  abstract close(): Promise<void>;
}

export class IdNumberUnknown extends Error {
  constructor() {
    super('nobody is registered under the id number that is to be corrected');
    this.name = 'IdNumberUnknown';
  }
}

export class IdNumberTaken extends Error {
  constructor() {
    super('the corrected id number already belongs to another person');
    this.name = 'IdNumberTaken';
  }
}
