/** What every app of ours has: settings, clock, logger, health, metrics, tracing. Global, once per process. */
import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock, SystemClock } from './clock';
import { Health, HealthController } from './health';
import { Metrics, MetricsController } from './metrics';
import { Settings } from './settings';
import { Tracing } from './tracing/tracing';

/** Injection token of the pino logger. */
export const LOGGER = Symbol('logger');

@Module({})
export class HostModule implements OnApplicationShutdown {
  static with(
    settings: Settings,
    logger: Logger,
    clock: Clock = new SystemClock(),
    tracing: Tracing = Tracing.off,
  ): DynamicModule {
    const shared = [
      { provide: Settings, useValue: settings },
      { provide: LOGGER, useValue: logger },
      { provide: Clock, useValue: clock },
      { provide: Tracing, useValue: tracing },
      Health,
      Metrics,
    ];
    return {
      module: HostModule,
      global: true,
      providers: shared,
      exports: shared,
      controllers: [HealthController, MetricsController],
    };
  }

  constructor(private readonly tracing: Tracing) {}

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.shutdown();
  }
}
