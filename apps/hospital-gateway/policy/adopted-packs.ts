/**
 * What a policy stream says: every version of law ever adopted, and which of them rule. A version that replaces another
 * takes its place for discharges accepted from then on; the replaced one stays, because settlements name it for ever.
 */
import type { RecordedEvent } from '@oss/event-store';
import { PACK_ADOPTED, type PackAdopted } from '@oss/settlement';

/** One adopted version, without its content. */
export interface AdoptedVersion {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly region: string;
  /** First and last day in force, YYYY-MM-DD; null without an end. */
  readonly from: string;
  readonly to: string | null;
  /** Instant, RFC 3339 UTC. */
  readonly adoptedAt: string;
  readonly operatorCode: string;
  readonly replaces?: { readonly digest: string; readonly id: string };
  /** Digest of the version that rules in its place. */
  readonly replacedBy?: string;
}

export interface AdoptedPacks {
  /** All, in the order of their adoption. */
  readonly versions: readonly AdoptedVersion[];
  /** Those that nothing has replaced, each in the place of the first version of its line: the order decides between equal starts. */
  readonly ruling: readonly AdoptedVersion[];
}

/** @throws RangeError when a version replaces one that does not rule: the stream was changed, or a writer is broken */
export function adoptedPacks(events: Iterable<RecordedEvent>): AdoptedPacks {
  let versions: AdoptedVersion[] = [];
  const ruling: string[] = [];
  for (const event of events) {
    if (event.type !== PACK_ADOPTED) continue;
    const { content, digest, from, id, operatorCode, region, replaces, to } = event.data as PackAdopted;
    const adoptedAt = event.recordedAt;
    const version: AdoptedVersion = { id, name: content.name, digest, region, from, to, adoptedAt, operatorCode };
    if (replaces === undefined) {
      versions.push(version);
      ruling.push(digest);
      continue;
    }
    const place = ruling.indexOf(replaces.digest);
    if (place < 0) throw new RangeError(`${event.stream}: ${id} replaces ${replaces.digest}, which does not rule`);
    ruling[place] = digest;
    versions = versions.map((each) => (each.digest === replaces.digest ? { ...each, replacedBy: digest } : each));
    versions.push({ ...version, replaces });
  }
  const byDigest = new Map(versions.map((version) => [version.digest, version]));
  return { versions, ruling: ruling.map((digest) => byDigest.get(digest) as AdoptedVersion) };
}
