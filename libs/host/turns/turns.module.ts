/**
 * The turn-taking of one process: one taker and one library that all actors of the process share, and a module for each
 * actor. An actor's app is this module with a name; `one-stop` imports them all and the taker batches their turns.
 */
import { type DynamicModule, Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore, Subscription } from '@oss/event-store';
import type { Logger } from 'pino';
import { Clock } from '../clock';
import { Health } from '../health';
import { LOGGER } from '../host.module';
import { Metrics } from '../metrics';
import { Tracing } from '../tracing/tracing';
import { startActor } from './actor';
import { ContentLibrary } from './content-library';
import { EVENT_STORE } from './event-store-token';
import type { TurnDomain } from './turn-domain';
import { TurnTaker } from './turn-taker';

const DOMAIN = Symbol('turn domain');
const ACTOR = Symbol('actor');

@Module({})
export class TurnsModule {
  /** The shared part: import it once per process. */
  static of<S, C extends object>(domain: TurnDomain<S, C>): DynamicModule {
    const providers = [
      { provide: DOMAIN, useValue: domain },
      {
        provide: ContentLibrary,
        inject: [EVENT_STORE],
        useFactory: (store: EventStore) => new ContentLibrary<C>(store, (event) => domain.contentIn(event)),
      },
      {
        provide: TurnTaker,
        inject: [EVENT_STORE, ContentLibrary],
        useFactory: (store: EventStore, library: ContentLibrary<C>) => new TurnTaker(store, domain, library),
      },
    ];
    return { module: TurnsModule, global: true, providers, exports: [DOMAIN, ContentLibrary, TurnTaker] };
  }
}

/** One actor as a subscriber; extend nothing, import `ActorModule.named(...)`. */
@Module({})
export class ActorModule implements OnApplicationBootstrap, OnApplicationShutdown {
  #subscription: Subscription | null = null;

  static named(actor: string): DynamicModule {
    // A class of its own for each actor: Nest keeps one instance per class.
    const module = class extends ActorModule {};
    Object.defineProperty(module, 'name', { value: `ActorModule(${actor})` });
    Module({})(module);
    return { module, providers: [{ provide: ACTOR, useValue: actor }] };
  }

  constructor(
    @Inject(ACTOR) private readonly actor: string,
    @Inject(DOMAIN) private readonly domain: TurnDomain<unknown, object>,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly taker: TurnTaker<unknown, object>,
    private readonly health: Health,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly tracing: Tracing,
  ) {}

  onApplicationBootstrap(): void {
    const { actor, store, taker, logger, metrics, clock, tracing } = this;
    const { streamPrefix } = this.domain;
    this.#subscription = startActor({ store, actor, streamPrefix, taker, logger, metrics, clock, tracing });
    this.health.register(`actor ${actor}`, () => this.#subscription !== null);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#subscription?.stop();
    this.#subscription = null;
  }
}
