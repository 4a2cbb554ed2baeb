/**
 * Persons: the record on `person-<personKey>`, the identity in the key store. The identity is written first: a crash in
 * between leaves a key without a record, which counts as unknown and which the next PUT completes. Erasure goes the other
 * way round: first the fact, then the identity; whatever finds the fact with an identity left over finishes the erasure.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, RecordedEvent } from '@oss/event-store';
import { EVENT_STORE, Problem } from '@oss/host';
import { birthDateOf, type RegisteredPerson } from '@oss/settlement';
import { IdentityStore } from '../identity/identity-store';
import { MAX_RACES } from './hospital-registry';
import { personRecord, type PersonRecord, type PersonRegistered, personStream } from './records';
import { appendAfter, putAfter, type PutOutcome } from './whole-record';

export interface FoundPerson {
  readonly person: RegisteredPerson;
  /** As registered: to compare with `sameName`, never to record. */
  readonly name: string;
}

@Injectable()
export class PersonRegistry {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly identities: IdentityStore,
  ) {}

  /** The person with this id number, as registered now; null when nobody is. */
  async find(idNumber: string): Promise<FoundPerson | null> {
    const identity = await this.identities.find(idNumber);
    if (identity === null) return null;
    const { personKey, name } = identity;
    const record = await this.get(personKey);
    if (record === null) return null;
    return { person: { ...record, personKey, birthDate: birthDateOf(idNumber) }, name };
  }

  /** The record under a personKey; null when there is none or the person was erased. */
  async get(personKey: string): Promise<PersonRegistered | null> {
    return recordOf(await this.store.readLast(personStream(personKey)));
  }

  /** Puts the whole record. @throws Problem `registry-busy` */
  async put(
    who: { readonly idNumber: string; readonly name: string },
    record: PersonRecord,
    operatorCode: string,
  ): Promise<{ readonly personKey: string; readonly outcome: PutOutcome }> {
    const content = personRecord(record);
    for (let race = 0; race < MAX_RACES; race++) {
      const { personKey, outcome: identity } = await this.identities.put(who.idNumber, who.name.trim());
      const stream = personStream(personKey);
      const last = await this.store.readLast(stream);
      if (last?.type === 'PersonErased') {
        await this.identities.erase(personKey);
        continue;
      }
      const outcome = await putAfter(this.store, last, { stream, type: 'PersonRegistered', content, operatorCode });
      if (outcome !== null)
        return { personKey, outcome: outcome === 'unchanged' && identity === 'renamed' ? 'changed' : outcome };
    }
    throw new Problem('registry-busy', 'the record of this person is being changed by others');
  }

  /**
   * Forgets who a person is: records the fact, then deletes name, id number and data key. History stays and still verifies.
   * Asking again finishes what was begun and changes nothing else.
   * @throws Problem `not-found`, `registry-busy`
   */
  async erase(
    who: { readonly idNumber?: string; readonly personKey?: string },
    reason: string,
    operatorCode: string,
  ): Promise<string> {
    const personKey = who.personKey ?? (await this.identities.find(who.idNumber ?? ''))?.personKey;
    if (personKey === undefined) throw new Problem('not-found', 'nobody is registered under this id number');
    const stream = personStream(personKey);
    for (let race = 0; race < MAX_RACES; race++) {
      const last = await this.store.readLast(stream);
      if (last === null && !(await this.identities.exists(personKey)))
        throw new Problem('not-found', 'no person has this personKey');
      const done =
        last?.type === 'PersonErased' || (await appendAfter(this.store, last, stream, 'PersonErased', { operatorCode, reason }));
      if (!done) continue;
      await this.identities.erase(personKey);
      return personKey;
    }
    throw new Problem('registry-busy', 'the record of this person is being changed by others');
  }
}

function recordOf(last: RecordedEvent | null): PersonRegistered | null {
  return last?.type === 'PersonRegistered' ? (last.data as PersonRegistered) : null;
}
