/** The cover report (三(三)1): who should be covered and is not, who is covered at public cost and no longer entitled, page by page. */
import { Injectable } from '@nestjs/common';
import { Problem } from '@oss/host';
import type { Category } from '@oss/policy';
import { LRUCache } from 'lru-cache';
import type { StandingPerson } from './cover-file';
import { COVER_REASONS, type CoverFacts, coverFinding, type CoverFinding, type CoverReason, inForce } from './cover-finding';
import { CoverList } from './cover-list';
import { type CoverQuestion, cursorText, regionsOf } from './cover-request';
import { SubsidisedCategories } from './subsidised-categories';

/** Reports in work at once: each looks at every person of its region. */
const MAX_REPORTS = 4;
/** Counts kept for the following pages of a walk. */
const MAX_KEPT_COUNTS = 256;

export interface CoverItem {
  readonly personKey: string;
  readonly region: string;
  /** In force on the day. */
  readonly categories: CoverFacts['categories'];
  /** As registered, whether in force or not; null when there is none. */
  readonly cover: CoverFacts['cover'];
  readonly diedOn?: string;
  readonly reason: { readonly code: CoverReason; readonly zh: string; readonly en: string };
}

export interface CoverCounts {
  /** Persons registered in the region, the dead among them. */
  readonly persons: number;
  readonly shouldBeCovered: number;
  readonly noLongerEntitled: number;
}

export interface CoverReport {
  readonly region: string;
  readonly date: string;
  /** Of the whole region, whatever the page. */
  readonly counts: CoverCounts;
  readonly shouldBeCovered: readonly CoverItem[];
  readonly noLongerEntitled: readonly CoverItem[];
  /** The next page's cursor; null on the last page. */
  readonly next: string | null;
}

interface Found {
  readonly person: StandingPerson;
  readonly finding: CoverFinding;
}

@Injectable()
export class CoverReports {
  #running = 0;
  readonly #counts = new LRUCache<string, CoverCounts>({ max: MAX_KEPT_COUNTS });

  constructor(
    private readonly list: CoverList,
    private readonly subsidised: SubsidisedCategories,
  ) {}

  /**
   * One page. The first page freezes the registry: the pages that its `next` leads to show the same instant.
   * @throws Problem `store-unavailable` (503) when too many reports run, or the list is behind the log
   */
  async page(question: CoverQuestion): Promise<CoverReport> {
    if (this.#running >= MAX_REPORTS)
      throw new Problem('store-unavailable', `${MAX_REPORTS} cover reports are being made: ask again`);
    this.#running += 1;
    try {
      return await this.#page(question);
    } finally {
      this.#running -= 1;
    }
  }

  async #page({ region, date, after, limit }: CoverQuestion): Promise<CoverReport> {
    const head = await this.list.caughtUp();
    const upTo = after?.upTo ?? head;
    const walk = (from: CoverQuestion['after'], take: (person: StandingPerson, finding: CoverFinding | null) => boolean) =>
      this.#walk({ region, date, after: from, upTo }, take);
    const found: Found[] = [];
    const gather = (person: StandingPerson, finding: CoverFinding | null): boolean => {
      if (finding !== null && found.length <= limit) found.push({ person, finding });
      return found.length <= limit;
    };
    const key = JSON.stringify([region, date, upTo]);
    const kept = this.#counts.get(key);
    const counts = { persons: 0, shouldBeCovered: 0, noLongerEntitled: 0 };
    if (kept === undefined) {
      await walk(null, (person, finding) => {
        counts.persons += 1;
        if (finding !== null) counts[finding.kind] += 1;
        // The first page is found on the way; a later one, whose counts were forgotten, takes a second walk.
        if (after === null) gather(person, finding);
        return true;
      });
      this.#counts.set(key, counts);
    }
    if (kept !== undefined || after !== null) await walk(after, gather);
    return reportOf({ region, date, counts: kept ?? counts, found, limit, upTo });
  }

  /** Judges person after person until `take` has enough. */
  async #walk(
    { region, date, after, upTo }: Pick<CoverQuestion, 'region' | 'date' | 'after'> & { readonly upTo: number },
    take: (person: StandingPerson, finding: CoverFinding | null) => boolean,
  ): Promise<void> {
    const subsidised = new Map<string, readonly Category[]>();
    for await (const slice of this.list.persons(regionsOf(region), after, upTo)) {
      for (const person of slice) {
        let categories = subsidised.get(person.region);
        if (categories === undefined) {
          categories = await this.subsidised.of(person.region, date);
          subsidised.set(person.region, categories);
        }
        if (!take(person, coverFinding(person.facts, date, categories))) return;
      }
    }
  }
}

interface Page extends Pick<CoverReport, 'region' | 'date' | 'counts'> {
  /** Of this page, and one more where another follows. */
  readonly found: readonly Found[];
  readonly limit: number;
  readonly upTo: number;
}

function reportOf({ region, date, counts, found, limit, upTo }: Page): CoverReport {
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1)!.person : null;
  const items = (kind: CoverFinding['kind']): CoverItem[] =>
    shown.filter(({ finding }) => finding.kind === kind).map(({ person, finding }) => itemOf(person, finding, date));
  return {
    region,
    date,
    counts,
    shouldBeCovered: items('shouldBeCovered'),
    noLongerEntitled: items('noLongerEntitled'),
    next: last === null ? null : cursorText(region, date, { region: last.region, personKey: last.personKey, upTo }),
  };
}

function itemOf({ personKey, region, facts }: StandingPerson, { reason }: CoverFinding, date: string): CoverItem {
  const { categories, cover, diedOn } = facts;
  return {
    personKey,
    region,
    categories: categories.filter((period) => inForce(period, date)),
    cover,
    ...(diedOn === undefined ? {} : { diedOn }),
    reason: { code: reason, ...COVER_REASONS[reason] },
  };
}
