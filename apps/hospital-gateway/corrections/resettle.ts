/**
 * Resettlement after a late entitlement: the named case and all later ones of the person's year, on what the registry says
 * now of their days of discharge. Everything is checked first; one refusal refuses the whole command.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Problem } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  basisAgain,
  benefitYearStream,
  caseKey,
  type CorrectionEvent,
  type CorrectionOrder,
  decideResettlement,
  type FreshBasis,
  liveFrom,
  type OpenCase,
  RESETTLEMENT_OPENED,
  type ResettlementOpened,
  type Refusal,
  type SettlementView,
} from '@oss/settlement';
import { isDeepStrictEqual } from 'node:util';
import { AcceptanceCopier } from '../discharges/copier';
import { PolicyShelf } from '../policy/policy-shelf';
import { PersonRegistry } from '../registry/person-registry';
import { SettlementReader } from '../settlements/settlement-reader';
import { SettlementWaiters } from '../settlements/waiters';
import { correctionProblem, noSuchSettlement } from './correction-problem';
import { type Corrected, YearCorrections } from './year-corrections';

/** Whether the attempts keep the packs that they were settled under, or take those in force now for their days. */
export type PackChoice = 'recorded' | 'current';

/**
 * Settle an attempt and all later ones of its year again. Answers the settlement with what it replaces and the differences.
 * Where nothing has changed, nothing is recorded and the settlement is answered as it stands.
 * @throws Problem `not-found`, `attempt-not-live`, `correction-too-large`, and what refuses one of the cases (422, all named)
 */
export class Resettle extends Command<SettlementView> {
  constructor(
    readonly order: CorrectionOrder,
    readonly pack: PackChoice,
    /** Longest wait for the completion, in milliseconds. */
    readonly waitMs: number,
  ) {
    super();
  }
}

/** A case that came in between preparing and deciding: prepare again, so often. */
const MAX_PREPARATIONS = 10;

@CommandHandler(Resettle)
export class ResettleHandler implements ICommandHandler<Resettle, SettlementView> {
  constructor(
    private readonly corrections: YearCorrections,
    private readonly reader: SettlementReader,
    private readonly copier: AcceptanceCopier,
    private readonly persons: PersonRegistry,
    private readonly shelf: PolicyShelf,
    private readonly waiters: SettlementWaiters,
  ) {}

  async execute({ order, pack, waitMs }: Resettle): Promise<SettlementView> {
    const { settlementId, attempt } = order;
    const acceptance = await this.reader.acceptance(settlementId, attempt);
    if (acceptance === null) throw noSuchSettlement(settlementId);
    await this.copier.caughtUp();
    const { personKey, care } = acceptance.accepted;
    const stream = benefitYearStream(personKey, care.dischargedOn);
    const corrected = await this.#settleAgain(stream, order, personKey, pack);
    if ('refused' in corrected) {
      throw correctionProblem(order, corrected.refused, await this.reader.lastAttempt(settlementId));
    }
    return this.#answer(settlementId, corrected.events, waitMs);
  }

  async #settleAgain(stream: string, order: CorrectionOrder, personKey: string, choice: PackChoice): Promise<Corrected> {
    for (let tries = 1; ; tries += 1) {
      const cases = liveFrom(await this.corrections.load(stream), order.settlementId, order.attempt);
      const bases = await this.#bases(cases, personKey, choice);
      if (cases.length > 0 && cases.every((of) => isUnchanged(of, bases))) return { events: [] };
      const corrected = await this.corrections.apply(stream, (history) =>
        decideResettlement(history, { ...order, stream }, bases),
      );
      const again = 'refused' in corrected && corrected.refused.code === 'basis-missing';
      if (!again || tries >= MAX_PREPARATIONS) return corrected;
    }
  }

  /** @throws Problem with everything that refuses any of the cases */
  async #bases(cases: readonly OpenCase[], personKey: string, choice: PackChoice): Promise<Map<string, FreshBasis>> {
    const record = await this.persons.get(personKey);
    const person = record === null ? null : { ...record, personKey };
    const bases = new Map<string, FreshBasis>();
    const refused: { readonly of: OpenCase; readonly refusals: readonly Refusal[] }[] = [];
    for (const of of cases) {
      const acceptance = await this.reader.acceptance(of.settlementId, of.attempt);
      if (acceptance === null) throw new Error(`${of.settlementId} stands in its year without having been accepted`);
      const pack = await this.#pack(of, choice);
      const basis = basisAgain({ accepted: acceptance.accepted, before: of.snapshot, person, pack });
      if ('refused' in basis) refused.push({ of, refusals: basis.refused });
      else bases.set(caseKey(of.settlementId, of.attempt), basis);
    }
    const first = refused[0]?.refusals[0];
    if (first !== undefined) throw refusal(first, refused);
    return bases;
  }

  async #pack({ region, care, snapshot }: OpenCase, choice: PackChoice): Promise<{ pack: Pack; digest: string } | null> {
    if (choice === 'current') return this.shelf.inForce(region, care.dischargedOn);
    const { digest } = snapshot.pack;
    const pack = await this.shelf.byDigest(region, digest);
    return pack === null ? null : { pack, digest };
  }

  /** Waits for the last case that is settled again: before, nothing of the correction is final. */
  async #answer(settlementId: string, events: readonly CorrectionEvent[], waitMs: number): Promise<SettlementView> {
    const last = events.findLast(isReopening)?.data;
    if (last !== undefined) {
      const waiter = this.waiters.register(last.settlementId, last.attempt);
      const standing = await this.reader.view(last.settlementId, last.attempt);
      waiter.within(standing?.status === 'resettling' ? waitMs : 0);
      await waiter.done;
    }
    const view = await this.reader.view(settlementId);
    if (view === null) throw noSuchSettlement(settlementId);
    return view;
  }
}

function isReopening(event: CorrectionEvent): event is CorrectionEvent & { readonly data: ResettlementOpened } {
  return event.type === RESETTLEMENT_OPENED;
}

function isUnchanged({ settlementId, attempt, scope, snapshot }: OpenCase, bases: ReadonlyMap<string, FreshBasis>): boolean {
  const basis = bases.get(caseKey(settlementId, attempt));
  return basis !== undefined && isDeepStrictEqual(plain({ scope, snapshot }), plain(basis));
}

/** As it would be stored: members that are undefined are absent. */
function plain(value: FreshBasis): unknown {
  return JSON.parse(JSON.stringify(value));
}

function refusal(first: Refusal, refused: readonly { readonly of: OpenCase; readonly refusals: readonly Refusal[] }[]): Problem {
  const cases = refused.map(({ of: { settlementId, attempt, hospitalCode, encounterNo, care }, refusals }) => ({
    settlementId,
    attempt,
    hospitalCode,
    encounterNo,
    dischargedOn: care.dischargedOn,
    refusals: refusals.map(({ code, detail }) => ({ code, detail })),
  }));
  const detail = `${first.detail}; ${cases.length} case(s) cannot be settled again, so none is`;
  return new Problem(first.code, detail, { members: { cases } });
}
