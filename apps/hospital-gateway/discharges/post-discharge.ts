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
  benefitYearStream,
  differingFields,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  encounterStream,
  fitsYear,
  idNumberProblem,
  normaliseBill,
  normaliseCare,
  type PostedDischarge,
  type Refusal,
  refusalsOf,
  settlementIdOf,
  type SettlementView,
  YEAR_TOTAL_ACCOUNT,
} from '@oss/settlement';
import { IdentityStore } from '../identity/identity-store';
import { sameName } from '../identity/person-name';
import { PolicyShelf } from '../policy/policy-shelf';
import { HospitalRegistry } from '../registry/hospital-registry';
import { type FoundPerson, PersonRegistry } from '../registry/person-registry';
import { type Acceptance, SettlementReader } from '../settlements/settlement-reader';
import { SettlementWaiters, type Waiter } from '../settlements/waiters';

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

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>,
    private readonly shelf: PolicyShelf,
    private readonly hospitals: HospitalRegistry,
    private readonly persons: PersonRegistry,
    private readonly identities: IdentityStore,
    private readonly reader: SettlementReader,
    private readonly waiters: SettlementWaiters,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.#accepted = metrics.counter('oss_discharges_accepted_total', 'discharges accepted');
    this.#refused = metrics.counter('oss_discharges_refused_total', 'discharges refused, by code', ['code']);
  }

  async execute(command: PostDischarge): Promise<PostOutcome> {
    const { discharge, patient, waitMs } = command;
    const settlementId = settlementIdOf(discharge.hospitalCode, discharge.encounterNo);
    const found = await this.persons.find(patient.idNumber);
    const pack = await this.shelf.inForce(discharge.region, discharge.care.dischargedOn);
    const hospital = await this.hospitals.get(discharge.hospitalCode);
    const person = found?.person ?? null;
    const input = { discharge, attempt: 1, hospital, person, pack };
    const refusals = [
      ...identityRefusals(patient, found),
      ...refusalsOf({ ...input, today: this.clock.todayInChina() }),
      ...(await this.#yearRefusals(discharge, person?.personKey)),
    ];
    if (refusals.length > 0) {
      // What was accepted once stays accepted, whatever the registries say today.
      const repeat = await this.#repeat(command, settlementId);
      if (repeat !== null) return repeat;
      throw this.#refusal(refusals);
    }
    const waiter = this.waiters.register(settlementId, 1);
    try {
      const event = await this.#accept(acceptedDischarge(input));
      if (event === null) {
        waiter.cancel();
        return (await this.#repeat(command, settlementId)) ?? (await this.execute(command));
      }
      this.#accepted.inc();
      const accepted = event.data as DischargeAccepted;
      return await this.#awaited({ event, accepted }, waiter, waitMs, 201);
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

  async #yearRefusals(discharge: PostedDischarge, personKey: string | undefined): Promise<Refusal[]> {
    const { totalFen } = discharge.bill;
    if (personKey === undefined) return [];
    // Cheap even when the year is not in memory: the copier asks for the same year a moment later.
    const year = await this.taker.load(benefitYearStream(personKey, discharge.care.dischargedOn));
    const open = year.open.reduce((sum, { scope }) => sum + scope.totalFen, 0);
    const before = (year.accounts[YEAR_TOTAL_ACCOUNT] ?? 0) + open;
    if (fitsYear(before, totalFen)) return [];
    const detail = `the year already holds ${before} fen; with ${totalFen} fen it would exceed 2^53 − 1`;
    return [{ code: 'year-total-too-large', fields: ['bill.totalFen'], detail }];
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
