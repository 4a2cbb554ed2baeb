/** From acceptance to the person's year: the fact that enters a case, and the whole run of turns where one process has all. */
import type { Pack } from '@oss/policy';
import { scopeOf } from '../bill/scope';
import { type BenefitYear, evolveYear } from './benefit-year';
import { DISCHARGE_RECORDED, type DischargeAccepted, type DischargeRecorded } from './events';
import { eventIdOf } from './ids';
import { decideDue, type DecidedEvent, type Said, sayDue } from './turn';

export interface RecordedFact {
  readonly id: string;
  readonly type: typeof DISCHARGE_RECORDED;
  readonly data: DischargeRecorded;
}

/**
 * The fact that enters an accepted discharge into its benefit year: scope sums, snapshot, hash of the acceptance.
 * @param acceptance SHA-256 of the stored `DischargeAccepted`
 */
export function recordDischarge(accepted: DischargeAccepted, acceptance: string, pack: Pack): RecordedFact {
  const { attempt, bill, care, encounterNo, hospitalCode, region, settlementId, snapshot } = accepted;
  const { admittedOn, chronicDisease, dischargedOn, transfer, type } = care;
  const data: DischargeRecorded = {
    acceptance,
    attempt,
    care: { admittedOn, chronicDisease, dischargedOn, transfer, type },
    encounterNo,
    hospitalCode,
    region,
    scope: scopeOf(bill, care, snapshot, pack),
    settlementId,
    snapshot,
  };
  return { id: eventIdOf(settlementId, attempt, '', DISCHARGE_RECORDED), type: DISCHARGE_RECORDED, data };
}

/** All turns of the open cases, one after another, as every payer would take them: quotes, the CLI, recomputation. */
export function settleOpenCases(year: BenefitYear, packOf: (digest: string) => Pack | null): TurnsTaken<DecidedEvent> {
  return turnsOf(year, (state) => decideDue(state, packOf));
}

/** The same turns without the ids of their events: for what is settled again to be compared, never to be appended. */
export function sayOpenCases(year: BenefitYear, packOf: (digest: string) => Pack | null): TurnsTaken<Said> {
  return turnsOf(year, (state) => sayDue(state, packOf));
}

export interface TurnsTaken<E extends Said> {
  /** The year after them. */
  readonly year: BenefitYear;
  readonly events: readonly E[];
}

function turnsOf<E extends Said>(year: BenefitYear, due: (state: BenefitYear) => E | null): TurnsTaken<E> {
  const events: E[] = [];
  let state = year;
  for (let event = due(state); event !== null; event = due(state)) {
    events.push(event);
    state = evolveYear(state, event);
  }
  return { year: state, events };
}
