/**
 * A posted discharge, from the request to its answer: accepted once and durably, or refused with nothing left behind. The
 * append of `DischargeAccepted` at `no_stream` IS the acceptance; the key of the case decides, not a look-up before it.
 */
import { randomUUID } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  AppendOutcomeUnknown,
  type EventStore,
  type RecordedEvent,
  resolveUnknownAppend,
  WrongExpectedRevision,
} from '@oss/event-store';
import { Clock, EVENT_STORE, Metrics, Problem, TurnTaker } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  acceptedDischarge,
  type BenefitYear,
  differingFields,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  encounterStream,
  idNumberProblem,
  normaliseBill,
  normaliseCare,
  type PostedDischarge,
  type Refusal,
  refusalsOf,
  settlementIdOf,
  type SettlementView,
} from '@oss/settlement';
import { IdentityStore } from '../identity/identity-store';
import { sameName } from '../identity/person-name';
import { PolicyShelf } from '../policy/policy-shelf';
import { HospitalRegistry } from '../registry/hospital-registry';
import { type FoundPerson, PersonRegistry } from '../registry/person-registry';
import { type Acceptance, SettlementReader } from '../settlements/settlement-reader';
import { SettlementWaiters, type Waiter } from '../settlements/waiters';
import { YearRoom } from './year-room';

export interface PostOutcome {
  /** 201 settled now, 200 settled before, 202 accepted and still pending. */
  readonly status: 200 | 201 | 202;
  readonly settlement: SettlementView;
}

/** Post a discharge. @throws Problem (422 refusals, 409 other content under the same key) */
export class PostDischarge extends Command<PostOutcome> {
  constructor(
    readonly discharge: PostedDischarge,
    readonly patient: { readonly idNumber: string; readonly name: string },
    /** Longest wait for the completion, in milliseconds. */
    readonly waitMs: number,
  ) {
    super();
  }
}

