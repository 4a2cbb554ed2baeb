/** What every app of ours has: settings, clock, logger, health, metrics. Global, once per process. */
import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock, SystemClock } from './clock';
import { Health, HealthController } from './health';
import { Metrics, MetricsController } from './metrics';
import { Settings } from './settings';

/** Injection token of the pino logger. */
export const LOGGER = Symbol('logger');

@Module({})
export class HostModule {
  static with(settings: Settings, logger: Logger, clock: Clock = new SystemClock()): DynamicModule {
    const shared = [
      { provide: Settings, useValue: settings },
      { provide: LOGGER, useValue: logger },
      { provide: Clock, useValue: clock },
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
}
