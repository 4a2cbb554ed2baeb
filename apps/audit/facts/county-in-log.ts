/**
 * The county's history read from a log, one person after another, so that memory holds one person: the names of benefit years and of
 * registered persons are both sorted by the person, and gone through side by side. A fact that cannot follow is passed over: to find those is what `verify` is for.
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
  const yearNames = await streamNames(reader, BENEFIT_YEAR_PREFIX);
  const personNames = await streamNames(reader, PERSON_PREFIX);
  let personCount = 0;
  for (const people = yearsByPerson(yearNames, personNames); !people.next().done;) personCount += 1;
  const county = await countyWide(reader);
  const law = new LawInLog(reader);
  async function* persons(): AsyncGenerator<PersonFile> {
    for (const { personKey, years } of yearsByPerson(yearNames, personNames)) {
      const files = await Promise.all(years.map((stream) => yearIn(reader, law, stream, bills)));
      yield {
        personKey,
        record: recordOf(await reader.readLast(`${PERSON_PREFIX}${personKey}`)),
        cases: files.flatMap(({ cases }) => cases),
        yearEnds: files.flatMap(({ yearEnd }) => (yearEnd === null ? [] : [yearEnd])),
      };
    }
  }
  return { county, personCount, persons };
}

interface YearsOfPerson {
  readonly personKey: string;
  /** Streams, ascending. */
  readonly years: readonly string[];
}

/** Persons who have years or stand in the registry, sorted. @param yearNames,personNames streams, sorted */
function* yearsByPerson(yearNames: Iterable<string>, personNames: Iterable<string>): Generator<YearsOfPerson> {
  const registered = personNames[Symbol.iterator]();
  let next = registered.next();
  for (const each of personsWithYears(yearNames)) {
    for (; !next.done && keyOf(next.value) <= each.personKey; next = registered.next())
      if (keyOf(next.value) !== each.personKey) yield { personKey: keyOf(next.value), years: [] };
    yield each;
  }
  for (; !next.done; next = registered.next()) yield { personKey: keyOf(next.value), years: [] };
}

const keyOf = (stream: string): string => stream.slice(PERSON_PREFIX.length);

/** Keys are of one length, so that streams sorted by name are sorted by person, then by year. */
function* personsWithYears(yearNames: Iterable<string>): Generator<YearsOfPerson> {
  let personKey = '';
  let years: string[] = [];
  for (const stream of yearNames) {
    const { personKey: another } = parseBenefitYearStream(stream);
    if (another !== personKey && years.length > 0) {
      yield { personKey, years };
      years = [];
    }
    personKey = another;
    years.push(stream);
  }
  if (years.length > 0) yield { personKey, years };
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
