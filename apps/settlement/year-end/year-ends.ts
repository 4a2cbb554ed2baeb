/**
 * Settles a region's benefit years at their end: finds the years in the log, decides each on its whole history, and appends
 * at the revision that it was decided on. Running it again changes nothing; a year with an open case waits for the next run.
 */
import { Inject, Injectable } from '@nestjs/common';
import { DeciderRunner, type EventStore } from '@oss/event-store';
import { ContentLibrary, EVENT_STORE } from '@oss/host';
import { type Fen, sumFen } from '@oss/money';
import type { Pack } from '@oss/policy';
import {
  BENEFIT_YEAR_PREFIX,
  decideYearEnd,
  EMPTY_HISTORY,
  evolveHistory,
  PackMissing,
  parseBenefitYearStream,
  policyStream,
  SETTLEMENT_COMPLETED,
  type SettlementCompleted,
  type YearEndDecision,
  type YearEndSettled,
  type YearHistory,
} from '@oss/settlement';

/** What became of one person's year. */
export interface YearEndResult {
  readonly personKey: string;
  readonly outcome: 'settled' | 'settled-before' | 'open-cases' | 'nothing-due' | 'other-region';
  /** What the year-end lines pay, in fen; 0 where nothing stands. */
  readonly paidFen: Fen;
}

export interface YearEndOrder {
  /** A county, or a city or province (ending in 00 or 0000) with all below it. */
  readonly region: string;
  readonly year: string;
  readonly operatorCode: string;
}

/** Whole histories are read once and not needed again. */
const KEPT_HISTORIES = 8;

@Injectable()
export class YearEnds {
  readonly #runner: DeciderRunner<YearHistory>;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ContentLibrary) private readonly library: ContentLibrary<Pack>,
  ) {
    const fold = { initial: () => EMPTY_HISTORY, evolve: evolveHistory };
    this.#runner = new DeciderRunner(store, fold, { cacheEntries: KEPT_HISTORIES });
  }

  /** Streams of the year in which a case of the region was ever completed. Reads the log once; a name for each person. */
  async streams({ region, year }: YearEndOrder): Promise<readonly string[]> {
    const found = new Set<string>();
    const suffix = `-${year}`;
    const filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: [SETTLEMENT_COMPLETED] };
    for await (const event of this.store.readAll({ filter })) {
      if (!event.stream.endsWith(suffix) || found.has(event.stream)) continue;
      if (within(region, (event.data as SettlementCompleted).region)) found.add(event.stream);
    }
    return [...found];
  }

  /** One year's end. @throws store errors, and what the decision throws for a pack that cannot be loaded */
  async settle(stream: string, { region, operatorCode }: YearEndOrder): Promise<YearEndResult> {
    const { personKey } = parseBenefitYearStream(stream);
    for (let loaded = false; ; loaded = true) {
      try {
        let decision: YearEndDecision | 'other-region' = 'other-region';
        const { state } = await this.#runner.execute(stream, (history) => {
          const last = history.live.at(-1)?.case.region;
          decision =
            last !== undefined && !within(region, last)
              ? 'other-region'
              : decideYearEnd(history, stream, operatorCode, (digest) => this.library.get(digest));
          return typeof decision === 'object' && 'event' in decision ? [decision.event] : [];
        });
        return { personKey, outcome: outcomeOf(decision), paidFen: paidFen(state.year.yearEnd) };
      } catch (error) {
        if (!(error instanceof PackMissing) || loaded) throw error;
        await this.library.load(policyStream(error.region));
      }
    }
  }
}

function outcomeOf(decision: YearEndDecision | 'other-region'): YearEndResult['outcome'] {
  if (decision === 'other-region') return decision;
  return 'event' in decision ? 'settled' : decision.nothing;
}

function paidFen(yearEnd: YearEndSettled | null): Fen {
  return sumFen((yearEnd?.payments ?? []).map((payment) => payment.paidFen));
}

/** Whether a division lies within a county, a city (ending in 00) or a province (ending in 0000). */
function within(region: string, division: string): boolean {
  return division.startsWith(region.replace(/(00){1,2}$/, ''));
}
