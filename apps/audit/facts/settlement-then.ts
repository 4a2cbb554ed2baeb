/** A settlement as it was known at an instant, with the pack that it names: the contract's view, laid out from the facts. */
import type { EventReader } from '@oss/event-store';
import type { Pack } from '@oss/policy';
import { acceptedView, type SettlementFacts, type SettlementView, settlementView, type ShareSettled } from '@oss/settlement';
import { LawInLog } from './law-in-log';
import { findSettlement, NotInLog } from './settlement-facts';

export interface SettlementThen {
  readonly view: SettlementView;
  /** Null while the case has not entered its benefit year. */
  readonly facts: SettlementFacts | null;
  readonly pack: Pack;
  /** Instant of the acceptance. */
  readonly acceptedAt: string;
}

/**
 * @param attempt default the last one known then @param at RFC 3339 UTC as the log writes it; null for now
 * @throws NotInLog
 */
export async function settlementThen(
  reader: EventReader,
  settlementId: string,
  attempt: number | undefined,
  at: string | null,
): Promise<SettlementThen> {
  const { acceptance, recorded, shares, completed } = await findSettlement(reader, settlementId, attempt, at ?? undefined);
  const named = acceptance.data.snapshot.pack;
  const pack = await new LawInLog(reader).pack(named);
  if (pack === null) throw new NotInLog(`the log holds no pack ${named.id} (${named.digest}): run audit verify`);
  const acceptedAt = acceptance.recordedAt;
  if (recorded === null) return { view: acceptedView(acceptance.data), facts: null, pack, acceptedAt };
  const facts: SettlementFacts = {
    recorded: recorded.data,
    shares: shares.map(({ data }) => data as ShareSettled),
    completed: completed?.data ?? null,
    completedAt: completed?.recordedAt ?? null,
  };
  return { view: settlementView(facts, pack), facts, pack, acceptedAt };
}
