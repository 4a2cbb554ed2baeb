/**
 * The floor under every settlement: the same Nest application (limits, headers, validation, problem filter) with a route
 * that settles nothing. What it can do is what HTTP, Nest and the body cost; the rest is ours.
 * CANNED_ANSWER: a real settlement as JSON, so that the answer has the real size.
 */
import { createLogger, listen, loadSettings, stopOnSignals } from '@oss/host';
import { CANNED_ANSWER, CannedController } from './canned.controller';

class FloorModule {}

async function main(): Promise<void> {
  const settings = loadSettings();
  const logger = createLogger(settings.logLevel);
  const answer: unknown = JSON.parse(process.env['CANNED_ANSWER'] ?? '{}');
  const floor = {
    module: FloorModule,
    controllers: [CannedController],
    providers: [{ provide: CANNED_ANSWER, useValue: answer }],
  };
  const running = await listen({
    settings,
    logger,
    modules: [floor],
    texts: { title: 'floor', version: '1', description: 'bench only' },
  });
  stopOnSignals(running, logger);
  logger.info(`listening on ${running.url}`);
}

void main();
