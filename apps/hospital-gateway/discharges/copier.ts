/**
 * Copies each accepted discharge into its benefit year, unless both were written together: follows the acceptances, one lane per
 * person, so that a person's cases are recorded in the order of their acceptance. A copy that fails is parked, asked for again, and
 * delays nobody.
 * Every gateway copies everything, each at its own pace: who comes second finds the case in its year, or loses the append at
 * the expected revision and finds it then. They share one checkpoint; whoever saves it has seen all before it in its year.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type EventStore, PassingMap, type RecordedEvent, type Subscription } from '@oss/event-store';
import { ContentLibrary, type Decided, EVENT_STORE, Health, LOGGER, Problem, Tracing, TurnTaker, type WorkSpan } from '@oss/host';
import type { Pack } from '@oss/policy';
import {
  type BenefitYear,
  benefitYearStream,
  caseKey,
  DISCHARGE_ACCEPTED,
  type DischargeAccepted,
  ENCOUNTER_PREFIX,
  eventIdOf,
  DISCHARGE_RECORDED,
} from '@oss/settlement';
import type { Logger } from 'pino';
import { enteringFacts } from './entering-facts';

export const COPIER = 'gateway-copier';
const CONCURRENCY = 512;
const FIRST_REPLAY_MS = 10_000;
const LAST_REPLAY_MS = 300_000;
/** For the years to take in what was accepted: milliseconds as a rule, longer after a start that has work left over. */
const LONGEST_WAIT_MS = 10_000;

/** An acceptance that is being written together with its year. */
export interface Entry {
  /** Both stand: known before the acceptance passes by. */
  isEntered: boolean;
}

