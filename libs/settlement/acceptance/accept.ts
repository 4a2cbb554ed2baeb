/**
 * Acceptance: a normalised discharge, what the registries say, and the pack in force become either the fact
 * `DischargeAccepted` (whose storing is the acceptance) or a list of refusals. Pure: the clock and the registries are
 * arguments.
 */
import type { Bp } from '@oss/money';
import {
  type CareType,
  type Category,
  type ChainEntry,
  chainFor,
  type HospitalLevel,
  listsDiseases,
  type Pack,
  programmesFor,
  type Transfer,
  valueAt,
} from '@oss/policy';
import type { Bill, BillLine, Care, Snapshot } from '../bill/discharge';
import type { DischargeAccepted } from '../year/events';
import { settlementIdOf } from '../year/ids';
import { refuse, type Refusal } from './refusal';

/** A span of days, both inclusive; without `to` it is open. */
export interface Span {
  readonly from: string;
  readonly to?: string;
}

/** What the registry knows of a person, without name and id number. */
export interface RegisteredPerson {
  readonly personKey: string;
  readonly region: string;
  readonly cover: (Span & { readonly premiumPaidBy: 'person' | 'subsidy' }) | null;
  readonly categories: readonly (Span & { readonly category: Category })[];
  readonly approvedDiseases: readonly (Span & { readonly icd10: string })[];
  /** YYYY-MM-DD, of the id number; null when it holds none. */
  readonly birthDate: string | null;
}

export interface RegisteredHospital {
  readonly level: HospitalLevel;
  readonly region: string;
  readonly designated: boolean;
}

/** A discharge as posted, once its shape has been validated; defaults not yet filled in. */
export interface PostedDischarge {
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  /** Of a corrected bill: the reversed attempt that it replaces. */
  readonly corrects?: DischargeAccepted['corrects'];
  readonly care: { readonly type: CareType; readonly transfer: Transfer } & Omit<Care, 'type' | 'transfer'>;
  readonly bill: {
    readonly invoiceNo?: string;
    readonly totalFen: number;
    readonly lines?: readonly (Omit<BillLine, 'overLimitFen'> & { readonly overLimitFen?: number })[];
    readonly summary?: Bill['summary'];
  };
}

/** What stands in for the default of a class-B line when no pack is in force to say it. */
const NO_DEFAULT_BP: Bp = 0;

/** The bill with defaults filled in, keys in stored order. @param pack names the default first self-pay of class B */
export function normaliseBill(bill: PostedDischarge['bill'], pack: Pack | null, date: string): Bill {
  const defaultBp = pack === null ? NO_DEFAULT_BP : valueAt(pack.classBFirstSelfPay, date).value;
  const { invoiceNo, totalFen, summary } = bill;
  const lines = bill.lines?.map((line): BillLine => {
    const { amountFen, class: itemClass, code, name, overLimitFen = 0 } = line;
    const firstSelfPayBp = itemClass === 'B' ? (line.firstSelfPayBp ?? defaultBp) : undefined;
    return { amountFen, class: itemClass, code, firstSelfPayBp, name, overLimitFen };
  });
  if (summary === undefined) return { invoiceNo, lines, totalFen };
  const { firstSelfPayFen, outOfCatalogueFen, overLimitFen } = summary;
  return { invoiceNo, lines, summary: { firstSelfPayFen, outOfCatalogueFen, overLimitFen }, totalFen };
}

export function normaliseCare(care: PostedDischarge['care']): Care {
  const { admittedOn, chronicDisease, diagnoses, dischargedOn, transfer, type } = care;
  return { admittedOn, chronicDisease, diagnoses, dischargedOn, transfer, type };
}

function inForce(span: Span, date: string): boolean {
  return span.from <= date && (span.to === undefined || date <= span.to);
}

