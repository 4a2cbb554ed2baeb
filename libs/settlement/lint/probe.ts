/**
 * A made-up bill settled through the very functions that settle real ones: acceptance, recording, all turns. What the lint
 * of the law and the comparison of two packs see is therefore what the product would do.
 */
import type { Fen } from '@oss/money';
import type { CareType, Category, HospitalLevel, Pack, Payer, Transfer } from '@oss/policy';
import { acceptedDischarge } from '../acceptance/accept';
import type { Scope } from '../bill/discharge';
import { type BenefitYear, EMPTY_YEAR, evolveYear } from '../year/benefit-year';
import type { DischargeAccepted, SettlementCompleted, ShareSettled } from '../year/events';
import { settlementIdOf } from '../year/ids';
import { recordDischarge, settleOpenCases } from '../year/record';

/** Everything of a case but its bill and the year before it. */
export interface Situation {
  /** Day of discharge, YYYY-MM-DD. */
  readonly date: string;
  readonly careType: CareType;
  readonly level: HospitalLevel;
  readonly transfer: Transfer;
  readonly designated: boolean;
  /** Empty: ordinary. */
  readonly categories: readonly Category[];
  /** ICD-10 code; of an outpatient-chronic visit the approved disease. */
  readonly disease: string;
  /** Completed months at discharge; null when no rule asks for an age. */
  readonly ageMonths: number | null;
}

/** What a bill holds, in fen: within the catalogue (before any first self-pay) and out of it. */
export interface ProbeBill {
  readonly costFen: Fen;
  /** First self-pay of class B, a part of `costFen`; default none. */
  readonly firstSelfPayFen?: Fen;
  readonly outOfCatalogueFen: Fen;
}

export interface Probed {
  readonly scope: Scope;
  readonly shares: readonly ShareSettled[];
  readonly completed: SettlementCompleted;
  readonly year: BenefitYear;
}

/** Stands for the digest: a probe names no stored pack. */
const DIGEST = 'sha256:probe';
const HOSPITAL = 'probe';

/** One situation made ready, so that many bills of it can be settled. */
export class Probe {
  readonly #accepted: DischargeAccepted;

  constructor(
    private readonly pack: Pack,
    readonly situation: Situation,
  ) {
    this.#accepted = acceptanceOf(pack, situation);
  }

  /** What of the bill is in scope, and which programme it falls under. */
  scope(bill: ProbeBill): Scope {
    return recordDischarge(this.#with(bill, 'scope'), '', this.pack).data.scope;
  }

  /**
   * Settles a bill on top of a year.
   * @param encounter tells the cases of one year apart
   * @throws RangeError when a rule would break an invariant
   */
  settle(bill: ProbeBill, year: BenefitYear = EMPTY_YEAR, encounter = 'case'): Probed {
    const recorded = recordDischarge(this.#with(bill, encounter), '', this.pack);
    const after = settleOpenCases(evolveYear(year, recorded), () => this.pack);
    const shares = after.events.slice(0, -1).map(({ data }) => data as ShareSettled);
    const completed = after.events.at(-1)?.data as SettlementCompleted;
    return { scope: recorded.data.scope, shares, completed, year: after.year };
  }

  #with({ costFen, firstSelfPayFen = 0, outOfCatalogueFen }: ProbeBill, encounter: string): DischargeAccepted {
    const bill = {
      summary: { firstSelfPayFen, outOfCatalogueFen, overLimitFen: 0 },
      totalFen: costFen + outOfCatalogueFen,
    };
    return { ...this.#accepted, bill, encounterNo: encounter, settlementId: settlementIdOf(HOSPITAL, encounter) };
  }
}

/** Fen by payer, in the order of the chain; the hospital among them. */
export function paidByPayer({ shares }: Probed): Map<Payer, Fen> {
  const paid = new Map<Payer, Fen>();
  for (const { payer, paidFen } of shares) paid.set(payer, (paid.get(payer) ?? 0) + paidFen);
  return paid;
}

function acceptanceOf(pack: Pack, situation: Situation): DischargeAccepted {
  const { date, careType, level, transfer, designated, categories, disease, ageMonths } = situation;
  const chronic = careType === 'outpatient-chronic' ? { chronicDisease: disease } : {};
  return acceptedDischarge({
    discharge: {
      hospitalCode: HOSPITAL,
      encounterNo: '',
      region: pack.region,
      care: { type: careType, admittedOn: date, dischargedOn: date, diagnoses: [disease], transfer, ...chronic },
      bill: { totalFen: 0, summary: { outOfCatalogueFen: 0, overLimitFen: 0, firstSelfPayFen: 0 } },
    },
    attempt: 1,
    hospital: { level, region: placeFor(pack, transfer), designated },
    person: {
      personKey: '0'.repeat(32),
      region: pack.region,
      cover: { from: date, premiumPaidBy: 'person' },
      categories: categories.map((category) => ({ category, from: date })),
      approvedDiseases: [{ icd10: disease, from: date }],
      birthDate: ageMonths === null ? null : birthDateFor(date, ageMonths),
    },
    pack: { pack, digest: DIGEST },
  });
}

/** Where the probe's hospital stands: in the local area, or in a region that no rule names. The check of packs tries both. */
export function placeFor({ localArea }: Pack, transfer: Transfer): string {
  return transfer === 'none' ? (localArea.value[0] ?? '').padEnd(6, '0') : '000000';
}

/** A birth date (the first of a month) that makes the person so many completed months old on a day. */
export function birthDateFor(date: string, ageMonths: number): string {
  const months = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 - ageMonths;
  const year = (months - (months % 12)) / 12;
  return `${String(year).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}-01`;
}
