/**
 * One benefit year read from a log: its live cases, whole or by their sums alone. A fact that cannot follow is passed over: to find
 * those is what `verify` is for.
 */
import type { EventReader, Fact, Told } from '@oss/event-store';
import { minFen } from '@oss/money';
import type { Category, Pack } from '@oss/policy';
import {
  DISCHARGE_ACCEPTED,
  DISCHARGE_RECORDED,
  type DischargeAccepted,
  type DischargeRecorded,
  encounterStream,
  isShareEvent,
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
import type { CaseFact, CaseShare, CaseSums } from './county-facts';
import { factsOf, toldIn } from './in-bulk';
import type { LawInLog } from './law-in-log';

interface Live<F extends Told> {
  readonly opened: DischargeRecorded;
  readonly shares: ShareSettled[];
  /** The `SettlementCompleted`; null while there is none. */
  completed: F | null;
}

export interface YearRead<C extends CaseSums> {
  readonly cases: readonly C[];
  /** The year-end settlement that stands. */
  readonly yearEnd: YearEndSettled | null;
}

/** All but the shares, whose sums the completion repeats: of the texts of a year the smaller half. */
const TYPES_OF_SUMS = [
  DISCHARGE_RECORDED,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  YEAR_END_SETTLED,
  YEAR_END_REVERSED,
];

/** @param bills false leaves the accepted bills unread: then `bill` is null and `care.diagnoses` empty */
export async function yearIn(reader: EventReader, law: LawInLog, stream: string, bills: boolean): Promise<YearRead<CaseFact>> {
  const { live, yearEnd } = folded<Fact>(await factsOf(reader, stream));
  const cases: CaseFact[] = [];
  for (const { opened, shares, completed } of live) {
    if (completed === null) continue;
    const sums = await sumsOf(reader, law, opened, completed, bills);
    cases.push({ ...sums, shares: shares.map(caseShare), completedAt: completed.recordedAt });
  }
  return { cases, yearEnd };
}

/** @param bills as of `yearIn` */
export async function yearSumsIn(
  reader: EventReader,
  law: LawInLog,
  stream: string,
  bills: boolean,
): Promise<YearRead<CaseSums>> {
  const { live, yearEnd } = folded(await toldIn(reader, stream, TYPES_OF_SUMS));
  const cases: CaseSums[] = [];
  for (const { opened, completed } of live) {
    if (completed === null) continue;
    const sums = sumsOf(reader, law, opened, completed, bills);
    // What is at hand is not waited for: there are as many pauses as cases.
    cases.push(sums instanceof Promise ? await sums : sums);
  }
  return { cases, yearEnd };
}

function folded<F extends Told>(facts: Iterable<F>): { live: Iterable<Live<F>>; yearEnd: YearEndSettled | null } {
  const live = new Map<string, Live<F>>();
  let yearEnd: YearEndSettled | null = null;
  for (const fact of facts) {
    const { type, data } = fact;
    const { settlementId, attempt } = data as SettlementReversed;
    const found = live.get(settlementId);
    if (type === DISCHARGE_RECORDED || type === RESETTLEMENT_OPENED) {
      if (found !== undefined) live.delete(settlementId);
      live.set(settlementId, { opened: data as DischargeRecorded, shares: [], completed: null });
    } else if (type === SETTLEMENT_COMPLETED && found !== undefined) found.completed = fact;
    else if (isShareEvent(type)) found?.shares.push(data as ShareSettled);
    else if (type === SETTLEMENT_REVERSED && found?.opened.attempt === attempt) live.delete(settlementId);
    else if (type === YEAR_END_SETTLED) yearEnd = data as YearEndSettled;
    else if (type === YEAR_END_REVERSED) yearEnd = null;
  }
  return { live: live.values(), yearEnd };
}

/** A completed case by its sums. */
function sumsOf(
  reader: EventReader,
  law: LawInLog,
  opened: DischargeRecorded,
  completed: Told,
  bills: boolean,
): CaseSums | Promise<CaseSums> {
  const sums = completed.data as SettlementCompleted;
  const pack = law.known(opened.snapshot.pack);
  if (pack !== null && !bills) return caseOf(opened, sums, pack, null);
  return sumsFrom(reader, law, opened, sums, bills);
}

/** The same where something must be read first. */
async function sumsFrom(
  reader: EventReader,
  law: LawInLog,
  opened: DischargeRecorded,
  sums: SettlementCompleted,
  bills: boolean,
): Promise<CaseSums> {
  const accepted = bills ? await acceptanceOf(reader, opened) : null;
  return caseOf(opened, sums, await law.pack(opened.snapshot.pack), accepted);
}

function caseOf(
  { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot }: DischargeRecorded,
  { hospitalFen, selfPayFen, shares }: SettlementCompleted,
  pack: Pack | null,
  accepted: DischargeAccepted | null,
): CaseSums {
  return {
    settlementId,
    attempt,
    hospitalCode,
    encounterNo,
    region,
    care: accepted?.care ?? { ...care, diagnoses: [] },
    bill: accepted?.bill ?? null,
    scope,
    snapshot,
    shares,
    hospitalFen,
    selfPayFen,
    pack,
  };
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
