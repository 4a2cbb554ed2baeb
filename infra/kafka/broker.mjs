/** One broker: its directory, its settings, its process. A broker that runs is found by the pid that its directory names. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../run/tell.mjs';

export const HERE = dirname(fileURLToPath(import.meta.url));
export const LIBRARIES = join(HERE, '.broker', 'libs');

const CLASS_PATH = join(LIBRARIES, '*');
const JAVA_FLAGS = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
/** Any id will do: a cluster of one. */
const CLUSTER_ID = 'b25lLXN0b3Ata2Fma2EtMQ';
const LONGEST_START_MS = 120_000;
const LONGEST_STOP_MS = 30_000;
const PROBE_MS = 2_000;

/** Where everything of one broker stands. */
export function brokerFiles({ port, controllerPort, directory, sasl = null }) {
  const at = (name) => join(resolve(directory), name);
  return {
    port,
    controllerPort,
    sasl,
    directory: at(''),
    data: at('data'),
    settings: at('server.properties'),
    log: at('broker.log'),
    pid: at('pid'),
  };
}

/** Small, durable enough for one machine, and without the waits that only a cluster needs. */
function settingsText({ port, controllerPort, data, sasl }) {
  const also = (text) => (sasl === null ? '' : text);
  const listener = also(`,SASL://127.0.0.1:${sasl?.port}`);
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${listener}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}${listener}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${also(',SASL:SASL_PLAINTEXT')}
log.dirs=${data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=4194304
num.network.threads=2
num.io.threads=2
${saslText(sasl)}`;
}

/** A listener that lets in one user alone. */
function saslText(sasl) {
  if (sasl === null) return '';
  const { user, password } = sasl;
  const login = `username="${user}" password="${password}" user_${user}="${password}"`;
  return `listener.name.sasl.sasl.enabled.mechanisms=PLAIN
listener.name.sasl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${login};
`;
}

/** Writes the settings, and formats the storage unless that was done. @throws SetupError */
export function format(files) {
  mkdirSync(files.directory, { recursive: true });
  writeFileSync(files.settings, settingsText(files));
  if (existsSync(join(files.data, 'meta.properties'))) return;
  const tool = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', files.settings];
  const result = spawnSync('java', [...JAVA_FLAGS, '-cp', CLASS_PATH, ...tool], { encoding: 'utf8' });
  if (result.status === 0) return;
  throw new SetupError(`Kafka's storage in ${files.data} could not be formatted:\n${result.stdout}${result.stderr}`);
}

/** Starts the broker in the background; it outlives this process. */
export function launch(files) {
  const log = openSync(files.log, 'a');
  const args = [...JAVA_FLAGS, '-cp', CLASS_PATH, 'kafka.Kafka', files.settings];
  const child = spawn('java', args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  writeFileSync(files.pid, String(child.pid));
  child.unref();
}

/** Pid of the broker of this directory, or null when it does not run (a pid that now is another program's does not count). */
export function runningPid(files) {
  if (!existsSync(files.pid)) return null;
  const pid = Number(readFileSync(files.pid, 'utf8'));
  try {
    const command = execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
    return command.includes(files.settings) ? pid : null;
  } catch {
    return null;
  }
}

/** Waits until the broker answers. @throws SetupError when it ended, or takes too long */
export async function untilReady(files) {
  const until = Date.now() + LONGEST_START_MS;
  while (!(await answers(files.port))) {
    const ended = runningPid(files) === null;
    if (ended || Date.now() > until) {
      const tail = readFileSync(files.log, 'utf8').split('\n').slice(-20).join('\n');
      throw new SetupError(`Kafka ${ended ? 'ended while it started' : 'does not answer'}; the end of ${files.log}:\n${tail}`);
    }
    await pause(200);
  }
}

/** Stops the broker cleanly; false when none runs. */
export async function stop(files) {
  const pid = runningPid(files);
  if (pid === null) return false;
  process.kill(pid, 'SIGTERM');
  const until = Date.now() + LONGEST_STOP_MS;
  while (runningPid(files) !== null) {
    if (Date.now() > until) process.kill(pid, 'SIGKILL');
    await pause(100);
  }
  rmSync(files.pid, { force: true });
  return true;
}

/** Does a Kafka broker answer here? Asks for its API versions (key 18, version 0), which needs no client library. */
export function answers(port) {
  const ask = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(ask));
    const end = (answer) => {
      socket.destroy();
      done(answer);
    };
    socket.setTimeout(PROBE_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    // Size, our correlation id, then error code 0.
    socket.once('data', (answer) => end(answer.length >= 10 && answer.readInt32BE(4) === 7 && answer.readInt16BE(8) === 0));
  });
}
