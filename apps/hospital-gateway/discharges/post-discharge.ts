/**
 * A posted discharge, from the request to its answer: accepted once and durably, or refused with nothing left behind. The
 * append of `DischargeAccepted` at `no_stream` IS the acceptance; the key of the case decides, not a look-up before it.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Metrics, Stage, Tracing, type WorkSpan } from '@oss/host';
import { acceptedDischarge, type DischargeAccepted, type PostedDischarge, type Refusal } from '@oss/settlement';
import { type Acceptance, SettlementReader } from '../settlements/settlement-reader';
import { type FactsOfCase, SettlementWaiters } from '../settlements/waiters';
import { Acceptances, type Stored } from './acceptances';
import { CasePlaces, FIRST_PLACE, type FreePlace } from './case-places';
import { DischargeCheck, type Patient, refusalProblem } from './discharge-check';
import { YearRoom } from './year-room';

export interface PostOutcome {
  /** 201 settled now, 200 settled before, 202 accepted and still pending. */
  readonly status: 200 | 201 | 202;
  readonly settlementId: string;
  /** The settlement as JSON, UTF-8: as `GET /v1/settlements/{id}` shows it. */
  readonly json: Buffer;
}

/** Post a discharge. @throws Problem (422 refusals, 409 other content under the same key) */
export class PostDischarge extends Command<PostOutcome> {
  constructor(
    readonly discharge: PostedDischarge,
    readonly patient: Patient,
    /** Longest wait for the completion, in milliseconds. */
    readonly waitMs: number,
    /** `traceparent` of whoever asks, where there is one. */
    readonly trace?: string,
  ) {
    super();
  }
}

@CommandHandler(PostDischarge)
export class PostDischargeHandler implements ICommandHandler<PostDischarge, PostOutcome> {
  readonly #checking = new Stage();
  readonly #accepted;
  readonly #refused;
  readonly #seconds;

  constructor(
    private readonly acceptances: Acceptances,
    private readonly places: CasePlaces,
    private readonly check: DischargeCheck,
    private readonly room: YearRoom,
    private readonly reader: SettlementReader,
    private readonly waiters: SettlementWaiters,
    private readonly tracing: Tracing,
    metrics: Metrics,
  ) {
    this.#accepted = metrics.counter('oss_discharges_accepted_total', 'discharges accepted');
    this.#refused = metrics.counter('oss_discharges_refused_total', 'discharges refused, by code', ['code']);
    this.#seconds = metrics.histogram(
      'oss_settlement_seconds',
      'from accepting a discharge to its settlement, when it came within the wait',
    );
  }

  execute(command: PostDischarge): Promise<PostOutcome> {
    const span = this.tracing.follow('settle a discharge', command.trace);
    return span === null ? this.#post(command, null) : this.#traced(command, span);
  }

  async #traced(command: PostDischarge, span: WorkSpan): Promise<PostOutcome> {
    try {
      const outcome = await this.#post(command, span);
      span.set({ 'oss.settlement.id': outcome.settlementId });
      span.end();
      return outcome;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }

  async #post(command: PostDischarge, span: WorkSpan | null): Promise<PostOutcome> {
    const { discharge, patient } = command;
    await this.#checking.pass();
    const checking = span?.step('check');
    let place = FIRST_PLACE;
    if (discharge.corrects !== undefined) {
      const repeat = await this.#repeat(command);
      if (repeat !== null) return repeat;
      place = await this.places.free(discharge);
    }
    const checked = await this.check.check(discharge, patient);
    checking?.end();
    if (checked.refusals.length === 0) {
      return this.#settle(command, place, acceptedDischarge({ ...checked.input, attempt: place.attempt }), span);
    }
    // What the year has against it is told with the rest.
    const room = await this.room.take(discharge, checked.input.person?.personKey);
    room.release();
    return this.#refuse(command, [...checked.refusals, ...room.refusals]);
  }

  /** What was accepted once stays accepted, whatever the registries say today. @throws Problem of the first refusal */
  async #refuse(command: PostDischarge, refusals: readonly Refusal[]): Promise<PostOutcome> {
    const repeat = await this.#repeat(command);
    if (repeat !== null) return repeat;
    const problem = refusalProblem(refusals);
    this.#refused.inc({ code: problem.code });
    throw problem;
  }

  /** Accepts what nothing refuses, and waits for its settlement. */
  async #settle(
    command: PostDischarge,
    place: FreePlace,
    discharge: DischargeAccepted,
    span: WorkSpan | null,
  ): Promise<PostOutcome> {
    const waiter = this.waiters.register(discharge.settlementId, place.attempt);
    const began = performance.now();
    let release: Stored['release'] | undefined;
    try {
      const appending = span?.step('append the acceptance');
      const stored = await this.acceptances.append(discharge, place, command.waitMs > 0, appending);
      release = stored.release;
      appending?.end();
      const { acceptance: event, refusals } = stored;
      if (event === null) {
        waiter.cancel();
        if (refusals.length > 0) return await this.#refuse(command, refusals);
        return (await this.#repeat(command)) ?? (await this.#post(command, span));
      }
      this.#accepted.inc();
      const acceptance: Acceptance = { event, accepted: event.data as DischargeAccepted, below: Infinity };
      const waiting = span?.step('wait for the completion');
      waiter.within(command.waitMs);
      const passed = await waiter.done;
      waiting?.end();
      if (passed !== null) this.#seconds.observe((performance.now() - began) / 1_000);
      const facts = passed?.isWhole === true ? passed : await this.reader.facts(acceptance);
      return await this.#outcome(facts.isFinal ? 201 : 202, acceptance, facts);
    } catch (error) {
      waiter.cancel();
      throw error;
    } finally {
      release?.();
    }
  }

  /** The answer when the discharge comes again; null when it was never accepted. @throws Problem `encounter-differs` */
  async #repeat({ discharge, patient, waitMs }: PostDischarge): Promise<PostOutcome | null> {
    const acceptance = await this.places.repeated(discharge);
    if (acceptance === null) return null;
    await this.check.assertSame(acceptance.accepted, discharge, patient);
    const { settlementId } = acceptance.accepted;
    let facts = await this.reader.facts(acceptance);
    if (!facts.isFinal) {
      const waiter = this.waiters.register(settlementId, facts.attempt);
      // It may have come to its end before the waiter was there.
      facts = await this.reader.facts(acceptance);
      waiter.within(facts.isFinal ? 0 : waitMs);
      if ((await waiter.done) !== null) facts = await this.reader.facts(acceptance);
    }
    return this.#outcome(facts.isFinal ? 200 : 202, acceptance, facts);
  }

  async #outcome(status: PostOutcome['status'], acceptance: Acceptance, facts: FactsOfCase): Promise<PostOutcome> {
    const json = await this.reader.jsonOf(acceptance, facts);
    return { status, settlementId: acceptance.accepted.settlementId, json };
  }
}
