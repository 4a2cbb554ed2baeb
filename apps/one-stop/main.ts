/** `npm start`: the whole system in one process. Settings come from the environment; SIGTERM drains and stops cleanly. */
import { setFlagsFromString } from 'node:v8';
import { createLogger, letCollectorsGiveWay, listen, loadSettings, settingsHelp, stopOnSignals } from '@oss/host';
import { oneStop } from './one-stop';

const HELP = `一站式结算 One-Stop Settlement: starts the system (HTTP API, /docs, /metrics, /health/ready).

  npm start              with the settings below, from the environment
  npm start -- --help    this text

`;

/** Exit code of a system that could not start. */
const CANNOT_START = 2;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${HELP}${settingsHelp()}\n`);
    return;
  }
  // The young generation that the command line asks for is the main thread's: it would overrule the limits that our threads are given.
  setFlagsFromString('--max-semi-space-size=0');
  const settings = loadSettings();
  const logger = createLogger(settings.logLevel);
  const running = await listen(oneStop({ settings, logger }));
  letCollectorsGiveWay();
  stopOnSignals(running, logger);
  logger.info({ url: running.url, docs: `${running.url}/docs`, dataDir: settings.dataDir }, `listening on ${running.url}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = CANNOT_START;
});