/** Completed months between two days; null when either is unknown. */
export function completedMonths(birthDate: string | null, date: string): number | null {
  if (birthDate === null) return null;
  // Texts of days, YYYY-MM-DD: their last parts compare as they stand.
  const whole = monthsOf(date) - monthsOf(birthDate);
  return date.slice(8) < birthDate.slice(8) ? whole - 1 : whole;
}

/** Months from the year 0 to the month of a day. */
function monthsOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}

export interface AcceptanceInput {
  readonly discharge: PostedDischarge;
  readonly attempt: number;
  readonly hospital: RegisteredHospital | null;
  readonly person: RegisteredPerson | null;
  /** The pack in force for region and discharge date, with its digest; null when none is. */
  readonly pack: { readonly pack: Pack; readonly digest: string } | null;
}

/** What the registries and the pack refuse of a discharge whose own content is sound. */
export function checkEntitlement(input: AcceptanceInput): Refusal[] {
  const { discharge, hospital, person, pack } = input;
  const { care, region, hospitalCode } = discharge;
  const refusals: Refusal[] = [];
  if (hospital === null)
    refusals.push(refuse('unknown-hospital', ['hospitalCode'], `hospital ${hospitalCode} is not in the registry`));
  if (person === null) refusals.push(refuse('unknown-person', ['patient.idNumber'], 'the person is not in the registry'));
  else if (person.region !== region) {
    refusals.push(refuse('region-differs', ['region'], `the person is insured in ${person.region}, not in ${region}`));
  } else if (person.cover === null || !inForce(person.cover, care.dischargedOn)) {
    const said = person.cover === null ? 'none' : `${person.cover.from} to ${person.cover.to ?? 'today'}`;
    refusals.push(
      refuse('not-covered', ['care.dischargedOn'], `the person has no cover on ${care.dischargedOn} (cover: ${said})`),
    );
  }
  if (pack === null) {
    refusals.push(
      refuse(
        'no-pack',
        ['region', 'care.dischargedOn'],
        `no policy pack is in force for region ${region} on ${care.dischargedOn}`,
      ),
    );
    return refusals;
  }
  if (hospital !== null) refusals.push(...checkPlace(discharge, hospital, pack.pack));
  if (chainFor(pack.pack, care.type) === null) {
    refusals.push(refuse('care-type-not-in-pack', ['care.type'], `pack ${pack.pack.id} has no rules for ${care.type}`));
  }
  if (person !== null && care.chronicDisease !== undefined && !isApproved(person, care.chronicDisease, care.dischargedOn)) {
    const detail = `${care.chronicDisease} is not approved for the person on ${care.dischargedOn}`;
    refusals.push(refuse('chronic-disease-not-approved', ['care.chronicDisease'], detail));
  }
  if (person !== null && !isListed(discharge.care, person, pack.pack)) {
    const detail = `pack ${pack.pack.id} does not list ${care.chronicDisease} for ${care.type} care of this person`;
    refusals.push(refuse('chronic-disease-not-in-pack', ['care.chronicDisease'], detail));
  }
  return refusals;
}

/** Whether the pack lists a visit's disease for the person; a pack without a list takes every approved disease. */
function isListed(care: PostedDischarge['care'], person: RegisteredPerson, pack: Pack): boolean {
  if (care.type !== 'outpatient-chronic' || care.chronicDisease === undefined || !listsDiseases(pack, care.type)) return true;
  const categories = categoriesOn(person, care.dischargedOn);
  const ageMonths = completedMonths(person.birthDate, care.dischargedOn);
  return programmesFor(pack, care, { categories, ageMonths }).length > 0;
}

/** In alphabetical order, each once. */
function categoriesOn(person: RegisteredPerson, date: string): Category[] {
  const found: Category[] = [];
  for (const entry of person.categories) {
    if (inForce(entry, date) && !found.includes(entry.category)) found.push(entry.category);
  }
  return found.length > 1 ? found.sort() : found;
}

function isApproved(person: RegisteredPerson, icd10: string, date: string): boolean {
  return person.approvedDiseases.some((disease) => disease.icd10 === icd10 && inForce(disease, date));
}

