/** One actor as a process of its own: health, metrics, its subscription. It needs a store that several processes share. */
import type { Type } from '@nestjs/common';
import { listen, stopOnSignals } from '../bootstrap';
import { letCollectorsGiveWay } from '../collector-threads';
import { createLogger } from '../logging';
import { loadSettings, settingsHelp } from '../settings';
import { StoreModule } from './store.module';
import type { TurnDomain } from './turn-domain';
import { TurnsModule } from './turns.module';

/** Exit code of a process that could not start. */
const CANNOT_START = 2;

/**
 * Starts an app alone. With the embedded store it explains and exits: that store has one writing process.
 * @param name the app's folder under apps/
 * @param options the app's own options, for `--help`
 */
export async function startAlone<S, C extends object>(
  name: string,
  module: Type,
  domain: TurnDomain<S, C>,
  options?: string,
): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(
      `${name}: one payer or helper of One-Stop Settlement as its own process.\n\n${options === undefined ? '' : `${options}\n\n`}${settingsHelp()}\n`,
    );
    return;
  }
  try {
    const settings = loadSettings();
    if (settings.eventStore === 'embedded') {
      throw new Error(
        `${name} alone needs a store that several processes share, and the embedded one has a single writer: use "npm start", which runs all apps in one process`,
      );
    }
    const logger = createLogger(settings.logLevel);
    const modules = [StoreModule.fromSettings(), TurnsModule.of(domain), module];
    const running = await listen({
      settings,
      modules,
      texts: { title: name, version: '1', description: name },
      logger,
      service: name,
    });
    letCollectorsGiveWay();
    stopOnSignals(running, logger);
    logger.info({ url: running.url }, 'listening');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = CANNOT_START;
  }
}
