/**
 * Those who wait for a completion. A waiter is registered before the acceptance is appended; the facts of its case are
 * gathered as they pass by on the log, so that the usual answer needs no read. What was missed is read back.
 */
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore, RecordedEvent, Subscription } from '@oss/event-store';
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

interface Waiting {
  readonly facts: FactsOfCase;
  readonly resolve: (facts: FactsOfCase | null) => void;
}

@Injectable()
export class SettlementWaiters implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #waiting = new Map<string, Set<Waiting>>();
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
    let timer: NodeJS.Timeout | null = null;
    let over = false;
    const waiting: Waiting = {
      facts: new CaseFacts<RecordedEvent>(settlementId, attempt),
      resolve: (facts) => {
        over = true;
        if (timer !== null) clearTimeout(timer);
        this.#remove(settlementId, waiting);
        settle(facts);
      },
    };
    const others = this.#waiting.get(settlementId);
    if (others === undefined) this.#waiting.set(settlementId, new Set([waiting]));
    else others.add(waiting);
    return {
      done,
      within: (ms) => {
        // A distributed store's answer may come after the completion has passed by: then there is nothing to time.
        if (ms <= 0) waiting.resolve(null);
        else if (!over) timer = setTimeout(() => waiting.resolve(null), ms);
      },
      cancel: () => waiting.resolve(null),
    };
  }

  #remove(settlementId: string, waiting: Waiting): void {
    const set = this.#waiting.get(settlementId);
    if (set === undefined) return;
    set.delete(waiting);
    if (set.size === 0) this.#waiting.delete(settlementId);
  }

  #pass(event: RecordedEvent): void {
    if (this.#waiting.size === 0) return;
    const { settlementId, attempt } = caseOf(event);
    const waiters = this.#waiting.get(settlementId);
    if (waiters === undefined) return;
    for (const waiting of waiters) {
      if (waiting.facts.attempt === attempt && waiting.facts.take(event)) waiting.resolve(waiting.facts);
    }
  }
}
