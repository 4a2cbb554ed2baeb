/**
 * The one place that says what two runs of a scenario may differ in: pseudonyms, random ids, hashes, positions and instants,
 * which every run draws anew. Each is put into a name that the runs share; every other byte is compared as it stands.
 */
import type { RecordedEvent } from '@oss/event-store';
import { DISCHARGE_ACCEPTED, type DischargeAccepted, YEAR_END_REVERSED, YEAR_END_SETTLED } from '@oss/settlement';
import type { ReadMessage } from '../support/kafka/reader';

/** Streams of facts. What a system nudges, or signs, is no part of what was settled. */
const FACTS = /^(encounter|benefit-year|person|hospital|policy)-/;
/** Nothing may ever stand there in a scenario: a decision threw. */
const STUCK = /^stuck-/;
const OF_A_YEAR: readonly string[] = [YEAR_END_SETTLED, YEAR_END_REVERSED];
/** Hashes, ids, pseudonyms. */
const NAMED = /[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}/g;
const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const PLACE_OR_REQUEST = /(?<="position":")\d+|(?<=urn:oss:request:)[\w-]+/g;
/** A person who was registered and never settled. */
const NOBODY = /^[0-9a-f]{32}$/;

export class Plain {
  readonly #names = new Map<string, string>();

  constructor(private readonly log: readonly RecordedEvent[]) {
    for (const [personKey, encounter] of firstEncounters(log)) this.#names.set(personKey, `person of ${encounter}`);
    for (const { stream, revision, hash, id, type } of log) {
      this.#names.set(hash, `hash of ${this.text(stream)}@${revision}`);
      // Ids of facts follow from what they say, of a case. An acceptance's is random; a year's follows from the pseudonym.
      if (type === DISCHARGE_ACCEPTED || OF_A_YEAR.includes(type)) this.#names.set(id, `id of ${this.text(stream)}@${revision}`);
    }
  }

  /** A text (an answer, a fact, a stream's name) with everything that is drawn put into shared names. */
  text(text: string): string {
    const named = text.replaceAll(NAMED, (drawn) => this.#names.get(drawn) ?? (NOBODY.test(drawn) ? 'nobody' : drawn));
    return named.replaceAll(INSTANT, 'instant').replaceAll(PLACE_OR_REQUEST, 'any');
  }

  /** Every fact: stream and revision, type, data; in the order of the streams' names. */
  history(): string[] {
    const facts = this.log.filter(({ stream }) => FACTS.test(stream) || STUCK.test(stream));
    return facts.map(({ stream, revision, type, text }) => this.text(`${stream}@${revision} ${type} ${text}`)).sort();
  }

  /** What a consumer has read of a topic: each person's messages in their order, headers and all. */
  read(messages: readonly ReadMessage[]): string[] {
    const persons = Map.groupBy(messages, ({ key }) => key);
    const texts = [...persons].map(
      ([key, of]) => `${key}: ${of.map(({ headers, data }) => JSON.stringify([headers, data])).join('\n')}`,
    );
    return texts.map((text) => this.text(text)).sort();
  }
}

/** Of each person, the first by name of the encounters that were accepted: it stands for the pseudonym. */
function firstEncounters(log: readonly RecordedEvent[]): Map<string, string> {
  const encounters = new Map<string, string>();
  for (const { type, data } of log) {
    if (type !== DISCHARGE_ACCEPTED) continue;
    const { personKey, hospitalCode, encounterNo } = data as DischargeAccepted;
    const name = `${hospitalCode}/${encounterNo}`;
    const known = encounters.get(personKey);
    if (known === undefined || name < known) encounters.set(personKey, name);
  }
  return encounters;
}

/** The first place at which two runs differ, as a person can read it; null where every text is the same. */
export function firstDifference(expected: readonly string[], got: readonly string[]): object | null {
  const at = Array.from({ length: Math.max(expected.length, got.length) }, (_, index) => index).find(
    (index) => expected[index] !== got[index],
  );
  return at === undefined
    ? null
    : { at, expected: expected[at] ?? 'nothing more', got: got[at] ?? 'nothing more', lengths: [expected.length, got.length] };
}
