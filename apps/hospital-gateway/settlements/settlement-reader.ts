/**
 * Reads a settlement back from its two streams: the acceptance on the encounter, the rest in the benefit year. Works while
 * it is pending, after any crash, and years later; nothing here depends on a read model.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, RecordedEvent } from '@oss/event-store';
import { EVENT_STORE, STUCK_PREFIX, type TurnFailedFact } from '@oss/host';
import {
  acceptedView,
  benefitYearStream,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  encounterStream,
  settlementView,
  type SettlementView,
} from '@oss/settlement';
import { PolicyShelf } from '../policy/policy-shelf';
import { CaseFacts, caseOf } from './case-facts';

export interface Acceptance {
  readonly event: RecordedEvent;
  readonly accepted: DischargeAccepted;
}

@Injectable()
export class SettlementReader {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly shelf: PolicyShelf,
  ) {}

  /** The acceptance of an attempt (default the last), or null when there is none. */
  async acceptance(settlementId: string, attempt?: number): Promise<Acceptance | null> {
    for await (const event of this.store.readStream(encounterStream(settlementId), { direction: 'backwards' })) {
      if (event.type !== DISCHARGE_ACCEPTED) continue;
      const accepted = event.data as DischargeAccepted;
      if (attempt === undefined || accepted.attempt === attempt) return { event, accepted };
    }
    return null;
  }

  /** What the benefit year holds of an accepted attempt. Recording comes after acceptance: older events are not read. */
  async facts({ event: acceptance, accepted }: Acceptance): Promise<CaseFacts> {
    const { settlementId, attempt, personKey, care } = accepted;
    const found: RecordedEvent[] = [];
    for await (const event of this.store.readStream(benefitYearStream(personKey, care.dischargedOn), {
      direction: 'backwards',
    })) {
      if (event.position < acceptance.position) break;
      if (!event.text.includes(settlementId)) continue;
      const of = caseOf(event);
      if (of.settlementId === settlementId && of.attempt === attempt) found.push(event);
    }
    const facts = new CaseFacts(settlementId, attempt);
    for (const event of found.reverse()) facts.take(event);
    return facts;
  }

  /** The settlement as it stands (or an earlier attempt of it), or null when no such discharge was accepted. */
  async view(settlementId: string, attempt?: number): Promise<SettlementView | null> {
    const acceptance = await this.acceptance(settlementId, attempt);
    return acceptance === null ? null : this.viewOf(acceptance, await this.facts(acceptance));
  }

  /** The answer for an accepted discharge, from the facts known of it. */
  async viewOf({ accepted }: Acceptance, gathered: CaseFacts): Promise<SettlementView> {
    const { facts } = gathered;
    const view = facts === null ? acceptedView(accepted) : settlementView(facts, await this.#pack(accepted));
    if (facts !== null && facts.completed !== null) return view;
    const failure = await this.#failure(accepted);
    return failure === null ? view : { ...view, status: 'stuck', error: failure };
  }

  /** All facts of a case in the order of the log: acceptance(s) first. */
  async events(settlementId: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readStream(encounterStream(settlementId))) {
      if (event.type !== DISCHARGE_ACCEPTED) continue;
      const accepted = event.data as DischargeAccepted;
      events.push(event, ...(await this.facts({ event, accepted })).events);
    }
    return events.sort((a, b) => (a.position < b.position ? -1 : 1));
  }

  async #pack(accepted: DischargeAccepted) {
    const { id, digest } = accepted.snapshot.pack;
    const pack = await this.shelf.byDigest(accepted.region, digest);
    if (pack === null) throw new Error(`pack ${id} (${digest}) of settlement ${accepted.settlementId} is not in the log`);
    return pack;
  }

  /** Why the case is stuck, if its turn failed and nothing has moved since. */
  async #failure(accepted: DischargeAccepted): Promise<string | null> {
    const last = await this.store.readLast(`${STUCK_PREFIX}${accepted.settlementId}`);
    const failed = last?.data as TurnFailedFact | undefined;
    return failed === undefined || failed.attempt !== accepted.attempt ? null : `${failed.actor}: ${failed.error}`;
  }
}
