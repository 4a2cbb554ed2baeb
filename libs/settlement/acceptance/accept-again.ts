/**
 * A late entitlement: what an accepted discharge is settled on again, with what the registry says now of the person on the
 * day of discharge. The bill, the hospital and the age stay those of the acceptance. Pure (domain rules §6, resettlement).
 */
import type { Pack } from '@oss/policy';
import { scopeOf } from '../bill/scope';
import type { Snapshot } from '../bill/discharge';
import type { FreshBasis } from '../year/corrections/correct';
import type { DischargeAccepted } from '../year/events';
import { checkEntitlement, type RegisteredPerson, takeSnapshot } from './accept';
import type { Refusal } from './refusal';

export interface AgainInput {
  readonly accepted: DischargeAccepted;
  /** The snapshot of the attempt that is replaced. */
  readonly before: Snapshot;
  /** As registered now; null when the person is unknown or was erased. The birth date is not asked: the age stands. */
  readonly person: Omit<RegisteredPerson, 'birthDate'> | null;
  readonly pack: { readonly pack: Pack; readonly digest: string } | null;
}

/** The new basis, or everything that refuses it (not covered on that day, disease not approved, no rule in the pack …). */
export function basisAgain({
  accepted,
  before,
  person,
  pack,
}: AgainInput): FreshBasis | { readonly refused: readonly Refusal[] } {
  const { attempt, bill, care, region } = accepted;
  const { hospital } = before;
  // Who has moved since was insured in the bill's region on its day; the registry keeps only the last region.
  const then = person === null ? null : { ...person, region, birthDate: null };
  const refused = checkEntitlement({ discharge: accepted, attempt, hospital, person: then, pack });
  if (refused.length > 0 || then === null || then.cover === null || pack === null) return { refused };
  const snapshot = { ...takeSnapshot(care, hospital, then, then.cover, pack), ageMonths: before.ageMonths };
  return { scope: scopeOf(bill, care, snapshot, pack.pack), snapshot };
}