@Injectable()
export class AcceptanceCopier implements OnApplicationBootstrap, OnApplicationShutdown {
  #subscription: Subscription | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** When a parked acceptance is asked for again, and after which pause; bounded by what is parked. */
  readonly #replays = new Map<bigint, { at: number; pauseMs: number }>();
  /** By case key: acceptances that are written together with their year, until they pass by here. */
  readonly #entries = new PassingMap<string, { readonly entry: Entry; readonly over: Promise<unknown> }>();
  /** The acceptances that the log held at the start are in their years. */
  #hasCaughtUp = false;
  /** By case key: persons whose acceptances were written without their year and are not in it yet; and by person how many. */
  readonly #alone = new PassingMap<string, string>();
  readonly #aloneOf = new PassingMap<string, number>();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(TurnTaker) private readonly taker: TurnTaker<BenefitYear, Pack>,
    @Inject(ContentLibrary) private readonly library: ContentLibrary<Pack>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: Health,
    private readonly tracing: Tracing,
  ) {}

  onApplicationBootstrap(): void {
    this.#subscription = this.store.follow(
      {
        name: COPIER,
        filter: { streamPrefixes: [ENCOUNTER_PREFIX], types: [DISCHARGE_ACCEPTED] },
        lane: (event) => (event.data as DischargeAccepted).personKey,
        concurrency: CONCURRENCY,
      },
      (event) => this.#take(event),
    );
    this.#subscription.caughtUp().then(
      () => (this.#hasCaughtUp = true),
      () => undefined, // stopped before
    );
    this.#timer = setInterval(() => void this.#replayParked(), FIRST_REPLAY_MS);
    this.health.register('acceptance copier', () => this.#subscription !== null);
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    const subscription = this.#subscription;
    this.#subscription = null;
    await subscription?.stop();
  }

  /**
   * Resolves when every acceptance in the log at the time of the call stands in its benefit year (or is parked).
   * @throws Problem `store-unavailable` after ten seconds: better no answer than one on a year that is known to be incomplete
   */
  async caughtUp(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      const problem = new Problem('store-unavailable', 'accepted discharges are still on their way into their years');
      timer = setTimeout(() => reject(problem), LONGEST_WAIT_MS);
    });
    try {
      await Promise.race([this.#subscription?.caughtUp(), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Every acceptance of the person stands in its year. Only then may another be written together with its year: it would overtake
   * those that wait here, and a person's cases are recorded in the order of their acceptance.
   */
  isClear(personKey: string): boolean {
    return this.#hasCaughtUp && !this.#aloneOf.has(personKey);
  }

  /** Writes an acceptance that is for this copier to enter. @param write answers null when nothing was written */
  async awaiting(
    { settlementId, attempt, personKey }: DischargeAccepted,
    write: () => Promise<RecordedEvent | null>,
  ): Promise<RecordedEvent | null> {
    const key = caseKey(settlementId, attempt);
    // The same discharge twice at once: whoever comes second writes nothing.
    if (this.#alone.has(key)) return write();
    this.#alone.set(key, personKey);
    this.#aloneOf.set(personKey, (this.#aloneOf.get(personKey) ?? 0) + 1);
    let isComing = false;
    try {
      const event = await write();
      isComing = event !== null;
      return event;
    } finally {
      if (!isComing) this.#noLongerAlone(key);
    }
  }

  #noLongerAlone(key: string): void {
    const person = this.#alone.get(key);
    if (person === undefined) return;
    this.#alone.delete(key);
    const left = this.#aloneOf.get(person)! - 1;
    if (left > 0) this.#aloneOf.set(person, left);
    else this.#aloneOf.delete(person);
  }

  /**
   * Does nothing about an acceptance that is being written together with its year, unless the year does not take it in.
   * @param writing answers the acceptance, or null when it was not written
   */
  async sparing<E extends { readonly acceptance: RecordedEvent | null }>(
    key: string,
    entry: Entry,
    writing: Promise<E>,
  ): Promise<E> {
    this.#entries.set(key, { entry, over: writing });
    let isComing = false;
    try {
      const written = await writing;
      isComing = written.acceptance !== null;
      return written;
    } finally {
      if (!isComing) this.#entries.delete(key);
    }
  }

  #take(event: RecordedEvent): Promise<void> | void {
    const { settlementId, attempt } = event.data as DischargeAccepted;
    const key = caseKey(settlementId, attempt);
    const underway = this.#entries.get(key);
    if (underway === undefined) return this.#traced(event).then(() => this.#noLongerAlone(key));
    this.#entries.delete(key);
    const { entry, over } = underway;
    if (entry.isEntered) return undefined;
    const copyUnlessEntered = (): Promise<void> | undefined => (entry.isEntered ? undefined : this.#traced(event));
    return over.then(copyUnlessEntered, copyUnlessEntered).then(() => this.#noLongerAlone(key));
  }

  #traced(event: RecordedEvent): Promise<void> {
    const span = this.tracing.follow('copy into the benefit year', event.trace, 'consumer');
    if (span === null) return this.#copy(event, null);
    return this.#copy(event, span).then(
      () => span.end(),
      (error: unknown) => {
        span.end(error);
        throw error;
      },
    );
  }

  async #copy(event: RecordedEvent, span: WorkSpan | null): Promise<void> {
    const accepted = event.data as DischargeAccepted;
    const stream = benefitYearStream(accepted.personKey, accepted.care.dischargedOn);
    const key = caseKey(accepted.settlementId, accepted.attempt);
    let known: boolean | null = null;
    for (;;) {
      let unsure = false;
      const first = (year: BenefitYear): readonly Decided[] => {
        if (year.recorded.has(key) || known === true) return [];
        // The state was resumed at a completion later than this acceptance: whether it stands before that must be read.
        unsure = known === null && year.knownAfter !== null && year.knownAfter > event.position;
        return unsure ? [] : enteringFacts(year, stream, accepted, event.hash, this.library);
      };
      const { events } = await this.taker.take(stream, first, span);
      span?.set({ 'oss.facts': events.length });
      if (!unsure) return;
      known = await this.#isRecorded(stream, accepted, event.position);
    }
  }

  /** Looks for the record among the events after the acceptance: it cannot stand before it. */
  async #isRecorded(stream: string, accepted: DischargeAccepted, after: bigint): Promise<boolean> {
    const id = eventIdOf(accepted.settlementId, accepted.attempt, '', DISCHARGE_RECORDED);
    for await (const event of this.store.readStream(stream, { direction: 'backwards' })) {
      if (event.position < after) return false;
      if (event.id === id) return true;
    }
    return false;
  }

  /** Parked acceptances are asked for again after 10 s, then less and less often, down to every 5 minutes, without end. */
  async #replayParked(): Promise<void> {
    try {
      const parked = new Set((await this.store.listParked(COPIER)).map(({ position }) => position));
      for (const position of this.#replays.keys()) if (!parked.has(position)) this.#replays.delete(position);
      const now = performance.now();
      const due: bigint[] = [];
      for (const position of parked) {
        const plan = this.#replays.get(position) ?? { at: now, pauseMs: FIRST_REPLAY_MS };
        if (plan.at <= now) {
          due.push(position);
          this.#replays.set(position, { at: now + plan.pauseMs, pauseMs: Math.min(plan.pauseMs * 2, LAST_REPLAY_MS) });
        } else this.#replays.set(position, plan);
      }
      if (due.length > 0) await this.store.replayParked(COPIER, due);
    } catch (error) {
      this.logger.error({ err: error }, 'parked acceptances could not be asked for again; next try follows');
    }
  }
}
