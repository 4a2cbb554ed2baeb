/**
 * A person's bills settled without any store: the CLI, quotes and tests go through the very same acceptance, recording and
 * turns as the running system. Pure: registries, packs and today's date are arguments.
 */
import type { Pack } from '@oss/policy';
import {
  type AcceptanceInput,
  acceptedDischarge,
  checkEntitlement,
  type PostedDischarge,
  type RegisteredHospital,
  type RegisteredPerson,
} from './acceptance/accept';
import { checkBill, checkCare } from './acceptance/check-bill';
import type { Refusal } from './acceptance/refusal';
import { type SettlementFacts, settlementView, type SettlementView } from './view/settlement-view';
import { type BenefitYear, EMPTY_YEAR, evolveYear } from './year/benefit-year';
import type { DischargeAccepted, SettlementCompleted, ShareSettled } from './year/events';
import { recordDischarge, settleOpenCases } from './year/record';
import { decideDue } from './year/turn';

export interface AloneInput {
  readonly discharge: PostedDischarge;
  readonly person: RegisteredPerson | null;
  readonly hospital: RegisteredHospital | null;
  readonly pack: { readonly pack: Pack; readonly digest: string } | null;
  /** YYYY-MM-DD in China. */
  readonly today: string;
}

/** A bill settled in memory: its facts, and the year after it. */
export interface AloneSettlement {
  readonly facts: SettlementFacts;
  readonly year: BenefitYear;
}

export type AloneResult = ({ readonly settled: SettlementView } & AloneSettlement) | { readonly refused: readonly Refusal[] };

/** A case that comes before the asked one in its year cannot be decided, for the reason in `cause`; whoever comes after waits. */
export class EarlierCaseStuck extends Error {
  constructor(
    readonly settlementId: string,
    cause: unknown,
  ) {
    super(`settlement ${settlementId} comes first in this person's year and cannot be decided`, { cause });
    this.name = 'EarlierCaseStuck';
  }
}

/** Everything that refuses a discharge, in the order in which the codes are reported. */
export function refusalsOf(input: AloneInput): Refusal[] {
  const { discharge, hospital, person, pack, today } = input;
  const care = checkCare(discharge.care, today);
  const own = [...checkBill(discharge.bill), ...care];
  // Without a real discharge day nothing can be in force on it.
  if (care.some(({ code }) => code === 'no-such-day')) return own;
  return [...own, ...checkEntitlement({ discharge, attempt: 1, hospital, person, pack })];
}

/**
 * Settles one bill on top of a year.
 * @param year the person's benefit year so far; default an empty one
 */
export function settleAlone(input: AloneInput, year: BenefitYear = EMPTY_YEAR): AloneResult {
  const refused = refusalsOf(input);
  if (refused.length > 0 || input.pack === null) return { refused };
  const { pack, digest } = input.pack;
  const acceptance: AcceptanceInput = {
    discharge: input.discharge,
    attempt: 1,
    hospital: input.hospital,
    person: input.person,
    pack: input.pack,
  };
  const packOf = (wanted: string): Pack | null => (wanted === digest ? pack : null);
  const { facts, year: after } = settleOnTop(acceptedDischarge(acceptance), pack, year, packOf);
  return { settled: settlementView(facts, pack), facts, year: after };
}

/**
 * Settles an accepted discharge as the next of its year. Cases that are still open are decided first, as they would be.
 * @param pack the one that the acceptance names
 * @param packOf every pack that an open case names, by digest
 * @throws EarlierCaseStuck; RangeError when the case itself would break an invariant
 */
export function settleOnTop(
  accepted: DischargeAccepted,
  pack: Pack,
  year: BenefitYear,
  packOf: (digest: string) => Pack | null,
): AloneSettlement {
  const recorded = recordDischarge(accepted, '', pack);
  const after = settleOpenCases(evolveYear(openCasesSettled(year, packOf), recorded), packOf);
  const facts: SettlementFacts = {
    recorded: recorded.data,
    shares: after.events.slice(0, -1).map((event) => event.data as ShareSettled),
    completed: (after.events.at(-1)?.data as SettlementCompleted | undefined) ?? null,
    completedAt: null,
  };
  return { facts, year: after.year };
}

/** The year after its open cases, decided one turn after another, so that the one that cannot be is known. */
function openCasesSettled(year: BenefitYear, packOf: (digest: string) => Pack | null): BenefitYear {
  let state = year;
  try {
    for (let event = decideDue(state, packOf); event !== null; event = decideDue(state, packOf)) state = evolveYear(state, event);
  } catch (cause) {
    throw new EarlierCaseStuck(state.open[0]?.settlementId ?? '', cause);
  }
  return state;
}
