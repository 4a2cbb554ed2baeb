/**
 * A real Kafka for a test: from Java and Maven (infra/kafka), or from Docker (testcontainers). KAFKA_FROM=java|docker wants
 * this one and no other; KAFKA_IMAGE names another image.
 */
import { spawnSync } from 'node:child_process';
import { ROOT } from '../source-tree';
import type * as DockerDoor from './docker-broker';
import { JavaBroker, lackingForJava } from './java-broker';
import { sourceOf } from './source';
import type { BrokerOptions, TestBroker } from './test-broker';

const WANTED = process.env['KAFKA_FROM'];
/** Asks the library that would start the container; in a process of its own, for a spec names its tests without waiting. */
const DOCKER_ANSWERS =
  "import('testcontainers').then((t) => t.getContainerRuntimeClient()).then(() => process.exit(0), () => process.exit(1))";

let found: ReturnType<typeof sourceOf> | undefined;

/**
 * What this machine lacks for a broker; null when it has all.
 * @throws Error with the same text in CI, where nothing may be left out, and where KAFKA_FROM wants what is not there
 */
export function missingForKafka(): string | null {
  const source = sourceHere();
  if (typeof source === 'string') return null;
  if (process.env['CI'] === 'true' || WANTED !== undefined) throw new Error(source.missing);
  return source.missing;
}

/** Starts a broker; it answers at once. @throws Error when none can be started here */
export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const source = sourceHere();
  if (source === 'java') return JavaBroker.start(options);
  if (source !== 'docker') throw new Error(source.missing);
  // Nothing of testcontainers is loaded where Docker is not needed.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { DockerBroker } = require('./docker-broker') as typeof DockerDoor;
  return DockerBroker.start(options);
}

function sourceHere(): ReturnType<typeof sourceOf> {
  return (found ??= sourceOf({ java: lackingForJava, docker: lackingForDocker }, WANTED));
}

function lackingForDocker(): readonly string[] {
  const { status } = spawnSync(process.execPath, ['--eval', DOCKER_ANSWERS], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return status === 0 ? [] : ['no Docker answers (or an engine like it): https://docs.docker.com/engine/install'];
}