@CommandHandler(PostDischarge)
export class PostDischargeHandler implements ICommandHandler<PostDischarge, PostOutcome> {
  readonly #accepted;
  readonly #refused;
  readonly #room: YearRoom;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(TurnTaker) taker: TurnTaker<BenefitYear, Pack>,
    private readonly shelf: PolicyShelf,
    private readonly hospitals: HospitalRegistry,
    private readonly persons: PersonRegistry,
    private readonly identities: IdentityStore,
    private readonly reader: SettlementReader,
    private readonly waiters: SettlementWaiters,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.#room = new YearRoom(taker);
    this.#accepted = metrics.counter('oss_discharges_accepted_total', 'discharges accepted');
    this.#refused = metrics.counter('oss_discharges_refused_total', 'discharges refused, by code', ['code']);
  }

  async execute(command: PostDischarge): Promise<PostOutcome> {
    const { discharge, patient } = command;
    const settlementId = settlementIdOf(discharge.hospitalCode, discharge.encounterNo);
    const found = await this.persons.find(patient.idNumber);
    const pack = await this.shelf.inForce(discharge.region, discharge.care.dischargedOn);
    const hospital = await this.hospitals.get(discharge.hospitalCode);
    const person = found?.person ?? null;
    const input = { discharge, attempt: 1, hospital, person, pack };
    const room = await this.#room.take(discharge, person?.personKey);
    try {
      const refusals = [
        ...identityRefusals(patient, found),
        ...refusalsOf({ ...input, today: this.clock.todayInChina() }),
        ...room.refusals,
      ];
      if (refusals.length === 0) return await this.#settle(command, settlementId, acceptedDischarge(input));
      // What was accepted once stays accepted, whatever the registries say today.
      const repeat = await this.#repeat(command, settlementId);
      if (repeat !== null) return repeat;
      throw this.#refusal(refusals);
    } finally {
      room.release();
    }
  }

  /** Accepts what nothing refuses, and waits for its settlement. */
  async #settle(command: PostDischarge, settlementId: string, discharge: DischargeAccepted): Promise<PostOutcome> {
    const waiter = this.waiters.register(settlementId, 1);
    try {
      const event = await this.#accept(discharge);
      if (event === null) {
        waiter.cancel();
        return (await this.#repeat(command, settlementId)) ?? (await this.execute(command));
      }
      this.#accepted.inc();
      const accepted = event.data as DischargeAccepted;
      return await this.#awaited({ event, accepted }, waiter, command.waitMs, 201);
    } catch (error) {
      waiter.cancel();
      throw error;
    }
  }

  /** Stores the acceptance; null when the case's key is taken. */
  async #accept(accepted: DischargeAccepted): Promise<RecordedEvent | null> {
    const stream = encounterStream(accepted.settlementId);
    // A random id: a store answers success to a repeated one, and then two callers would both believe to be the first.
    const event = { id: randomUUID(), type: DISCHARGE_ACCEPTED, data: accepted };
    try {
      return (await this.store.append(stream, 'no_stream', [event])).events[0] ?? null;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return null;
      if (!(error instanceof AppendOutcomeUnknown)) throw error;
      return (await resolveUnknownAppend(this.store, stream, 'no_stream', [event]))?.[0] ?? null;
    }
  }

  /** The answer when the discharge comes again; null when it was never accepted. @throws Problem `encounter-differs` */
  async #repeat({ discharge, patient, waitMs }: PostDischarge, settlementId: string): Promise<PostOutcome | null> {
    const acceptance = await this.reader.acceptance(settlementId);
    if (acceptance === null) return null;
    const { accepted } = acceptance;
    const pack = await this.shelf.byDigest(accepted.region, accepted.snapshot.pack.digest);
    const fields = differingFields(accepted, {
      region: discharge.region,
      care: normaliseCare(discharge.care),
      bill: normaliseBill(discharge.bill, pack, accepted.care.dischargedOn),
      personKey: await this.#comparableKey(patient.idNumber, accepted.personKey),
    });
    if (fields.length > 0) {
      const detail = `encounter ${discharge.encounterNo} of hospital ${discharge.hospitalCode} was accepted with other content`;
      const members = { settlementId };
      throw new Problem('encounter-differs', detail, {
        fields: fields.map((path) => ({ path, message: 'differs from what was accepted' })),
        members,
      });
    }
    const waiter = this.waiters.register(settlementId, accepted.attempt);
    return this.#awaited(acceptance, waiter, waitMs, 200);
  }

  /** The key that an id number has now; null when the accepted person was erased and can no longer be compared. */
  async #comparableKey(idNumber: string, acceptedKey: string): Promise<string | null> {
    const identity = await this.identities.find(idNumber);
    if (identity !== null) return identity.personKey;
    return (await this.identities.exists(acceptedKey)) ? 'unknown' : null;
  }

  /** Waits for the completion: by the facts that pass, else by reading the stream once more. */
  async #awaited(acceptance: Acceptance, waiter: Waiter, waitMs: number, completed: 200 | 201): Promise<PostOutcome> {
    if (completed === 200) {
      // It may have completed before the waiter was there.
      const standing = await this.reader.facts(acceptance);
      if (standing.isWhole) {
        waiter.cancel();
        return { status: 200, settlement: await this.reader.viewOf(acceptance, standing) };
      }
    }
    waiter.within(waitMs);
    const passed = await waiter.done;
    const facts = passed?.isWhole === true ? passed : await this.reader.facts(acceptance);
    const settlement = await this.reader.viewOf(acceptance, facts);
    return { status: facts.isWhole ? completed : 202, settlement };
  }

  #refusal(refusals: readonly Refusal[]): Problem {
    const [first] = refusals as [Refusal, ...Refusal[]];
    this.#refused.inc({ code: first.code });
    const fields = refusals.flatMap(({ fields: paths, detail }) => paths.map((path) => ({ path, message: detail })));
    return new Problem(first.code, refusals.map(({ detail }) => detail).join('; '), { fields });
  }
}

/** What the id number and the name alone refuse; the detail repeats neither. */
function identityRefusals(patient: { readonly idNumber: string; readonly name: string }, found: FoundPerson | null): Refusal[] {
  if (idNumberProblem(patient.idNumber) !== null) {
    return [{ code: 'id-number-check-digit', fields: ['patient.idNumber'], detail: 'the id number does not satisfy GB 11643' }];
  }
  if (found !== null && !sameName(found.name, patient.name)) {
    return [
      { code: 'name-differs', fields: ['patient.name'], detail: 'the name is not the one registered under this id number' },
    ];
  }
  return [];
}
