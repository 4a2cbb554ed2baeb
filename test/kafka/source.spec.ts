/** Where a test's Kafka comes from, and what is said where there is none. */
import { type Lacking, sourceOf } from '../support/kafka/source';

const JAVA = 'no Java';
const MAVEN = 'no Maven';
const DOCKER = 'no Docker';

function machine(java: readonly string[], docker: readonly string[]): Lacking & { readonly asked: string[] } {
  const asked: string[] = [];
  const tell = (name: string, lacks: readonly string[]) => (): readonly string[] => {
    asked.push(name);
    return lacks;
  };
  return { asked, java: tell('java', java), docker: tell('docker', docker) };
}

test.each([
  ['Java and Maven alone', [], [DOCKER], 'java', ['java']],
  ['Docker alone', [JAVA, MAVEN], [], 'docker', ['java', 'docker']],
  ['Docker, and Java without Maven', [MAVEN], [], 'docker', ['java', 'docker']],
  ['everything', [], [], 'java', ['java']],
])('a machine with %s', (_, java, docker, source, asked) => {
  const here = machine(java, docker);
  expect([sourceOf(here), here.asked]).toEqual([source, asked]);
});

test('a machine with neither: what is missing is said, each by its name', () => {
  const missing = `no Kafka can be started here:\n- ${JAVA}\n- ${MAVEN}\n- ${DOCKER}`;
  expect(sourceOf(machine([JAVA, MAVEN], [DOCKER]))).toEqual({ missing });
});

test('what is wanted is taken, and nothing else asked for', () => {
  const here = machine([], []);
  expect([sourceOf(here, 'docker'), sourceOf(here, 'java'), here.asked]).toEqual(['docker', 'java', ['docker', 'java']]);
});

test('what is wanted and is not there has no substitute', () => {
  expect(sourceOf(machine([], [DOCKER]), 'docker')).toEqual({ missing: `no Kafka can be started here:\n- ${DOCKER}` });
});

test('another word is refused', () => {
  expect(() => sourceOf(machine([], []), 'podman')).toThrow('KAFKA_FROM=podman: it is java or docker');
});
