/**
 * Law enters the log: a pack, whole, with its digest, on the stream of its region. The same id stands for other rules only
 * when the new version says which one it replaces; what was settled before keeps the version that it names.
 */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type EventStore, WrongExpectedRevision } from '@oss/event-store';
import { EVENT_STORE } from '@oss/host';
import type { Pack } from '@oss/policy';
import { PACK_ADOPTED, type PackAdopted, policyStream } from '@oss/settlement';
import type { AdoptedVersion } from './adopted-packs';
import { checkedFile, distinctSources, type PackSource } from './pack-files';
import { PolicyShelf, type Shelf } from './policy-shelf';

/** Two files, or a file and the log, give one id to different law. Which of them is right? */
export class PackConflict extends Error {
  constructor(id: string, inLog: string, given: PackSource) {
    super(
      `pack ${id} is adopted as ${inLog}, but ${given.file} has other content (${given.digest}). ` +
        'Cure: give the changed rules a pack id and start date of their own, or put the adopted file back, ' +
        `or adopt the file as a new version: npm run policy -- adopt ${given.file} --replaces ${id}`,
    );
    this.name = 'PackConflict';
  }
}

/** What a new version says it replaces does not rule. */
export class PackNotAdopted extends Error {
  constructor(
    readonly id: string,
    reason: string,
  ) {
    super(reason);
    this.name = 'PackNotAdopted';
  }
}

export interface AdoptionWish {
  readonly operatorCode: string;
  /** Id of the pack whose ruling version this one replaces. */
  readonly replaces?: string | undefined;
}

export interface Adoption {
  readonly version: AdoptedVersion;
  /** False when this very content was adopted before: nothing was recorded. */
  readonly isNew: boolean;
}

/** The system itself adopts at start. */
const SYSTEM_OPERATOR = 'system';
const MAX_RACES = 20;

@Injectable()
export class PackAdoption {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly shelf: PolicyShelf,
  ) {}

  /**
   * Adopts the packs of a start that the log lacks; any version that was ever adopted is known. @returns the ids that were new
   * @throws PackConflict when an id stands in the log with other content; PackFilesUnusable when two of the missing share an
   * id; PackInvalid
   */
  async adoptMissing(sources: readonly PackSource[]): Promise<string[]> {
    const missing: PackSource[] = [];
    // An adopted pack was checked then; the same content needs no second look.
    for (const source of sources) if (!(await this.#isAdopted(source))) missing.push(source);
    const adopted: string[] = [];
    for (const source of distinctSources(missing)) {
      const { isNew, version } = await this.adopt(source, { operatorCode: SYSTEM_OPERATOR });
      if (isNew) adopted.push(version.id);
    }
    return adopted;
  }

  /**
   * Adopts one pack. The same content again records nothing, also after it was replaced: a late retry never brings back law
   * that was corrected since.
   * @throws PackInvalid, PackConflict, PackNotAdopted
   */
  async adopt(source: PackSource, wish: AdoptionWish): Promise<Adoption> {
    const { pack } = checkedFile(source);
    const stream = policyStream(pack.region);
    for (let race = 0; race < MAX_RACES; race += 1) {
      const shelf = await this.shelf.of(pack.region);
      const known = shelf.versions.find(({ digest }) => digest === source.digest);
      if (known !== undefined) return { version: known, isNew: false };
      const data = adoptionOf(pack, source, wish, shelf);
      const event = { id: adoptionId(source.digest), type: PACK_ADOPTED, data };
      try {
        await this.store.append(stream, shelf.revision ?? 'no_stream', [event]);
      } catch (error) {
        if (error instanceof WrongExpectedRevision) continue;
        throw error;
      }
      const version = (await this.shelf.of(pack.region)).versions.find(({ digest }) => digest === source.digest);
      if (version === undefined) throw new Error(`${stream}: the adoption of ${pack.id} was acknowledged and is not there`);
      return { version, isNew: true };
    }
    throw new Error(`${stream} is being written by others: pack ${pack.id} could not be adopted`);
  }

  async #isAdopted({ content, digest }: PackSource): Promise<boolean> {
    const region = (content as { region?: unknown } | null)?.region;
    return typeof region === 'string' && (await this.shelf.of(region)).versions.some((adopted) => adopted.digest === digest);
  }
}

function adoptionOf(pack: Pack, source: PackSource, { operatorCode, replaces }: AdoptionWish, shelf: Shelf): PackAdopted {
  const sameId = shelf.versions.filter(({ id }) => id === pack.id).at(-1);
  if (sameId !== undefined && replaces !== pack.id) throw new PackConflict(pack.id, sameId.digest, source);
  const replaced = replaces === undefined ? undefined : replacedVersion(replaces, pack.region, shelf);
  return {
    content: pack.content,
    digest: source.digest,
    from: pack.from,
    id: pack.id,
    operatorCode,
    region: pack.region,
    ...(replaced === undefined ? {} : { replaces: { digest: replaced.digest, id: replaced.id } }),
    to: pack.to,
  };
}

function replacedVersion(id: string, region: string, { ruling, versions }: Shelf): AdoptedVersion {
  const found = ruling.find((version) => version.id === id);
  if (found !== undefined) return found;
  const earlier = versions.filter((version) => version.id === id).at(-1);
  const successor = versions.find(({ digest }) => digest === earlier?.replacedBy);
  const rules = ruling.map((version) => version.id).join(', ') || 'none';
  throw new PackNotAdopted(
    id,
    successor === undefined
      ? `pack ${id} is not adopted for region ${region}; ruling there: ${rules}`
      : `pack ${id} was replaced by ${successor.id}; ruling in region ${region}: ${rules}`,
  );
}

/** A UUID (version 8, RFC 9562: own layout) taken from the digest, so that a repeated adoption repeats it. */
function adoptionId(digest: string): string {
  const hex = createHash('sha256').update(`adopted ${digest}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
