/** A person's benefit year as it was known at an instant: its cases in their order, and its accounts. */
import type { EventReader, RecordedEvent } from '@oss/event-store';
import type { Fen } from '@oss/money';
import type { Payer } from '@oss/policy';
import {
  benefitYearStream,
  caseKey,
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  EMPTY_YEAR,
  evolveYear,
  isShareEvent,
  RESETTLEMENT_OPENED,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type ShareSettled,
} from '@oss/settlement';

export interface CaseThen {
  readonly settlementId: string;
  readonly attempt: number;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  /** When it took effect. */
  readonly dischargedOn: string;
  /** When it was known: recorded, and completed or null. */
  readonly recordedAt: string;
  readonly completedAt: string | null;
  readonly totalFen: Fen;
  readonly shares: readonly { readonly line: string; readonly payer: Payer; readonly paidFen: Fen }[];
  /** When the attempt was reversed, or null: then it counts. */
  readonly reversedAt: string | null;
  /** Null until the case is completed. */
  readonly hospitalFen: Fen | null;
  readonly selfPayFen: Fen | null;
}

export interface YearThen {
  readonly personKey: string;
  readonly year: string;
  /** Null: as it is known now. */
  readonly knownAt: string | null;
  readonly cases: readonly CaseThen[];
  readonly accounts: Readonly<Record<string, Fen>>;
}

/** @param at RFC 3339 UTC as the log writes it; null for now */
export async function yearThen(reader: EventReader, personKey: string, year: string, at: string | null): Promise<YearThen> {
  const cases = new Map<string, CaseThen>();
  let state = EMPTY_YEAR;
  for await (const event of reader.readStream(benefitYearStream(personKey, year))) {
    if (at !== null && event.recordedAt > at) break;
    state = evolveYear(state, event);
    takeInto(cases, event);
  }
  return { personKey, year, knownAt: at, cases: [...cases.values()], accounts: state.accounts };
}

function takeInto(cases: Map<string, CaseThen>, event: RecordedEvent): void {
  const { settlementId, attempt } = event.data as { settlementId: string; attempt: number };
  const key = caseKey(settlementId, attempt);
  if (event.type === DISCHARGE_RECORDED || event.type === RESETTLEMENT_OPENED) {
    cases.set(key, opened(event as RecordedEvent<DischargeRecorded>));
    return;
  }
  const known = cases.get(key);
  if (known === undefined) return;
  if (isShareEvent(event.type)) {
    const { line, payer, paidFen } = event.data as ShareSettled;
    cases.set(key, { ...known, shares: [...known.shares, { line, payer, paidFen }] });
  } else if (event.type === SETTLEMENT_COMPLETED) {
    const { hospitalFen, selfPayFen } = event.data as SettlementCompleted;
    cases.set(key, { ...known, hospitalFen, selfPayFen, completedAt: event.recordedAt });
  } else if (event.type === SETTLEMENT_REVERSED) cases.set(key, { ...known, reversedAt: event.recordedAt });
}

function opened({ data, recordedAt }: RecordedEvent<DischargeRecorded>): CaseThen {
  const { settlementId, attempt, hospitalCode, encounterNo, care, scope } = data;
  return {
    settlementId,
    attempt,
    hospitalCode,
    encounterNo,
    dischargedOn: care.dischargedOn,
    recordedAt,
    completedAt: null,
    totalFen: scope.totalFen,
    shares: [],
    reversedAt: null,
    hospitalFen: null,
    selfPayFen: null,
  };
}
