/**
 * Where a test's Kafka comes from. Java first, where it can be had: the broker is a process of this machine, there within
 * seconds and without an image of a gigabyte, and that is the way every run of CI goes. Docker where Java or Maven is missing.
 */
export const SOURCES = ['java', 'docker'] as const;
export type Source = (typeof SOURCES)[number];

/** What a machine lacks for each way, each with its cure; empty when nothing. It is asked only for what must be known. */
export type Lacking = Readonly<Record<Source, () => readonly string[]>>;

/**
 * @param wanted of the environment, KAFKA_FROM: this way and no other
 * @returns the way, or a text that says what is missing
 * @throws Error when what is wanted is no way at all
 */
export function sourceOf(lacking: Lacking, wanted?: string): Source | { readonly missing: string } {
  if (wanted !== undefined && !isSource(wanted)) throw new Error(`KAFKA_FROM=${wanted}: it is ${SOURCES.join(' or ')}`);
  const missing: string[] = [];
  for (const source of wanted === undefined ? SOURCES : [wanted]) {
    const lacks = lacking[source]();
    if (lacks.length === 0) return source;
    missing.push(...lacks);
  }
  return { missing: `no Kafka can be started here:\n${missing.map((each) => `- ${each}`).join('\n')}` };
}

function isSource(text: string): text is Source {
  return (SOURCES as readonly string[]).includes(text);
}
