/** What enters an accepted discharge into its benefit year, whoever enters it. */
import type { ContentLibrary, Decided } from '@oss/host';
import type { Pack } from '@oss/policy';
import { type BenefitYear, type DischargeAccepted, PackMissing, recordDischarge, yearEndTakenBack } from '@oss/settlement';

/**
 * The facts, in order: a year that was settled at its end takes that back before it takes the case in.
 * @param stream of the year
 * @param acceptance SHA-256 of the `DischargeAccepted`, as it stands or will stand
 * @throws PackMissing when the library does not hold the pack of the snapshot
 */
export function enteringFacts(
  year: BenefitYear,
  stream: string,
  accepted: DischargeAccepted,
  acceptance: string,
  library: ContentLibrary<Pack>,
): readonly Decided[] {
  const { digest, id } = accepted.snapshot.pack;
  const pack = library.get(digest);
  if (pack === null) throw new PackMissing(id.slice(0, 6), digest);
  return [...yearEndTakenBack(year, stream, accepted), recordDischarge(accepted, acceptance, pack)];
}
