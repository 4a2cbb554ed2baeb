/** A settlement as it was known at an instant, with the pack that it names: the contract's view, laid out from the facts. */
import { type EventReader, leafHash } from '@oss/event-store';
import type { Pack } from '@oss/policy';
import { acceptedView, type SettlementFacts, type SettlementView, settlementView } from '@oss/settlement';
import { LawInLog } from './law-in-log';
import { findSettlement, NotInLog } from './settlement-facts';

export interface SettlementThen {
  readonly view: SettlementView;
  /** Null while the case has not entered its benefit year. */
  readonly facts: SettlementFacts | null;
  readonly pack: Pack;
  /** Instant of the acceptance. */
  readonly acceptedAt: string;
  /** Leaf of the completion in the log's tree, 64 hex digits; null while the view has no amounts. */
  readonly leaf: string | null;
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
  const { acceptance, facts, completion } = await findSettlement(reader, settlementId, attempt, at ?? undefined);
  const named = (facts?.recorded ?? acceptance.data).snapshot.pack;
  const pack = await new LawInLog(reader).pack(named);
  if (pack === null) throw new NotInLog(`the log holds no pack ${named.id} (${named.digest}): run audit verify`);
  const view = facts === null ? acceptedView(acceptance.data) : settlementView(facts, pack);
  const leaf = completion === null || view.selfPayFen === undefined ? null : leafHash(completion.hash).toString('hex');
  return { view, facts, pack, acceptedAt: acceptance.recordedAt, leaf };
}
