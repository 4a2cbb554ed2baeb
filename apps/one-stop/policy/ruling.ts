/** Which pack rules a region from when to when, told from the list of adopted versions. */
import { dayAfter, packInForce } from '@oss/policy';
import type { AdoptedVersion } from '../../hospital-gateway/policy/adopted-packs';

/** A time in which one pack, or none, rules. */
export interface RulingPeriod {
  readonly from: string;
  /** Last day; null: without an end. */
  readonly to: string | null;
  readonly id: string | null;
  readonly digest: string | null;
}

/**
 * Periods of a region in order, from the first day on which any pack rules it.
 * @param versions as `GET /v1/policy/packs?region=` lists them
 */
export function rulingPeriods(versions: readonly AdoptedVersion[], region: string): RulingPeriod[] {
  const ruling = inPlace(versions);
  const days = new Set(ruling.flatMap(({ from, to }) => (to === null ? [from] : [from, dayAfter(to)])));
  const periods: RulingPeriod[] = [];
  const sorted = [...days].sort();
  sorted.forEach((from, index) => {
    const next = sorted[index + 1];
    const to = next === undefined ? null : dayBefore(next);
    const { digest = null, id = null } = packInForce(ruling, region, from) ?? {};
    const last = periods.at(-1);
    if (last?.digest === digest) periods[periods.length - 1] = { ...last, to };
    else periods.push({ from, to, id, digest });
  });
  // After the last pack has ended nothing rules: that goes without saying when no pack ever ended.
  return periods;
}

/** The versions that rule, each in the place of the first of its line: the order decides between equal starts. */
function inPlace(versions: readonly AdoptedVersion[]): AdoptedVersion[] {
  const places = new Map<string, number>();
  versions.forEach(({ digest, replaces }, index) => places.set(digest, places.get(replaces?.digest ?? '') ?? index));
  const place = ({ digest }: AdoptedVersion): number => places.get(digest) ?? 0;
  return versions.filter(({ replacedBy }) => replacedBy === undefined).sort((a, b) => place(a) - place(b));
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
