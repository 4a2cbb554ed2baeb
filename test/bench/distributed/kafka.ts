/** A real Kafka of the bench's own, through infra/kafka on free ports; where Java or Maven is missing it says so. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../support/free-port';
import { endWithUs } from '../children';
import { temporaryDirectory } from '../server';

const MAIN = join(__dirname, '../../../../infra/kafka/main.mjs');

export interface BenchKafka {
  /** As KAFKA_BROKERS says it. */
  readonly brokers: string;
  stop(): void;
}

/** The broker, or what is missing and how to get it. */
export async function startKafka(): Promise<BenchKafka | { readonly missing: string }> {
  const [port, controllerPort] = [await freePort(), await freePort()];
  const where = ['--port', String(port), '--controller-port', String(controllerPort), '--dir', temporaryDirectory()];
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'start', ...where], { encoding: 'utf8' });
  if (status !== 0) return { missing: `${stdout}${stderr}`.trim().split('\n').at(-1) ?? 'it did not start' };
  const stop = (): void => void execFileSync(process.execPath, [MAIN, 'stop', ...where], { stdio: 'ignore' });
  const takeBack = endWithUs(stop);
  return {
    brokers: `127.0.0.1:${port}`,
    stop: () => {
      takeBack();
      stop();
    },
  };
}
