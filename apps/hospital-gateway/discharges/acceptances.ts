/**
 * Stores acceptances, each once. A store that can write two streams in one go is given the acceptance and what its benefit year
 * makes of it together: whoever waits for the settlement then waits for one write. What was not entered that way the copier enters;
 * the facts are the same, and in the same order.
 */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Append,
  AppendOutcomeUnknown,
  type EventStore,
  type NewEvent,
  type PairWriter,
  type RecordedEvent,
  resolveUnknownAppend,
  WrongExpectedRevision,
} from '@oss/event-store';
import { ContentLibrary, type Decided, EVENT_STORE, Stage, TurnFailed, TurnTaker, type WorkSpan } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  type BenefitYear,
  benefitYearStream,
  caseKey,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  encounterStream,
  type Refusal,
} from '@oss/settlement';
import { LRUCache } from 'lru-cache';
import { FIRST_PLACE, type FreePlace } from './case-places';
import { AcceptanceCopier, type Entry } from './copier';
import { enteringFacts } from './entering-facts';
import { YearRoom } from './year-room';

export interface Stored {
  /** The acceptance; null when the case's key is taken, or the year has no room. */
  readonly acceptance: RecordedEvent | null;
  /** What the year has against it: then nothing was stored. */
  readonly refusals: readonly Refusal[];
  /** Call it when the case is through: gives back what was held for it. */
  readonly release: () => void;
}

/**
 * What stands in the way of writing it together with its year: the year holds the case; others that were accepted before would be
 * overtaken; the bill is too large for the year.
 */
type Against = 'key' | 'order' | 'room';

/** A HIS that sends a discharge again mostly does so within moments. */
const MAX_KNOWN = 4_096;

const NOTHING_HELD = (): void => undefined;
const KNOWN: Stored = { acceptance: null, refusals: [], release: NOTHING_HELD };

@Injectable()
export class Acceptances {
  readonly #deciding = new Stage();
  /** Keys of the last cases that were accepted, or met again: those that repeat them need not wait for the year, nor for the disk. */
  readonly #known = new LRUCache<string, true>({ max: MAX_KNOWN });

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>,
    @Inject(ContentLibrary) private readonly library: ContentLibrary<Pack>,
    private readonly room: YearRoom,
    private readonly copier: AcceptanceCopier,
  ) {}

  /**
   * @param isAwaited somebody waits for the settlement; who does not has the acceptance as soon as that stands
   * @param span of the step, where it is traced
   * @throws store errors
   */
  async append(
    accepted: DischargeAccepted,
    place: FreePlace,
    isAwaited: boolean,
    span: WorkSpan | null | undefined,
  ): Promise<Stored> {
    const trace = span?.traceparent;
    // A random id: a store answers success to a repeated one, and then two callers would both believe to be the first.
    const event = { id: randomUUID(), type: DISCHARGE_ACCEPTED, data: accepted, ...(trace === undefined ? {} : { trace }) };
    const { pairs } = this.store;
    if (pairs === undefined || !isAwaited || place !== FIRST_PLACE || !this.copier.isClear(accepted.personKey)) {
      return this.#alone(accepted, place, event);
    }
    const key = caseKey(accepted.settlementId, accepted.attempt);
    if (this.#known.has(key)) return KNOWN;
    const entry = { isEntered: false };
    const stored = await this.copier.sparing(key, entry, this.#withItsYear(pairs, accepted, key, event, entry, span));
    return stored.isUndecided ? this.#alone(accepted, place, event) : stored;
  }

  /** The acceptance, and behind it all that its year has to say at once. `isUndecided`: nothing was stored, and nothing refuses it. */
  async #withItsYear(
    pairs: PairWriter,
    accepted: DischargeAccepted,
    key: string,
    event: NewEvent,
    entry: Entry,
    span: WorkSpan | null | undefined,
  ): Promise<Stored & { readonly isUndecided: boolean }> {
    const draft = pairs.draft(encounterStream(accepted.settlementId), [event]);
    const year = benefitYearStream(accepted.personKey, accepted.care.dischargedOn);
    const both = (): void => {
      entry.isEntered = true;
    };
    let acceptance: RecordedEvent | null = null;
    let refusals: readonly Refusal[] = [];
    let against: Against | null = null;
    // Asked and, if nothing is against it, written without a pause: nobody else's acceptance comes between.
    const first = (state: BenefitYear): readonly Decided[] => {
      refusals = acceptance === null ? this.room.refusals(state, year, accepted.bill.totalFen) : [];
      if (state.recorded.has(key) || (acceptance === null && this.#known.has(key))) against = 'key';
      else if (acceptance === null && !this.copier.isClear(accepted.personKey)) against = 'order';
      else against = refusals.length > 0 ? 'room' : null;
      return against === null ? enteringFacts(state, year, accepted, draft.hash, this.library) : [];
    };
    const append: Append = async (stream, revision, events) => {
      // Other cases of the year may be due all the same.
      if (against !== null || acceptance !== null) return this.store.append(stream, revision, events);
      const { first: written, second } = await pairs.append(draft, stream, revision, events, both);
      acceptance = written.events[0] ?? null;
      this.#known.set(key, true);
      if (second instanceof WrongExpectedRevision) throw second;
      return second;
    };
    const stored = (isUndecided: boolean) => ({
      acceptance,
      refusals: against === 'room' ? refusals : [],
      release: NOTHING_HELD,
      isUndecided,
    });
    await this.#deciding.pass();
    try {
      const { events } = await this.taker.take(year, first, span, append);
      if (acceptance !== null) span?.set({ 'oss.facts': events.length + 1 });
      return stored(acceptance === null && (against === null || against === 'order'));
    } catch (error) {
      // What stands in the year's way is the copier's to report and to try again: the discharge is accepted all the same.
      if (acceptance !== null) return stored(false);
      if (error instanceof WrongExpectedRevision && error.stream === draft.stream) {
        this.#known.set(key, true);
        return stored(false);
      }
      if (error instanceof TurnFailed) return stored(true);
      throw error;
    }
  }

  /** Room is held from now on: the copier enters the case a moment later. */
  async #alone(accepted: DischargeAccepted, { expected }: FreePlace, event: NewEvent): Promise<Stored> {
    const { refusals, release } = await this.room.take(accepted, accepted.personKey);
    if (refusals.length > 0) return { acceptance: null, refusals, release };
    try {
      const acceptance = await this.copier.awaiting(accepted, () =>
        this.#write(encounterStream(accepted.settlementId), expected, event),
      );
      return { acceptance, refusals, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #write(stream: string, expected: FreePlace['expected'], event: NewEvent): Promise<RecordedEvent | null> {
    try {
      return (await this.store.append(stream, expected, [event])).events[0] ?? null;
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return null;
      if (!(error instanceof AppendOutcomeUnknown)) throw error;
      return (await resolveUnknownAppend(this.store, stream, expected, [event]))?.[0] ?? null;
    }
  }
}
