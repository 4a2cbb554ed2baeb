/**
 * A real Kafka (4.x, KRaft: one process is broker and controller) on loopback, for development, tests and CI. `start` fetches
 * it with Maven, formats its storage, starts it and waits until it answers; started twice it says so and changes nothing.
 *   node infra/kafka/main.mjs start|stop|ready|lacks [--port 9092] [--controller-port PORT + 1] [--dir infra/kafka/.broker/9092]
 */
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { SetupError, say } from '../run/tell.mjs';
import { withSetupLock } from '../run/lock.mjs';
import { answers, brokerFiles, format, HERE, launch, runningPid, stop, untilReady } from './broker.mjs';
import { ensureFetched, ensureJava, lacking } from './fetch.mjs';

const HELP = `npm run infra:kafka            fetch (once), start on 127.0.0.1:9092, wait until it answers
npm run infra:kafka:stop       stop it; its data stays in infra/kafka/.broker
npm run infra:kafka -- --port 19092 [--controller-port 19093] [--dir DIRECTORY]
npm run infra:kafka -- --sasl-port 9094 --sasl-user USER --sasl-password PASSWORD     a second listener, with a log-in (PLAIN)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '9092' },
    'controller-port': { type: 'string' },
    dir: { type: 'string' },
    'sasl-port': { type: 'string' },
    'sasl-user': { type: 'string' },
    'sasl-password': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const port = Number(values.port);
const files = brokerFiles({
  port,
  controllerPort: Number(values['controller-port'] ?? port + 1),
  directory: values.dir ?? join(HERE, '.broker', String(port)),
  sasl:
    values['sasl-port'] === undefined
      ? null
      : { port: Number(values['sasl-port']), user: values['sasl-user'], password: values['sasl-password'] },
});

try {
  process.exitCode = await run(values.help ? 'help' : positionals[0]);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}

async function run(command) {
  if (command === 'start') return start();
  if (command === 'stop') {
    say((await stop(files)) ? 'Kafka has stopped; its data stays' : 'no Kafka of ours runs here');
    return 0;
  }
  if (command === 'ready') {
    const ready = await answers(files.port);
    say(ready ? `Kafka answers on 127.0.0.1:${files.port}` : `nothing answers as Kafka on 127.0.0.1:${files.port}`);
    return ready ? 0 : 1;
  }
  // For programs that would rather do without than fail: what is missing, a line each.
  if (command === 'lacks') {
    const faults = lacking();
    process.stdout.write(faults.map((fault) => `${fault}\n`).join(''));
    return faults.length === 0 ? 0 : 1;
  }
  process.stdout.write(HELP);
  return command === 'help' ? 0 : 2;
}

async function start() {
  if (await answers(files.port)) {
    say(`Kafka runs already: KAFKA_BROKERS=127.0.0.1:${files.port}`);
    return 0;
  }
  const began = Date.now();
  await withSetupLock(() => {
    ensureJava();
    ensureFetched();
    if (runningPid(files) !== null) return;
    format(files);
    launch(files);
  });
  await untilReady(files);
  say(`Kafka answers after ${((Date.now() - began) / 1000).toFixed(1)} s: KAFKA_BROKERS=127.0.0.1:${files.port}`);
  return 0;
}
