/**
 * The county's history read from a log: first the names of those who are in it, then one person after another, so that memory holds
 * names and one person. A fact that cannot follow is passed over: to find those is what `verify` is for.
 */
import type { EventReader, RecordedEvent } from '@oss/event-store';
import { minFen } from '@oss/money';
import type { Category } from '@oss/policy';
import {
  BENEFIT_YEAR_PREFIX,
  benefitYearStream,
  CLEARING_PREFIX,
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  encounterStream,
  isShareEvent,
  LIST_PREFIX,
  type ListRecorded,
  parseBenefitYearStream,
  type PaymentRecorded,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  type ShareSettled,
  YEAR_END_REVERSED,
  YEAR_END_SETTLED,
  type YearEndSettled,
} from '@oss/settlement';
import type { CaseFact, CaseShare, CountyFacts, CountyWide, PersonFile, PersonRecordFact } from './county-facts';
import { LawInLog } from './law-in-log';

const PERSON_PREFIX = 'person-';

/** @param bills false leaves the accepted bills unread: then `bill` is null and `care.diagnoses` empty */
export async function countyInLog(reader: EventReader, { bills = true } = {}): Promise<CountyFacts> {
  const years = new Map<string, string[]>();
  for await (const { stream } of reader.readAll({
    filter: { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: [DISCHARGE_RECORDED] },
  })) {
    const { personKey, year } = parseBenefitYearStream(stream);
    const known = years.get(personKey);
    if (known === undefined) years.set(personKey, [year]);
    else if (!known.includes(year)) known.push(year);
  }
  for await (const { stream } of reader.readAll({ filter: { streamPrefixes: [PERSON_PREFIX] } })) {
    const personKey = stream.slice(PERSON_PREFIX.length);
    if (!years.has(personKey)) years.set(personKey, []);
  }
  const county = await countyWide(reader);
  const law = new LawInLog(reader);
  async function* persons(): AsyncGenerator<PersonFile> {
    for (const personKey of [...years.keys()].sort()) {
      const files = await Promise.all(
        years
          .get(personKey)!
          .sort()
          .map((year) => yearIn(reader, law, personKey, year, bills)),
      );
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
  const payments: PaymentRecorded[] = [];
  const lists = new Map<string, ListRecorded>();
  for await (const { stream, data } of reader.readAll({ filter: { streamPrefixes: [CLEARING_PREFIX, LIST_PREFIX] } })) {
    if (stream.startsWith(CLEARING_PREFIX)) payments.push(data as PaymentRecorded);
    else {
      const list = data as ListRecorded;
      lists.set(`${stream}/${list.date}/${list.part}`, list);
    }
  }
  return { payments, lists: [...lists.values()] };
}

function recordOf(last: RecordedEvent | null): PersonFile['record'] {
  if (last === null) return null;
  return last.type === 'PersonErased' ? 'erased' : (last.data as PersonRecordFact);
}

interface OpenedCase {
  readonly opened: DischargeRecorded;
  readonly shares: ShareSettled[];
  completed: { readonly data: SettlementCompleted; readonly at: string } | null;
}

async function yearIn(
  reader: EventReader,
  law: LawInLog,
  personKey: string,
  year: string,
  bills: boolean,
): Promise<{ cases: readonly CaseFact[]; yearEnd: YearEndSettled | null }> {
  const live = new Map<string, OpenedCase>();
  let yearEnd: YearEndSettled | null = null;
  for await (const { type, data, recordedAt } of reader.readStream(benefitYearStream(personKey, `${year}-01-01`))) {
    const { settlementId, attempt } = data as SettlementReversed;
    const found = live.get(settlementId);
    if (type === DISCHARGE_RECORDED || type === RESETTLEMENT_OPENED) {
      live.delete(settlementId);
      live.set(settlementId, { opened: data as DischargeRecorded, shares: [], completed: null });
    } else if (isShareEvent(type)) found?.shares.push(data as ShareSettled);
    else if (type === SETTLEMENT_COMPLETED && found !== undefined)
      found.completed = { data: data as SettlementCompleted, at: recordedAt };
    else if (type === SETTLEMENT_REVERSED && found?.opened.attempt === attempt) live.delete(settlementId);
    else if (type === YEAR_END_SETTLED) yearEnd = data as YearEndSettled;
    else if (type === YEAR_END_REVERSED) yearEnd = null;
  }
  const cases: CaseFact[] = [];
  for (const each of live.values()) {
    const { opened, completed } = each;
    if (completed === null) continue;
    const accepted = bills ? await acceptanceOf(reader, opened) : null;
    const { settlementId, attempt, hospitalCode, encounterNo, region, scope, snapshot } = opened;
    const { hospitalFen, selfPayFen } = completed.data;
    cases.push({
      ...{ settlementId, attempt, hospitalCode, encounterNo, region, scope, snapshot, hospitalFen, selfPayFen },
      care: accepted?.care ?? { ...opened.care, diagnoses: [] },
      bill: accepted?.bill ?? null,
      shares: each.shares.map(caseShare),
      pack: await law.pack(snapshot.pack),
      completedAt: completed.at,
    });
  }
  return { cases, yearEnd };
}

/** The bill that an attempt settles: nearly always the stream's last acceptance. */
async function acceptanceOf(
  reader: EventReader,
  { settlementId, acceptance }: DischargeRecorded,
): Promise<DischargeAccepted | null> {
  const stream = encounterStream(settlementId);
  const last = await reader.readLast(stream);
  if (last?.type === DISCHARGE_ACCEPTED && last.hash === acceptance) return last.data as DischargeAccepted;
  for await (const event of reader.readStream(stream)) if (event.hash === acceptance) return event.data as DischargeAccepted;
  return null;
}

/** A recorded share as the checks read it: what the deductibles took, and the rate, are found in its workings. */
export function caseShare({ line, payer, paidFen, inScopeFen, outOfScopeFen, workings }: ShareSettled): CaseShare {
  let baseFen: number | null = null;
  let deductibleFen = 0;
  const rates: number[] = [];
  let category: Category | null = null;
  for (const { step, fen, bp, ref } of workings) {
    if (step === 'base') baseFen = fen;
    // A deductible on a year's account stands in every case of the year and is borne once.
    else if (step === 'accumulated' || step === 'cut-off') baseFen = null;
    else if (step === 'deductible' && baseFen !== null) deductibleFen += minFen(fen, baseFen);
    else if (step === 'rate' || step === 'band') rates.push(bp ?? 0);
    else if (step === 'category') category = ref as Category;
  }
  const rateBp = rates.length === 1 && workings.some(({ step }) => step === 'rate') ? rates[0]! : null;
  return { line, payer, paidFen, inScopeFen, outOfScopeFen, deductibleFen, rateBp, category };
}
