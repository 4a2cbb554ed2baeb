/**
 * Reads a settlement back from its two streams: the acceptance on the encounter, the rest in the benefit year. Works while
 * it is pending, after any crash, and years later; nothing here depends on a read model.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { EventStore, RecordedEvent } from '@oss/event-store';
import { EVENT_STORE, STUCK_PREFIX, type TurnFailedFact } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  acceptedView,
  benefitYearStream,
  CaseAttempts,
  concernsCase,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  encounterStream,
  type SettlementFacts,
  settlementJson,
  settlementView,
  type SettlementView,
} from '@oss/settlement';
import { PolicyShelf } from '../policy/policy-shelf';
import type { FactsOfCase } from './waiters';

export interface Acceptance {
  readonly event: RecordedEvent;
  readonly accepted: DischargeAccepted;
  /** Attempt of the corrected bill that replaced it; Infinity where none did. */
  readonly below: number;
}

@Injectable()
export class SettlementReader {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly shelf: PolicyShelf,
  ) {}

  /** All acceptances of a case, in order: more than one where a corrected bill replaced a reversed one. */
  async acceptances(settlementId: string): Promise<Acceptance[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readStream(encounterStream(settlementId))) {
      if (event.type === DISCHARGE_ACCEPTED) events.push(event);
    }
    const accepted = events.map((event) => event.data as DischargeAccepted);
    return events.map((event, index) => ({
      event,
      accepted: accepted[index] as DischargeAccepted,
      below: accepted[index + 1]?.attempt ?? Infinity,
    }));
  }

  /** The acceptance that an attempt (default the last) rests on, or null when there is none. */
  async acceptance(settlementId: string, attempt = Infinity): Promise<Acceptance | null> {
    return (await this.acceptances(settlementId)).findLast(({ accepted }) => accepted.attempt <= attempt) ?? null;
  }

  /** The last attempt of a case, whichever acceptance it rests on; 0 when nothing was accepted. */
  async lastAttempt(settlementId: string): Promise<number> {
    const acceptance = await this.acceptance(settlementId);
    return acceptance === null ? 0 : (await this.attempts(acceptance)).last;
  }

  /** What the benefit year holds of an acceptance: all its attempts. Recording comes after acceptance: older events are not read. */
  async attempts({ event: acceptance, accepted, below }: Acceptance): Promise<CaseAttempts<RecordedEvent>> {
    const stream = benefitYearStream(accepted.personKey, accepted.care.dischargedOn);
    const backwards = this.store.readStream(stream, { direction: 'backwards' });
    const { settlementId, attempt: first } = accepted;
    const facts: RecordedEvent[] = [];
    for await (const event of backwards) {
      if (event.position < acceptance.position) break;
      if (concernsCase(settlementId, event)) facts.push(event);
    }
    return new CaseAttempts(settlementId, { first, below }, facts.reverse());
  }

  /** The facts of the acceptance's last attempt. */
  async facts(acceptance: Acceptance): Promise<FactsOfCase> {
    return (await this.attempts(acceptance)).facts();
  }

  /** The settlement as it stands (or an earlier attempt of it), or null when there is no such attempt. */
  async view(settlementId: string, attempt?: number): Promise<SettlementView | null> {
    const acceptance = await this.acceptance(settlementId, attempt);
    if (acceptance === null) return null;
    const attempts = await this.attempts(acceptance);
    if (attempt !== undefined && attempt > attempts.last) return null;
    return this.viewOf(acceptance, attempts.facts(attempt));
  }

  /** The answer for an accepted discharge, from the facts known of an attempt. */
  async viewOf({ accepted }: Acceptance, gathered: FactsOfCase): Promise<SettlementView> {
    const { facts } = gathered;
    const view = facts === null ? acceptedView(accepted) : settlementView(facts, await this.#pack(facts));
    if (gathered.completed !== null || gathered.reversed !== null) return view;
    const failure = await this.#failure(gathered);
    return failure === null ? view : { ...view, status: 'stuck', error: failure };
  }

  /** `viewOf` as the bytes of its JSON. */
  async jsonOf(acceptance: Acceptance, gathered: FactsOfCase): Promise<Buffer> {
    const { facts, completed } = gathered;
    if (facts === null || completed === null) return Buffer.from(JSON.stringify(await this.viewOf(acceptance, gathered)));
    return settlementJson(facts, await this.#pack(facts));
  }

  /** All facts of a case in the order of the log: acceptance(s) first. */
  async events(settlementId: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (const acceptance of await this.acceptances(settlementId)) {
      events.push(acceptance.event, ...(await this.attempts(acceptance)).events);
    }
    return events.sort((a, b) => (a.position < b.position ? -1 : 1));
  }

  async #pack({ recorded }: SettlementFacts): Promise<Pack> {
    const { settlementId, region, snapshot } = recorded;
    const { digest, id } = snapshot.pack;
    const pack = this.shelf.atHand(digest) ?? (await this.shelf.byDigest(region, digest));
    if (pack === null) throw new Error(`pack ${id} (${digest}) of settlement ${settlementId} is not in the log`);
    return pack;
  }

  /** Why the case is stuck, if its turn failed and nothing has moved since. */
  async #failure({ settlementId, attempt }: FactsOfCase): Promise<string | null> {
    const last = await this.store.readLast(`${STUCK_PREFIX}${settlementId}`);
    const failed = last?.data as TurnFailedFact | undefined;
    return failed === undefined || failed.attempt !== attempt ? null : `${failed.actor}: ${failed.error}`;
  }
}
