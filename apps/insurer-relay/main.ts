/** The relay as a process of its own, beside others on one distributed store; one of several is active. */
import { createLogger, loadSettings, startAlone } from '@oss/host';
import { BENEFIT_YEAR_TURNS } from '@oss/settlement';
import { setBackToBeginning } from './from-beginning';
import { InsurerRelayModule } from './insurer-relay.module';

const FROM_BEGINNING = '--from-beginning';
const HELP = `  --from-beginning   sets the checkpoint on Kafka (KAFKA_BROKERS) back to the log's beginning, and ends: the active relay then
                     publishes everything from there. For a Kafka whose store is gone, or was replaced by another one.
                     Consumers know what they have read before by ce_source and ce_id.`;

async function fromBeginning(): Promise<void> {
  const settings = loadSettings();
  const { position } = await setBackToBeginning(settings, createLogger(settings.logLevel));
  const before = position === null ? 'at the beginning already' : `at position ${position}`;
  process.stdout.write(
    `the checkpoint on ${settings.kafkaBrokers!.join(',')} stood ${before}; everything is published from the beginning\n`,
  );
}

if (process.argv.includes(FROM_BEGINNING) && !process.argv.includes('--help')) {
  fromBeginning().catch((error: unknown) => {
    process.stderr.write(`the checkpoint was not set back: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
} else void startAlone('insurer-relay', InsurerRelayModule, BENEFIT_YEAR_TURNS, HELP);
