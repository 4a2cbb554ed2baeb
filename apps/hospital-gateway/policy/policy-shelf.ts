/**
 * The adopted packs as the gateway sees them: looks at the head of each policy stream that may rule, at every acceptance,
 * and reads a stream again only when its head has moved. Only adopted packs settle; files reach the log by adoption.
 */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type EventStore, type RecordedEvent, WrongExpectedRevision } from '@oss/event-store';
import { ContentLibrary, EVENT_STORE } from '@oss/host';
import { type Pack, packInForce, regionsFor } from '@oss/policy';
import { LRUCache } from 'lru-cache';
import { PACK_ADOPTED, type PackAdopted, policyStream } from '@oss/settlement';
import { checkedFile, type PackSource } from './pack-files';

/** Two files, or a file and the log, give one id to different law. The start stops: which of them is right? */
export class PackConflict extends Error {
  constructor(id: string, inLog: string, given: PackSource) {
    super(
      `pack ${id} is adopted as ${inLog}, but ${given.file} has other content (${given.digest}). ` +
        'Cure: give the changed rules a pack id and start date of their own, or put the adopted file back',
    );
    this.name = 'PackConflict';
  }
}

interface AdoptedPack {
  readonly region: string;
  readonly from: string;
  readonly to: string | null;
  readonly digest: string;
}

interface Shelf {
  readonly revision: number | null;
  readonly packs: readonly AdoptedPack[];
}

/** The system itself adopts at start. */
const SYSTEM_OPERATOR = 'system';
const MAX_RACES = 20;
/** China has some three thousand counties. */
const MAX_SHELVES = 5_000;

@Injectable()
export class PolicyShelf {
  /** By region, also those without packs: a county's city and province are asked for as often as the county. */
  readonly #shelves = new LRUCache<string, Shelf>({ max: MAX_SHELVES });

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ContentLibrary) private readonly library: ContentLibrary<Pack>,
  ) {}

  /** The pack in force for persons insured in a region on a day, or null. */
  async inForce(region: string, date: string): Promise<{ readonly pack: Pack; readonly digest: string } | null> {
    const shelves = await Promise.all(regionsFor(region).map((each) => this.#shelf(each)));
    const head = packInForce(
      shelves.flatMap(({ packs }) => packs),
      region,
      date,
    );
    if (head === null) return null;
    const pack = this.library.get(head.digest) ?? (await this.byDigest(head.region, head.digest));
    return pack === null ? null : { pack, digest: head.digest };
  }

  /** The pack that a settlement names; its labels are part of every answer. */
  async byDigest(region: string, digest: string): Promise<Pack | null> {
    const known = this.library.get(digest);
    if (known !== null) return known;
    for (const each of regionsFor(region)) {
      await this.library.load(policyStream(each));
      const loaded = this.library.get(digest);
      if (loaded !== null) return loaded;
    }
    return null;
  }

  /**
   * Adopts the packs that the log lacks. @returns the ids that were new
   * @throws PackConflict when an id stands in the log with another digest
   */
  async adopt(sources: readonly PackSource[]): Promise<string[]> {
    const adopted: string[] = [];
    for (const source of sources) {
      // An adopted pack was checked then; the same content needs no second look.
      if (await this.#isAdopted(source)) continue;
      if (await this.#adoptOne(source)) adopted.push(checkedFile(source).pack.id);
    }
    return adopted;
  }

  async #isAdopted({ content, digest }: PackSource): Promise<boolean> {
    const region = (content as { region?: unknown } | null)?.region;
    return typeof region === 'string' && (await this.#shelf(region)).packs.some((adopted) => adopted.digest === digest);
  }

  async #adoptOne(file: PackSource): Promise<boolean> {
    const { digest } = file;
    const { pack } = checkedFile(file);
    const stream = policyStream(pack.region);
    const data: PackAdopted = {
      content: pack.content,
      digest,
      from: pack.from,
      id: pack.id,
      operatorCode: SYSTEM_OPERATOR,
      region: pack.region,
      to: pack.to,
    };
    for (let race = 0; race < MAX_RACES; race += 1) {
      let last: RecordedEvent | null = null;
      let known: string | null = null;
      for await (const event of this.store.readStream(stream)) {
        last = event;
        const before = event.data as PackAdopted;
        if (event.type === PACK_ADOPTED && before.id === pack.id) known = before.digest;
      }
      if (known === digest) return false;
      if (known !== null) throw new PackConflict(pack.id, known, file);
      try {
        await this.store.append(stream, last?.revision ?? 'no_stream', [{ id: adoptionId(digest), type: PACK_ADOPTED, data }]);
        return true;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
    throw new Error(`${stream} is being written by others: pack ${pack.id} could not be adopted`);
  }

  async #shelf(region: string): Promise<Shelf> {
    const stream = policyStream(region);
    const last = await this.store.readLast(stream);
    const revision = last?.revision ?? null;
    const known = this.#shelves.get(region);
    if (known !== undefined && known.revision === revision) return known;
    const packs: AdoptedPack[] = [];
    await this.library.load(stream);
    for await (const event of this.store.readStream(stream)) {
      if (event.type !== PACK_ADOPTED) continue;
      const { from, to, digest, region: ruled } = event.data as PackAdopted;
      packs.push({ from, to, digest, region: ruled });
    }
    const shelf = { revision, packs };
    this.#shelves.set(region, shelf);
    return shelf;
  }
}

/** A UUID (version 8, RFC 9562: own layout) taken from the digest, so that a repeated adoption repeats it. */
function adoptionId(digest: string): string {
  const hex = createHash('sha256').update(`adopted ${digest}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
