/**
 * Corrections as facts: decides on the whole history of a person's year and appends all of a correction or nothing, at the
 * revision that it was decided on. The turns that follow are taken by whoever is due, as always.
 */
import { Inject, Injectable } from '@nestjs/common';
import { AppendTooLarge, DeciderRunner, type EventStore } from '@oss/event-store';
import { EVENT_STORE, Problem } from '@oss/host';
import {
  BENEFIT_YEAR_TURNS,
  type CorrectionDecision,
  type CorrectionEvent,
  type CorrectionRefusal,
  EMPTY_HISTORY,
  evolveHistory,
  type YearHistory,
} from '@oss/settlement';

/** Whole histories kept: a correction is often followed by a second look. */
const KEPT_HISTORIES = 32;

export type Corrected = { readonly events: readonly CorrectionEvent[] } | { readonly refused: CorrectionRefusal };

@Injectable()
export class YearCorrections {
  readonly #runner: DeciderRunner<YearHistory>;

  constructor(@Inject(EVENT_STORE) store: EventStore) {
    const fold = { initial: () => EMPTY_HISTORY, evolve: evolveHistory };
    this.#runner = new DeciderRunner(store, fold, { cacheEntries: KEPT_HISTORIES });
  }

  /** The year's history now. */
  async load(stream: string): Promise<YearHistory> {
    return (await this.#runner.load(stream)).state;
  }

  /**
   * @param decide pure; asked again when the year has moved on meanwhile
   * @throws Problem `correction-too-large`
   */
  async apply(stream: string, decide: (history: YearHistory) => CorrectionDecision): Promise<Corrected> {
    let refused: CorrectionRefusal | null = null;
    let events: readonly CorrectionEvent[] = [];
    try {
      await this.#runner.execute(stream, (history) => {
        const decision = decide(history);
        refused = 'refused' in decision ? decision.refused : null;
        if ('refused' in decision) return [];
        events = decision.events;
        const due = BENEFIT_YEAR_TURNS.due(decision.after.year);
        const last = events.length - 1;
        return {
          events: events.map((event, index) => (index === last && due !== null ? { ...event, due } : event)),
          after: decision.after,
        };
      });
    } catch (error) {
      if (!(error instanceof AppendTooLarge)) throw error;
      throw new Problem('correction-too-large', `${events.length} facts do not fit into one append`, { cause: error });
    }
    return refused === null ? { events } : { refused };
  }
}
