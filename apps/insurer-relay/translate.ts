/** From stored facts to the published language: the settlement for everybody, and to each payer his own lines. Pure. */
import type { RecordedEvent } from '@oss/event-store';
import { sumFen } from '@oss/money';
import {
  parseBenefitYearStream,
  SETTLEMENT_COMPLETED,
  SETTLEMENT_REVERSED,
  type SettlementCompleted,
  type SettlementReversed,
  YEAR_END_REVERSED,
  type YearEndReversed,
  type YearEndSettled,
} from '@oss/settlement';
import { PUBLISHED_FACTS } from './holds';
import { type CloudEvent, SETTLEMENT_SOURCE } from './published/cloud-event';
import type { Completed, InCascade, PublishedCase, PublishedShare, Reversed, SettlementType, YearEnd } from './published/events';
import type { PayerCase, PayerType, PayerYear } from './published/payer-views';
import { VIEWING_PAYERS, type ViewingPayer } from './topics';

type Shares = readonly { readonly line: string; readonly payer: string; readonly paidFen: number }[];

export interface SettlementEvent extends CloudEvent {
  readonly type: SettlementType;
  readonly data: Completed | Reversed | YearEnd;
}

/**
 * Facts of one stream that are released together, with all relayed ones between them, in the words of `settlement.events.v1`. A reversal of an attempt that never completed
 * says nothing: the attempt was never published.
 * @param settledYearOf the year-end settlement that a reversal takes back
 */
export function settlementEvents(
  facts: readonly RecordedEvent[],
  settledYearOf: (reversal: RecordedEvent) => YearEndSettled,
): SettlementEvent[] {
  const neverPublished = ({ type, data }: RecordedEvent): boolean =>
    type === SETTLEMENT_REVERSED && (data as SettlementReversed).wasOpen;
  const published = facts.filter((fact) => PUBLISHED_FACTS.includes(fact.type) && !neverPublished(fact));
  const corrections = correctionsOf(facts);
  const sizes = new Map<string, number>();
  const grown = (id: string): number => sizes.set(id, (sizes.get(id) ?? 0) + 1).get(id)!;
  const places = published.map((fact) => {
    const cascadeId = corrections.get(fact);
    return cascadeId === undefined ? null : { cascadeId, cascadeIndex: grown(cascadeId) };
  });
  return published.map((fact, index) => {
    const place = places[index] ?? null;
    const cascade = place === null ? {} : { ...place, cascadeSize: sizes.get(place.cascadeId)! };
    return eventOf(fact, cascade, settledYearOf);
  });
}

/** The correction of each fact that has one; a year-end settlement is taken back by the reversal after it, if one follows. */
function correctionsOf(facts: readonly RecordedEvent[]): Map<RecordedEvent, string> {
  const corrections = new Map<RecordedEvent, string>();
  facts.forEach((fact, index) => {
    const of = fact.type === YEAR_END_REVERSED ? facts[index + 1] : fact;
    if (of?.type === SETTLEMENT_REVERSED) corrections.set(fact, (of.data as SettlementReversed).correction);
    if (of?.type === SETTLEMENT_COMPLETED) {
      const { correction } = of.data as SettlementCompleted;
      if (correction !== undefined && of === fact) corrections.set(fact, correction.id);
    }
  });
  return corrections;
}

function eventOf(
  fact: RecordedEvent,
  cascade: InCascade,
  settledYearOf: (reversal: RecordedEvent) => YearEndSettled,
): SettlementEvent {
  const { personKey, year } = parseBenefitYearStream(fact.stream);
  const { cascadeId } = cascade;
  const envelope = {
    id: fact.id,
    source: SETTLEMENT_SOURCE,
    time: fact.recordedAt,
    personKey,
    ...(cascadeId === undefined ? {} : { cascadeId }),
  };
  if (fact.type === SETTLEMENT_COMPLETED) {
    const completed = fact.data as SettlementCompleted;
    const { inScopeFen, hospitalFen, selfPayFen, selfPayBp, settlementId: subject } = completed;
    const shares = sharesOf(completed.shares);
    const data = { ...caseOf(completed, personKey), inScopeFen, shares, hospitalFen, selfPayFen, selfPayBp, ...cascade };
    const again = completed.correction !== undefined;
    return { ...envelope, type: again ? 'cn.oss.settlement.resettled.v1' : 'cn.oss.settlement.completed.v1', subject, data };
  }
  if (fact.type === SETTLEMENT_REVERSED) {
    const reversed = fact.data as SettlementReversed;
    const data = { ...caseOf(reversed, personKey), shares: sharesOf(reversed.shares), ...cascade };
    return { ...envelope, type: 'cn.oss.settlement.reversed.v1', subject: reversed.settlementId, data };
  }
  const back = fact.type === YEAR_END_REVERSED;
  const { payments, region } = back ? settledYearOf(fact) : (fact.data as YearEndSettled);
  const { times } = fact.data as YearEndSettled | YearEndReversed;
  const data = { personKey, year, times, region, payments: sharesOf(payments), ...cascade };
  return {
    ...envelope,
    type: back ? 'cn.oss.settlement.year-end-reversed.v1' : 'cn.oss.settlement.year-end.v1',
    subject: `${personKey}-${year}`,
    data,
  };
}

function caseOf(of: SettlementCompleted | SettlementReversed, personKey: string): Omit<PublishedCase, keyof InCascade> {
  const { settlementId, attempt, hospitalCode, encounterNo, region, dischargedOn, totalFen } = of;
  return { settlementId, attempt, personKey, hospitalCode, encounterNo, region, dischargedOn, totalFen };
}

const sharesOf = (shares: Shares): PublishedShare[] => shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen }));

/**
 * What one payer is told of a settlement event; null where none of his lines is in it.
 * @param memberNo the person's number with this payer
 */
export function payerEvent(event: SettlementEvent, payer: ViewingPayer, memberNo: string | null): CloudEvent | null {
  const { data } = event;
  const own = ('payments' in data ? data.payments : data.shares).filter((share) => share.payer === payer);
  if (own.length === 0) return null;
  const lines = own.map(({ line, paidFen }) => ({ line, paidFen }));
  const view = { memberNo, lines, paidFen: sumFen(own.map(({ paidFen }) => paidFen)) };
  const type = event.type.replace('cn.oss.settlement.', 'cn.oss.payer-settlement.') as PayerType;
  const seen: PayerCase | PayerYear = { ...aboutOf(data), ...view };
  return { ...event, type, source: `${SETTLEMENT_SOURCE}/${payer}`, data: seen };
}

/** What an event is about, without the other payers' amounts. */
function aboutOf(data: SettlementEvent['data']): PublishedCase | Omit<YearEnd, 'payments'> {
  const { cascadeId, cascadeIndex, cascadeSize } = data;
  const cascade = cascadeId === undefined ? {} : { cascadeId, cascadeIndex, cascadeSize };
  if ('payments' in data) {
    const { personKey, year, times, region } = data;
    return { personKey, year, times, region, ...cascade };
  }
  const { settlementId, attempt, personKey, hospitalCode, encounterNo, region, dischargedOn, totalFen } = data;
  return { settlementId, attempt, personKey, hospitalCode, encounterNo, region, dischargedOn, totalFen, ...cascade };
}

/** Payers who have a view of this event. */
export function viewersOf({ data }: SettlementEvent): ViewingPayer[] {
  const named = new Set<string>(('payments' in data ? data.payments : data.shares).map(({ payer }) => payer));
  return VIEWING_PAYERS.filter((payer) => named.has(payer));
}
