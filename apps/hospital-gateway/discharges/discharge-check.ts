/**
 * What the registries, the packs and an earlier acceptance say of a discharge. One place, so that a settlement and a
 * pre-settlement of the same bill are refused, or let through, by the very same words. Reads only; records nothing.
 */
import { Injectable } from '@nestjs/common';
import { Clock, Problem } from '@oss/host';
import {
  type AcceptanceInput,
  differingFields,
  type DischargeAccepted,
  idNumberProblem,
  normaliseBill,
  normaliseCare,
  type PostedDischarge,
  type Refusal,
  refusalsOf,
} from '@oss/settlement';
import { IdentityStore } from '../identity/identity-store';
import { sameName } from '../identity/person-name';
import { PolicyShelf } from '../policy/policy-shelf';
import { HospitalRegistry } from '../registry/hospital-registry';
import { type FoundPerson, PersonRegistry } from '../registry/person-registry';

/** Who the hospital says the patient is. */
export interface Patient {
  readonly idNumber: string;
  readonly name: string;
}

export interface CheckedDischarge {
  readonly input: AcceptanceInput;
  /** In the order in which the codes are reported; empty when nothing is against it (room in the year aside). */
  readonly refusals: readonly Refusal[];
}

@Injectable()
export class DischargeCheck {
  constructor(
    private readonly shelf: PolicyShelf,
    private readonly hospitals: HospitalRegistry,
    private readonly persons: PersonRegistry,
    private readonly identities: IdentityStore,
    private readonly clock: Clock,
  ) {}

  /** The discharge with what is registered now and the pack in force on its day, and everything that refuses it. */
  async check(discharge: PostedDischarge, patient: Patient): Promise<CheckedDischarge> {
    const found = await this.persons.find(patient.idNumber);
    const pack = await this.shelf.inForce(discharge.region, discharge.care.dischargedOn);
    const hospital = await this.hospitals.get(discharge.hospitalCode);
    const input = { discharge, attempt: 1, hospital, person: found?.person ?? null, pack };
    const refusals = [...identityRefusals(patient, found), ...refusalsOf({ ...input, today: this.clock.todayInChina() })];
    return { input, refusals };
  }

  /** @throws Problem `encounter-differs` naming every field in which the discharge is not the one accepted under its key */
  async assertSame(accepted: DischargeAccepted, discharge: PostedDischarge, patient: Patient): Promise<void> {
    const pack = await this.shelf.byDigest(accepted.region, accepted.snapshot.pack.digest);
    const fields = differingFields(accepted, {
      region: discharge.region,
      care: normaliseCare(discharge.care),
      bill: normaliseBill(discharge.bill, pack, accepted.care.dischargedOn),
      personKey: await this.#comparableKey(patient.idNumber, accepted.personKey),
    });
    if (fields.length === 0) return;
    const detail = `encounter ${discharge.encounterNo} of hospital ${discharge.hospitalCode} was accepted with other content`;
    throw new Problem('encounter-differs', detail, {
      fields: fields.map((path) => ({ path, message: 'differs from what was accepted' })),
      members: { settlementId: accepted.settlementId },
    });
  }

  /** The key that an id number has now; null when the accepted person was erased and can no longer be compared. */
  async #comparableKey(idNumber: string, acceptedKey: string): Promise<string | null> {
    const identity = await this.identities.find(idNumber);
    if (identity !== null) return identity.personKey;
    return (await this.identities.exists(acceptedKey)) ? 'unknown' : null;
  }
}

/** All refusals as one answer, under the code of the first. @param refusals at least one */
export function refusalProblem(refusals: readonly Refusal[]): Problem {
  const [first] = refusals as [Refusal, ...Refusal[]];
  const fields = refusals.flatMap(({ fields: paths, detail }) => paths.map((path) => ({ path, message: detail })));
  return new Problem(first.code, refusals.map(({ detail }) => detail).join('; '), { fields });
}

/** What the id number and the name alone refuse; the detail repeats neither. */
function identityRefusals(patient: Patient, found: FoundPerson | null): Refusal[] {
  if (idNumberProblem(patient.idNumber) !== null) {
    return [{ code: 'id-number-check-digit', fields: ['patient.idNumber'], detail: 'the id number does not satisfy GB 11643' }];
  }
  if (found !== null && !sameName(found.name, patient.name)) {
    return [
      { code: 'name-differs', fields: ['patient.name'], detail: 'the name is not the one registered under this id number' },
    ];
  }
  return [];
}