/** Designation, and whether the kind of transfer fits where the hospital stands. */
function checkPlace(discharge: PostedDischarge, hospital: RegisteredHospital, pack: Pack): Refusal[] {
  const { transfer } = discharge.care;
  if (!hospital.designated && !pack.acceptsUndesignated) {
    return [
      refuse(
        'undesignated-hospital',
        ['hospitalCode'],
        `hospital ${discharge.hospitalCode} is not designated and pack ${pack.id} has no rule for such`,
      ),
    ];
  }
  const local = pack.localArea.value.some((prefix) => hospital.region.startsWith(prefix));
  const inProvince = hospital.region.slice(0, 2) === discharge.region.slice(0, 2);
  const contradicts =
    local !== (transfer === 'none') ||
    (transfer === 'unreferred-in-province' && !inProvince) ||
    (transfer === 'unreferred-out-of-province' && inProvince);
  if (contradicts) {
    const place = local
      ? 'inside the local area'
      : inProvince
        ? 'outside the local area, in the province'
        : 'outside the province';
    return [
      refuse(
        'transfer-contradicts-hospital',
        ['care.transfer', 'hospitalCode'],
        `the hospital is ${place} (${hospital.region}), the transfer says ${transfer}`,
      ),
    ];
  }
  if (transfer !== 'none' && pack.outOfArea[transfer] === undefined) {
    return [refuse('transfer-not-in-pack', ['care.transfer'], `pack ${pack.id} has no rule for ${transfer}`)];
  }
  return [];
}

/** The fact of an acceptance. Call it only when nothing was refused. */
export function acceptedDischarge(input: AcceptanceInput): DischargeAccepted {
  const { discharge, attempt, hospital, person, pack } = input;
  if (hospital === null || person === null || person.cover === null || pack === null) {
    throw new RangeError('a discharge was accepted that should have been refused');
  }
  const care = normaliseCare(discharge.care);
  const { corrects } = discharge;
  return {
    attempt,
    bill: normaliseBill(discharge.bill, pack.pack, care.dischargedOn),
    care,
    corrects: corrects === undefined ? undefined : { attempt: corrects.attempt, settlementId: corrects.settlementId },
    encounterNo: discharge.encounterNo,
    hospitalCode: discharge.hospitalCode,
    personKey: person.personKey,
    region: discharge.region,
    settlementId: settlementIdOf(discharge.hospitalCode, discharge.encounterNo),
    snapshot: takeSnapshot(care, hospital, person, person.cover, pack),
  };
}

/** A pack's chains as snapshots name them: all discharges of a care type have the same turns, and share one list of them. */
const turnsByChain = new WeakMap<readonly ChainEntry[], Snapshot['chain']>();

function turnsOf(chain: readonly ChainEntry[]): Snapshot['chain'] {
  let turns = turnsByChain.get(chain);
  if (turns === undefined) turnsByChain.set(chain, (turns = chain.map(({ line, payer }) => ({ line, payer }))));
  return turns;
}

/** What decides a fen beside the bill, as it is on the day of discharge. */
export function takeSnapshot(
  care: Care,
  hospital: RegisteredHospital,
  person: RegisteredPerson,
  cover: NonNullable<RegisteredPerson['cover']>,
  { pack, digest }: NonNullable<AcceptanceInput['pack']>,
): Snapshot {
  const date = care.dischargedOn;
  return {
    ageMonths: completedMonths(person.birthDate, date),
    approvedDiseases: person.approvedDiseases.filter((entry) => inForce(entry, date)).map((entry) => entry.icd10),
    categories: categoriesOn(person, date),
    chain: turnsOf(chainFor(pack, care.type) ?? []),
    cover: { from: cover.from, premiumPaidBy: cover.premiumPaidBy, to: cover.to },
    hospital: { designated: hospital.designated, level: hospital.level, region: hospital.region },
    pack: { digest, id: pack.id },
  };
}
