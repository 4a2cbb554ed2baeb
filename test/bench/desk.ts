/** The county's registry in memory: turns a bench discharge into facts without a server, as acceptance and turns would. */
import { hash } from 'node:crypto';
import type { NewEvent } from '@oss/event-store';
import { type Pack, packInForce } from '@oss/policy';
import {
  acceptedDischarge,
  type BenefitYear,
  benefitYearStream,
  birthDateOf,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  EMPTY_YEAR,
  encounterStream,
  evolveYear,
  type PostedDischarge,
  recordDischarge,
  type RecordedFact,
  type Refusal,
  refusalsOf,
  type RegisteredHospital,
  type RegisteredPerson,
  settleOpenCases,
} from '@oss/settlement';
import { builtInPacks, type PackFile } from '../../apps/hospital-gateway/policy/pack-files';
import { type County, HOSPITALS, person, REGION } from './county';

const COVER = { from: '2016-01-01', premiumPaidBy: 'person' } as const;

export interface Settled {
  readonly recorded: RecordedFact;
  /** Shares, then the completion. */
  readonly events: ReturnType<typeof settleOpenCases>['events'];
  readonly year: BenefitYear;
}

export class Desk {
  readonly #persons = new Map<string, RegisteredPerson>();
  readonly #hospitals = new Map<string, RegisteredHospital>();
  readonly #years = new Map<string, BenefitYear>();
  readonly #packs = builtInPacks().map((file) => ({ region: file.pack.region, from: file.pack.from, to: file.pack.to, file }));
  readonly #byDigest = new Map(this.#packs.map(({ file }) => [file.digest, file.pack]));

  constructor(county: County) {
    for (let number = 0; number < county.persons; number += 1) {
      const { idNumber, categories } = person(number);
      this.#persons.set(idNumber, {
        personKey: hash('md5', idNumber),
        region: REGION,
        cover: COVER,
        categories: categories.map((category) => ({ category, from: COVER.from })),
        approvedDiseases: [],
        birthDate: birthDateOf(idNumber),
      });
    }
    for (const { code, region, level } of HOSPITALS) this.#hospitals.set(code, { region, level, designated: true });
  }

  /** @throws when the discharge would be refused */
  accept(discharge: PostedDischarge & { readonly patient: { readonly idNumber: string } }, today: string): DischargeAccepted {
    const pack = this.packFor(discharge.region, discharge.care.dischargedOn);
    const person = this.#persons.get(discharge.patient.idNumber) ?? null;
    const input = { discharge, attempt: 1, hospital: this.#hospitals.get(discharge.hospitalCode) ?? null, person, pack };
    const refusals: readonly Refusal[] = refusalsOf({ ...input, today });
    if (refusals.length > 0) throw new Error(`refused: ${JSON.stringify(refusals)}`);
    return acceptedDischarge(input);
  }

  packFor(region: string, date: string): PackFile | null {
    return packInForce(this.#packs, region, date)?.file ?? null;
  }

  pack(digest: string): Pack | null {
    return this.#byDigest.get(digest) ?? null;
  }

  /** Everybody whom the registry knows. */
  persons(): IterableIterator<RegisteredPerson> {
    return this.#persons.values();
  }

  /** The person's year so far. */
  year(stream: string): BenefitYear {
    return this.#years.get(stream) ?? EMPTY_YEAR;
  }

  keep(stream: string, year: BenefitYear): void {
    this.#years.set(stream, year);
  }

  /**
   * Records and settles on top of the person's year; keeps nothing.
   * @param acceptance hash of the stored acceptance
   * @param year the person's year so far; default the one that was kept
   */
  settle(accepted: DischargeAccepted, acceptance: string, year = this.year(yearStream(accepted))): Settled {
    const pack = this.pack(accepted.snapshot.pack.digest)!;
    const recorded = recordDischarge(accepted, acceptance, pack);
    const before = evolveYear(year, recorded);
    return { recorded, ...settleOpenCases(before, (digest) => this.pack(digest)) };
  }
}

export function yearStream({ personKey, care }: DischargeAccepted): string {
  return benefitYearStream(personKey, care.dischargedOn);
}

/** The two appends of a settlement. @param id of the acceptance */
export function appendsOf(accepted: DischargeAccepted, id: string, { recorded, events }: Pick<Settled, 'recorded' | 'events'>) {
  const acceptance: NewEvent = { id, type: DISCHARGE_ACCEPTED, data: accepted };
  return [
    { stream: encounterStream(accepted.settlementId), events: [acceptance] },
    { stream: yearStream(accepted), events: [recorded, ...events] as readonly NewEvent[] },
  ] as const;
}
