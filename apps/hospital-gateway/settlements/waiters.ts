/**
 * Those who wait for a completion. A waiter is registered before the acceptance is appended; the facts of its case are
 * gathered as they pass by on the log, so that the usual answer needs no read. What was missed is read back.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type EventStore, PassingMap, type RecordedEvent, type Subscription } from '@oss/event-store';
import { EVENT_STORE, Health } from '@oss/host';
import { BENEFIT_YEAR_PREFIX, CaseFacts, caseOf } from '@oss/settlement';

export type FactsOfCase = CaseFacts<RecordedEvent>;

export interface Waiter {
  /** Resolves with the facts when the case completes, or with null when the time is over. */
  readonly done: Promise<FactsOfCase | null>;
  /** Begins the wait's clock; until then the waiter only gathers. @param ms 0 gives up at once */
  within(ms: number): void;
  cancel(): void;
}

/**
 * One wait. It lets go of its facts and of its request when it is over: whoever still refers to it, such as the timer or a table
 * that the Map has outgrown, then keeps nothing of them alive.
 */
class Waiting {
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private facts: FactsOfCase | null,
    private settle: ((facts: FactsOfCase | null) => void) | null,
  ) {}

  /** True when the event completes the case. */
  take(event: RecordedEvent, attempt: number): boolean {
    return this.facts !== null && this.facts.attempt === attempt && this.facts.take(event);
  }

  /** Begins the clock, unless the wait is over: a distributed store's answer may come after the completion has passed by. */
  within(ms: number, over: () => void): void {
    if (this.settle !== null) this.#timer = setTimeout(over, ms);
  }

  /** The first end counts. */
  end(isComplete: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.settle?.(isComplete ? this.facts : null);
    this.facts = null;
    this.settle = null;
  }
}

@Injectable()
export class SettlementWaiters implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #waiting = new PassingMap<string, Waiting[]>();
  #subscription: Subscription | null = null;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly health: Health,
  ) {}

  onApplicationBootstrap(): void {
    const filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX] };
    this.#subscription = this.store.follow({ filter, from: 'end' }, (event) => this.#pass(event));
    this.health.register('settlement waiters', () => this.#subscription !== null);
  }

  async onApplicationShutdown(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = null;
    await subscription?.stop();
  }

  /** How many requests wait now. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Registers a wait for a case's attempt. Call it before the append whose consequences are awaited. */
  register(settlementId: string, attempt: number): Waiter {
    let settle: (facts: FactsOfCase | null) => void = () => undefined;
    const done = new Promise<FactsOfCase | null>((resolve) => (settle = resolve));
    const waiting = new Waiting(new CaseFacts<RecordedEvent>(settlementId, attempt), settle);
    const others = this.#waiting.get(settlementId);
    if (others === undefined) this.#waiting.set(settlementId, [waiting]);
    else others.push(waiting);
    const giveUp = (): void => this.#end(settlementId, waiting, false);
    return { done, within: (ms) => (ms <= 0 ? giveUp() : waiting.within(ms, giveUp)), cancel: giveUp };
  }

  #end(settlementId: string, waiting: Waiting, isComplete: boolean): void {
    waiting.end(isComplete);
    const left = this.#waiting.get(settlementId)?.filter((each) => each !== waiting);
    if (left === undefined) return;
    if (left.length === 0) this.#waiting.delete(settlementId);
    else this.#waiting.set(settlementId, left);
  }

  #pass(event: RecordedEvent): void {
    if (this.#waiting.size === 0) return;
    const { settlementId, attempt } = caseOf(event);
    const waiters = this.#waiting.get(settlementId);
    if (waiters === undefined) return;
    for (const waiting of waiters) if (waiting.take(event, attempt)) this.#end(settlementId, waiting, true);
  }
}
