/**
 * A county's year in memory, as the checks read it: persons whose stays the domain itself settles, one on top of another. What is
 * changed afterwards is the test's doing.
 */
import { shareOf } from '@oss/money';
import type { Category, HospitalLevel } from '@oss/policy';
import {
  acceptedDischarge,
  type Bill,
  EMPTY_YEAR,
  type ListRecorded,
  type PaymentRecorded,
  scopeOf,
  settleOnTop,
  type SettlementFacts,
} from '@oss/settlement';
import type { CaseFact, CountyFacts, PersonFile, PersonRecordFact } from '../../apps/audit/facts/county-facts';
import { caseShare } from '../../apps/audit/facts/year-in-log';
import { builtInPacks, type PackFile } from '../../apps/hospital-gateway/policy/pack-files';
import { seeded, type Seeded } from './seeded';

export const REGION = '360222';
const FULIANG = builtInPacks().find(({ pack }) => pack.region === REGION) as PackFile;
export const HOSPITALS: readonly (readonly [string, HospitalLevel])[] = [
  ['H1', 1],
  ['H2', 2],
  ['H3', 3],
];
export interface Stay {
  readonly hospital: number;
  readonly admittedOn: string;
  readonly dischargedOn: string;
  readonly bill: Bill;
}

export class CountyYear {
  readonly people: PersonFile[] = [];
  readonly payments: PaymentRecorded[] = [];
  readonly lists: ListRecorded[] = [];
  readonly #random: Seeded;
  #invoices = 0;
  cases = 0;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** A person with stays; the registry says what the settlements used. */
  person(categories: readonly Category[], stays: readonly Stay[]): PersonFile {
    const personKey = (this.people.length + 1).toString(16).padStart(32, '0');
    const record: PersonRecordFact = {
      region: REGION,
      cover: { from: '2018-01-01', premiumPaidBy: categories.length > 0 ? 'subsidy' : 'person' },
      categories: categories.map((category) => ({ category, from: '2016-01-01' })),
      memberNos: { 'basic-insurance': `M${personKey}` },
    };
    let year = EMPTY_YEAR;
    const cases = stays.map((stay): CaseFact => {
      const settled = settleStay(personKey, record, stay, year);
      year = settled.year;
      return settled.fact;
    });
    const file: PersonFile = { personKey, record, cases, yearEnds: [] };
    this.cases += cases.length;
    this.people.push(file);
    return file;
  }

  change(file: PersonFile, by: Partial<PersonFile>): PersonFile {
    const changed = { ...file, ...by };
    this.people[this.people.findIndex(({ personKey }) => personKey === file.personKey)] = changed;
    return changed;
  }

  /** Changes one case of a person. */
  changeCase(file: PersonFile, by: (found: CaseFact) => CaseFact, at = 0): CaseFact {
    const changed = by(file.cases[at]!);
    this.change(file, { cases: file.cases.with(at, changed) });
    return changed;
  }

  stay(more: Partial<Stay> & { readonly totalFen?: number } = {}): Stay {
    const {
      totalFen = this.#random.whole(100_000, 4_000_000),
      admittedOn = this.day(),
      hospital = this.#random.whole(0, 2),
    } = more;
    const dischargedOn = more.dischargedOn ?? later(admittedOn, this.#random.whole(1, 20));
    return { hospital, admittedOn, dischargedOn, bill: more.bill ?? this.bill(totalFen) };
  }

  /** A day of the first half of the year, so that there is room for a second stay. */
  day(): string {
    return later('2018-01-01', this.#random.whole(0, 150));
  }

  bill(totalFen: number, more: Partial<Bill> = {}): Bill {
    const b = shareOf(totalFen, this.#random.whole(0, 3_000));
    const c = shareOf(totalFen, this.#random.whole(0, 500));
    this.#invoices += 1;
    return {
      invoiceNo: `INV${this.#invoices}`,
      lines: [
        { amountFen: totalFen - b - c, class: 'A', code: 'XA02BC', overLimitFen: 0 },
        { amountFen: b, class: 'B', code: 'XN06BX', firstSelfPayBp: 1_000, overLimitFen: 0 },
        { amountFen: c, class: 'C', code: 'ZZ0001', overLimitFen: 0 },
      ],
      totalFen,
      ...more,
    };
  }

  ordinaryPerson(): void {
    const categories = this.#random.pick<readonly Category[]>([
      [],
      ['registered-poor'],
      ['low-income'],
      ['destitute'],
      ['registered-poor', 'low-income'],
      ['disabled'],
    ]);
    const first = this.stay();
    // A second stay, when there is one, is long after and beyond suspicion.
    const second = this.stay({ admittedOn: later(first.dischargedOn, this.#random.whole(40, 120)) });
    this.person(categories, this.#random.whole(0, 3) === 0 ? [first, second] : [first]);
  }

  facts(): CountyFacts {
    const { people, payments, lists } = this;
    async function* persons(): AsyncGenerator<PersonFile> {
      yield* people;
    }
    return { county: { payments, lists }, personCount: people.length, persons };
  }
}

/** One stay, settled as the next of a year. */
export function settleStay(
  personKey: string,
  record: PersonRecordFact,
  { hospital, admittedOn, dischargedOn, bill }: Stay,
  year: typeof EMPTY_YEAR,
  law: PackFile = FULIANG,
): { fact: CaseFact; year: typeof EMPTY_YEAR } {
  const [hospitalCode, level] = HOSPITALS[hospital]!;
  const accepted = acceptedDischarge({
    attempt: 1,
    pack: law,
    hospital: { level, region: REGION, designated: true },
    person: { ...record, personKey, approvedDiseases: [], birthDate: '1955-03-07' },
    discharge: {
      hospitalCode,
      encounterNo: `E${personKey.slice(-8)}-${admittedOn}`,
      region: REGION,
      care: { type: 'inpatient', admittedOn, dischargedOn, diagnoses: ['J18.9'], transfer: 'none' },
      bill,
    },
  });
  const { facts, year: after } = settleOnTop(accepted, law.pack, year, () => law.pack);
  return { fact: factOf(accepted.bill, accepted.care, facts, law), year: after };
}

function factOf(
  bill: Bill,
  care: CaseFact['care'],
  { recorded, shares, completed }: SettlementFacts,
  { pack }: PackFile,
): CaseFact {
  const { settlementId, attempt, hospitalCode, encounterNo, region, snapshot } = recorded;
  const { hospitalFen, selfPayFen } = completed!;
  const scope = scopeOf(bill, care, snapshot, pack);
  const ids = { settlementId, attempt, hospitalCode, encounterNo, region };
  return {
    ...ids,
    bill,
    care,
    completedAt: null,
    hospitalFen,
    pack,
    scope,
    selfPayFen,
    shares: shares.map(caseShare),
    snapshot,
  };
}

/** The day that is so many days later. */
export function later(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
