/**
 * One benefit year read from a log: its live cases, whole or by their sums alone. A fact that cannot follow is passed over: to find
 * those is what `verify` is for.
 */
import type { EventReader, Fact } from '@oss/event-store';
import { minFen } from '@oss/money';
import type { Category } from '@oss/policy';
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
import { factsOf } from './in-bulk';
import type { LawInLog } from './law-in-log';

interface Live {
  readonly opened: DischargeRecorded;
  readonly shares: ShareSettled[];
  completed: { readonly data: SettlementCompleted; readonly at: string } | null;
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
  const { live, yearEnd } = folded(await factsOf(reader, stream));
  const cases: CaseFact[] = [];
  for (const each of live) {
    const sums = await sumsOf(reader, law, each, bills);
    if (sums !== null) cases.push({ ...sums, shares: each.shares.map(caseShare) });
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
  const { live, yearEnd } = folded(await factsOf(reader, stream, TYPES_OF_SUMS));
  const cases: CaseSums[] = [];
  for (const each of live) {
    const sums = await sumsOf(reader, law, each, bills);
    if (sums !== null) cases.push(sums);
  }
  return { cases, yearEnd };
}

function folded(facts: Iterable<Fact>): { live: Iterable<Live>; yearEnd: YearEndSettled | null } {
  const live = new Map<string, Live>();
  let yearEnd: YearEndSettled | null = null;
  for (const { type, data, recordedAt } of facts) {
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
  return { live: live.values(), yearEnd };
}

/** The case by its sums; null while it is not completed. */
async function sumsOf(reader: EventReader, law: LawInLog, { opened, completed }: Live, bills: boolean): Promise<CaseSums | null> {
  if (completed === null) return null;
  const accepted = bills ? await acceptanceOf(reader, opened) : null;
  const { settlementId, attempt, hospitalCode, encounterNo, region, scope, snapshot } = opened;
  const { hospitalFen, selfPayFen, shares } = completed.data;
  return {
    ...{ settlementId, attempt, hospitalCode, encounterNo, region, scope, snapshot, shares, hospitalFen, selfPayFen },
    care: accepted?.care ?? { ...opened.care, diagnoses: [] },
    bill: accepted?.bill ?? null,
    pack: law.known(snapshot.pack) ?? (await law.pack(snapshot.pack)),
    completedAt: completed.at,
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
