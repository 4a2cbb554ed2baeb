/** The whole system but for the audit app: what keeping the log's tree costs is the difference to the system as it is. */
import { setFlagsFromString } from 'node:v8';
import { createLogger, listen, loadSettings, stopOnSignals } from '@oss/host';
import { AuditModule } from '../../../apps/audit/audit.module';
import { oneStop } from '../../../apps/one-stop/one-stop';

async function main(): Promise<void> {
  // As in apps/one-stop/main.ts: its threads keep the limits that they are given.
  setFlagsFromString('--max-semi-space-size=0');
  const settings = loadSettings();
  const logger = createLogger(settings.logLevel);
  const whole = oneStop({ settings, logger });
  const modules = whole.modules.filter((each) => each !== AuditModule);
  if (modules.length !== whole.modules.length - 1) throw new Error('the audit app is not among the rooms any more');
  const running = await listen({ ...whole, modules });
  stopOnSignals(running, logger);
  logger.info(`listening on ${running.url}`);
}

void main();
