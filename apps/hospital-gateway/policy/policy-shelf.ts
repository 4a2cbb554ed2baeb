/**
 * The adopted packs as the gateway sees them: looks at the head of each policy stream that may rule, at every acceptance,
 * and reads a stream again only when its head has moved. So a pack adopted through another gateway rules at once.
 */
import { Inject, Injectable } from '@nestjs/common';
import { collect, type EventStore } from '@oss/event-store';
import { ContentLibrary, EVENT_STORE } from '@oss/host';
import { type Pack, type PackContent, packInForce, regionsFor } from '@oss/policy';
import { LRUCache } from 'lru-cache';
import { PACK_ADOPTED, type PackAdopted, POLICY_PREFIX, policyStream } from '@oss/settlement';
import { type AdoptedPacks, adoptedPacks, type AdoptedVersion } from './adopted-packs';

/** A region's packs as its stream stood at a revision; null: it has no stream. */
export interface Shelf extends AdoptedPacks {
  readonly revision: number | null;
}

/** What may rule a county: its own shelf, its city's and its province's, and the heads that they were read at. */
interface CountyLaw {
  readonly streams: readonly string[];
  /** As the store tells them, in the order of `streams`. */
  readonly heads: readonly (number | 'no_stream')[];
  /** Nearest region first, each in the order of adoption. */
  readonly ruling: readonly AdoptedVersion[];
}

/** China has some three thousand counties. */
const MAX_SHELVES = 5_000;

@Injectable()
export class PolicyShelf {
  /** By region, also those without packs: a county's city and province are asked for as often as the county. */
  readonly #shelves = new LRUCache<string, Shelf>({ max: MAX_SHELVES });
  readonly #counties = new LRUCache<string, CountyLaw>({ max: MAX_SHELVES });

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ContentLibrary) private readonly library: ContentLibrary<Pack>,
  ) {}

  /** The pack in force for persons insured in a region on a day, or null. */
  async inForce(region: string, date: string): Promise<{ readonly pack: Pack; readonly digest: string } | null> {
    const law = this.#counties.get(region) ?? (await this.#readLaw(region));
    // All asked at once; of streams that have not moved, no more than the head is needed.
    const heads = await Promise.all(law.streams.map((stream) => this.store.lastRevision(stream)));
    const { ruling } = isCurrent(law, heads) ? law : await this.#readLaw(region);
    const head = packInForce(ruling, region, date);
    if (head === null) return null;
    const pack = this.atHand(head.digest) ?? (await this.byDigest(head.region, head.digest));
    return pack === null ? null : { pack, digest: head.digest };
  }

  /** A pack that has been read before; null says nothing of the log. */
  atHand(digest: string): Pack | null {
    return this.library.get(digest);
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

  /** Every version adopted for a region, its city and its province, nearest first, each in the order of adoption. */
  async versionsFor(region: string): Promise<readonly AdoptedVersion[]> {
    const shelves = await Promise.all(regionsFor(region).map((each) => this.of(each)));
    return shelves.flatMap(({ versions }) => versions);
  }

  /** The content of a version, whichever region adopted it; null when nobody has. Reads the log's packs when it is not at hand. */
  async content(digest: string): Promise<PackContent | null> {
    const known = this.library.get(digest);
    if (known !== null) return known.content;
    const filter = { streamPrefixes: [POLICY_PREFIX], types: [PACK_ADOPTED] };
    for await (const event of this.store.readAll({ filter })) {
      const adopted = event.data as PackAdopted;
      if (adopted.digest === digest) return adopted.content;
    }
    return null;
  }

  async #readLaw(region: string): Promise<CountyLaw> {
    const regions = regionsFor(region);
    const shelves = await Promise.all(regions.map((each) => this.of(each)));
    const law: CountyLaw = {
      streams: regions.map(policyStream),
      heads: shelves.map(({ revision }) => revision ?? 'no_stream'),
      ruling: shelves.flatMap(({ ruling }) => ruling),
    };
    this.#counties.set(region, law);
    return law;
  }

  /** A region's own packs, as its stream stands now. */
  async of(region: string): Promise<Shelf> {
    const stream = policyStream(region);
    const last = await this.store.readLast(stream);
    const revision = last?.revision ?? null;
    const known = this.#shelves.get(region);
    if (known !== undefined && known.revision === revision) return known;
    await this.library.load(stream);
    const events = await collect(this.store.readStream(stream));
    const shelf = { revision: events.at(-1)?.revision ?? null, ...adoptedPacks(events) };
    this.#shelves.set(region, shelf);
    return shelf;
  }
}

function isCurrent({ heads }: CountyLaw, now: readonly (number | 'no_stream')[]): boolean {
  for (let at = 0; at < heads.length; at += 1) if (heads[at] !== now[at]) return false;
  return true;
}
