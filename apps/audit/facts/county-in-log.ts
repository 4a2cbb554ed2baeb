/**
 * The county's history read from a log: first the names of those who are in it, then one person after another, so that memory holds
 * names and one person. A fact that cannot follow is passed over: to find those is what `verify` is for.
 */
import type { EventReader, Fact, RecordedEvent } from '@oss/event-store';
import {
  BENEFIT_YEAR_PREFIX,
  CLEARING_PREFIX,
  LIST_PREFIX,
  type ListRecorded,
  parseBenefitYearStream,
  type PaymentRecorded,
} from '@oss/settlement';
import type { CountyFacts, CountyWide, PersonFile, PersonRecordFact } from './county-facts';
import { factsOf, streamNames } from './in-bulk';
import { LawInLog } from './law-in-log';
import { yearIn } from './year-in-log';

const PERSON_PREFIX = 'person-';

/** @param bills false leaves the accepted bills unread: then `bill` is null and `care.diagnoses` empty */
export async function countyInLog(reader: EventReader, { bills = true } = {}): Promise<CountyFacts> {
  const years = new Map<string, string[]>();
  for (const stream of await streamNames(reader, BENEFIT_YEAR_PREFIX)) {
    const { personKey } = parseBenefitYearStream(stream);
    const known = years.get(personKey);
    if (known === undefined) years.set(personKey, [stream]);
    else known.push(stream);
  }
  for (const stream of await streamNames(reader, PERSON_PREFIX)) {
    const personKey = stream.slice(PERSON_PREFIX.length);
    if (!years.has(personKey)) years.set(personKey, []);
  }
  const county = await countyWide(reader);
  const law = new LawInLog(reader);
  async function* persons(): AsyncGenerator<PersonFile> {
    for (const personKey of [...years.keys()].sort()) {
      const files = await Promise.all(years.get(personKey)!.map((stream) => yearIn(reader, law, stream, bills)));
      yield {
        personKey,
        record: recordOf(await reader.readLast(`${PERSON_PREFIX}${personKey}`)),
        cases: files.flatMap(({ cases }) => cases),
        yearEnds: files.flatMap(({ yearEnd }) => (yearEnd === null ? [] : [yearEnd])),
      };
    }
  }
  return { county, personCount: years.size, persons };
}

async function countyWide(reader: EventReader): Promise<CountyWide> {
  const payments = await factsUnder(reader, CLEARING_PREFIX);
  const lists = new Map<string, ListRecorded>();
  for (const { stream, data } of await factsUnder(reader, LIST_PREFIX)) {
    const list = data as ListRecorded;
    lists.set(`${stream}/${list.date}/${list.part}`, list);
  }
  return { payments: payments.map(({ data }) => data as PaymentRecorded), lists: [...lists.values()] };
}

/** Facts of all streams with a prefix, in commit order. */
async function factsUnder(reader: EventReader, prefix: string): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const stream of await streamNames(reader, prefix)) facts.push(...(await factsOf(reader, stream)));
  return facts.sort((a, b) => (a.position < b.position ? -1 : 1));
}

function recordOf(last: RecordedEvent | null): PersonFile['record'] {
  if (last === null) return null;
  return last.type === 'PersonErased' ? 'erased' : (last.data as PersonRecordFact);
}
