/**
 * Which log a checkpoint belongs to. Kafka outlives a data directory: a relay that went on from another log's checkpoint would skip
 * settlements without a word, or publish them twice. So the checkpoint names its log, by the hash of the first fact that a relay
 * reads: it rests on a random pseudonym, and is never changed or erased.
 */
import { collect, type EventReader } from '@oss/event-store';
import type { RelayCheckpoint } from './checkpoint';
import { RELAYED } from './holds';

/** Null while the log holds nothing to relay. */
export async function logIdentity(store: EventReader): Promise<string | null> {
  const [first] = await collect(store.readAll({ filter: RELAYED, limit: 1 }));
  return first?.hash ?? null;
}

/** The checkpoint is another log's; the message says the cures. */
export class OtherLog extends Error {
  constructor(found: string) {
    super(
      `the checkpoint on Kafka (topic relay.checkpoints) belongs to another log than this store: ${found}. Nothing is published. ` +
        'Cures: name the Kafka that belongs to this store (KAFKA_BROKERS), or the store that belongs to this Kafka (DATA_DIR, KURRENTDB_URL); ' +
        'or, where the old store is gone for good, publish this one from its beginning: npm run app -- insurer-relay --from-beginning ' +
        "(the topics then hold both stores' settlements, which consumers tell apart by settlementId)",
    );
    this.name = 'OtherLog';
  }
}

/** @throws OtherLog. A checkpoint of before logs were named is judged by its position alone. */
export async function refuseOtherLog(store: EventReader, { position, log }: RelayCheckpoint): Promise<void> {
  if (position === null) return;
  const here = await logIdentity(store);
  if (log !== null && log !== here) {
    const begins = here === null ? 'holds no settlement yet' : `begins with the fact ${here.slice(0, 16)}…`;
    throw new OtherLog(`its log begins with the fact ${log.slice(0, 16)}…, this one ${begins}`);
  }
  const head = await store.headPosition();
  if (head === null || head < position)
    throw new OtherLog(`it stands at position ${position}, and this log ends at ${head ?? 0n}`);
}
