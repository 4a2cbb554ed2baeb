/**
 * A pre-settlement: what a discharge would come to if it were posted now. The very path of the settlement (check, accept,
 * record, every payer's turn) on the person's year as it stands, in memory; nothing is recorded and no room is held.
 */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Problem, TurnTaker } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  acceptedDischarge,
  type BenefitYear,
  benefitYearStream,
  type DischargeAccepted,
  EarlierCaseStuck,
  type PostedDischarge,
  settleOnTop,
  settlementView,
  type SettlementView,
} from '@oss/settlement';
import { PolicyShelf } from '../policy/policy-shelf';
import { SettlementReader } from '../settlements/settlement-reader';
import { AcceptanceCopier } from './copier';
import { CasePlaces } from './case-places';
import { DischargeCheck, type Patient, refusalProblem } from './discharge-check';
import { YearRoom } from './year-room';

/**
 * Quotes a discharge (`quoted`); one that was accepted already is answered as it stands.
 * @throws Problem (422 refusals, 409 other content under the same key or behind a case that is stuck, 503 when the log is too far behind to be sure)
 */
export class QuoteDischarge extends Query<SettlementView> {
  constructor(
    readonly discharge: PostedDischarge,
    readonly patient: Patient,
  ) {
    super();
  }
}

@QueryHandler(QuoteDischarge)
export class QuoteDischargeHandler implements IQueryHandler<QuoteDischarge, SettlementView> {
  constructor(
    @Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>,
    private readonly places: CasePlaces,
    private readonly check: DischargeCheck,
    private readonly room: YearRoom,
    private readonly copier: AcceptanceCopier,
    private readonly reader: SettlementReader,
    private readonly shelf: PolicyShelf,
  ) {}

  async execute({ discharge, patient }: QuoteDischarge): Promise<SettlementView> {
    const acceptance = await this.places.repeated(discharge);
    if (acceptance !== null) {
      await this.check.assertSame(acceptance.accepted, discharge, patient);
      return this.reader.viewOf(acceptance, await this.reader.facts(acceptance));
    }
    const { attempt } = await this.places.free(discharge);
    const { input, refusals } = await this.check.check(discharge, patient);
    const room = await this.room.take(discharge, input.person?.personKey);
    room.release();
    const all = [...refusals, ...room.refusals];
    if (all.length > 0 || input.pack === null) throw refusalProblem(all);
    return this.#quote(acceptedDischarge({ ...input, attempt }), input.pack.pack);
  }

  async #quote(accepted: DischargeAccepted, pack: Pack): Promise<SettlementView> {
    // What was accepted before this moment counts, although it may not have reached the year yet.
    await this.copier.caughtUp();
    const year = await this.taker.load(benefitYearStream(accepted.personKey, accepted.care.dischargedOn));
    const packs = new Map<string, Pack | null>([[accepted.snapshot.pack.digest, pack]]);
    for (const { region, snapshot } of year.open) {
      packs.set(snapshot.pack.digest, await this.shelf.byDigest(region, snapshot.pack.digest));
    }
    try {
      const { facts } = settleOnTop(accepted, pack, year, (digest) => packs.get(digest) ?? null);
      return settlementView(facts, pack, 'quoted');
    } catch (error) {
      if (!(error instanceof EarlierCaseStuck)) throw error;
      throw new Problem('earlier-case-stuck', error.message, { members: { settlementId: error.settlementId }, cause: error });
    }
  }
}
