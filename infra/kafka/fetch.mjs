/** What the broker needs before it can start: Java 17 or later, and Kafka's jars, fetched once from Maven Central by pom.xml. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, say } from '../run/tell.mjs';
import { HERE, LIBRARIES } from './broker.mjs';

const POM = join(HERE, 'pom.xml');
const STAMP = join(LIBRARIES, '.fetched-by');
/** Kafka 4 runs on nothing older. */
const MIN_JAVA = 17;

/** What this machine lacks before a broker can start, each with its cure; empty when nothing. */
export function lacking() {
  return [javaMissing(), mavenMissing()].filter((fault) => fault !== null);
}

/** @throws SetupError without Java, or with one that is too old */
export function ensureJava() {
  const fault = javaMissing();
  if (fault !== null) throw new SetupError(fault);
}

function javaMissing() {
  const { error, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  if (error === undefined && version >= MIN_JAVA) return null;
  const found = error !== undefined || version === 0 ? 'there is none on PATH' : `this is ${version}`;
  return `Kafka needs Java ${MIN_JAVA} or later; ${found}. On Debian: apt-get install -y openjdk-17-jre-headless`;
}

/** Needed until Kafka is fetched. */
function mavenMissing() {
  if (fetched()) return null;
  const { error } = spawnSync('mvn', ['--version']);
  if (error === undefined) return null;
  return `Kafka is fetched with Maven, which could not be started (${error.message}). On Debian: apt-get install -y maven`;
}

function fetched() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === readFileSync(POM, 'utf8');
}

/** The jars that pom.xml asks for, unless they are there. @throws SetupError without Maven, or when Maven fails */
export function ensureFetched() {
  if (fetched()) return;
  const fault = mavenMissing();
  if (fault !== null) throw new SetupError(fault);
  say('fetching Kafka with Maven …');
  rmSync(LIBRARIES, { recursive: true, force: true });
  const result = spawnSync('mvn', ['-B', '-q', '-f', POM, 'dependency:copy-dependencies'], { encoding: 'utf8' });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}`);
    throw new SetupError('Maven could not fetch Kafka: its output stands above; cure that, then run the command again');
  }
  writeFileSync(STAMP, readFileSync(POM));
}
