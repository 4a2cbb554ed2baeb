/** Reversal (退费/撤销): an attempt is given back for good; later cases of the year are settled again where that is asked. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { benefitYearStream, type CorrectionOrder, decideReversal, type SettlementView } from '@oss/settlement';
import { AcceptanceCopier } from '../discharges/copier';
import { SettlementReader } from '../settlements/settlement-reader';
import { correctionProblem, noSuchSettlement } from './correction-problem';
import { YearCorrections } from './year-corrections';

/**
 * Reverse the attempt that the clerk saw. Answers that attempt, `reversed`; asked again, the same.
 * @throws Problem `not-found`, `attempt-not-live`, `later-cases` (409, with the list), `correction-too-large`
 */
export class ReverseSettlement extends Command<SettlementView> {
  constructor(readonly order: CorrectionOrder & { readonly cascade: boolean }) {
    super();
  }
}

@CommandHandler(ReverseSettlement)
export class ReverseSettlementHandler implements ICommandHandler<ReverseSettlement, SettlementView> {
  constructor(
    private readonly corrections: YearCorrections,
    private readonly reader: SettlementReader,
    private readonly copier: AcceptanceCopier,
  ) {}

  async execute({ order }: ReverseSettlement): Promise<SettlementView> {
    const { settlementId, attempt } = order;
    const acceptance = await this.reader.acceptance(settlementId, attempt);
    if (acceptance === null) throw noSuchSettlement(settlementId);
    // A discharge that was accepted a moment ago may not stand in its year yet.
    await this.copier.caughtUp();
    const { personKey, care } = acceptance.accepted;
    const stream = benefitYearStream(personKey, care.dischargedOn);
    const corrected = await this.corrections.apply(stream, (history) => decideReversal(history, { ...order, stream }));
    if ('refused' in corrected && corrected.refused.code !== 'already-reversed') {
      throw correctionProblem(order, corrected.refused, await this.reader.lastAttempt(settlementId));
    }
    const view = await this.reader.view(settlementId, attempt);
    if (view === null) throw noSuchSettlement(settlementId);
    return view;
  }
}
