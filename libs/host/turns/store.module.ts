/** The event store as a provider: opened once per process from the settings, closed last, watched by the probes. */
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { type EventStore, type FailedDelivery, openEmbeddedStore, openKurrentStore } from '@oss/event-store';
import type { Logger } from 'pino';
import { Clock } from '../clock';
import { Health } from '../health';
import { LOGGER } from '../host.module';
import { Metrics } from '../metrics';
import { ParkedEventsController } from '../parked/parked-events.controller';
import { Settings } from '../settings';
import { EVENT_STORE } from './event-store-token';

@Module({})
export class StoreModule implements OnModuleInit, OnApplicationShutdown {
  /** The store that the settings name: the embedded one, in DATA_DIR, or KurrentDB. */
  static fromSettings(): DynamicModule {
    const store = {
      provide: EVENT_STORE,
      inject: [Settings, Clock, LOGGER],
      useFactory: (settings: Settings, clock: Clock, logger: Logger): EventStore | Promise<EventStore> => {
        const now = (): number => clock.now().getTime();
        const onFailure = ({ subscription, attempt, error, parked }: FailedDelivery): void =>
          logger.warn({ subscription, attempt, parked, err: error }, 'a delivery failed');
        if (settings.eventStore === 'embedded') return openEmbeddedStore({ directory: settings.dataDir, clock: now, onFailure });
        const onTrouble = (subscription: string | undefined, error: unknown): void =>
          logger.warn({ subscription, err: error }, 'a subscription lost the event store; it is tried again');
        return openKurrentStore({ url: settings.kurrentdbUrl!, clock: now, onFailure, onTrouble });
      },
    };
    const controllers = [ParkedEventsController];
    return { module: StoreModule, global: true, providers: [store], exports: [store], controllers };
  }

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly health: Health,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.health.register('store', async () => {
      await this.store.headPosition();
      return true;
    });
    this.metrics.registerGauge('oss_log_position', 'position of the last event in the log', async () =>
      Number((await this.store.headPosition()) ?? 0n),
    );
    this.metrics.registerGauge(
      'oss_parked_events',
      'events that a subscription gave up on and that wait for a replay: npm run parked',
      async () => (await this.store.listParked()).length,
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
