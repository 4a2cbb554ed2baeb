/** Makes the small proofs: one settlement under a checkpoint, and one checkpoint out of another. */
import { tlogProofText } from '../notes/tlog-proof';
import { CONSISTENCY_FORMAT, type ConsistencyProof, INCLUSION_FORMAT, type InclusionProof, NotProvable } from './evidence';
import type { ProvableLog } from './provable-log';
import { findSettlement } from '../facts/settlement-facts';

/** @throws NotProvable */
export async function inclusionProof(log: ProvableLog, settlementId: string, attempt?: number): Promise<InclusionProof> {
  const { completion, previous, attempt: found } = await findSettlement(log.reader, settlementId, attempt);
  if (completion === null)
    throw new NotProvable(`settlement ${settlementId} is still on its way: ask again when it is completed`);
  const index = log.indexOf(completion);
  if (index === null) {
    throw new NotProvable(
      `the checkpoint over ${log.checkpoint.size} events was signed before settlement ${settlementId} was completed: wait for the next one`,
    );
  }
  const { stream, revision, id, type, recordedAt, text } = completion;
  return {
    format: INCLUSION_FORMAT,
    settlementId,
    attempt: found,
    fact: { stream, revision, id, type, recordedAt, text, previous },
    proof: tlogProofText({ index, hashes: log.tree.inclusion(index), checkpoint: log.noteOf(log.checkpoint) }),
  };
}

/** @param first size of an earlier checkpoint; 0 for a witness that has seen none. @throws NotProvable */
export function consistencyProof(log: ProvableLog, first: number): ConsistencyProof {
  const second = log.noteOf(log.checkpoint);
  if (first === 0) return { format: CONSISTENCY_FORMAT, first: null, second, hashes: [] };
  const earlier = log.checkpoints.ofSize(first);
  if (earlier === null || first > log.checkpoint.size) {
    throw new NotProvable(`there is no checkpoint over ${first} events before the one over ${log.checkpoint.size}`);
  }
  const hashes = log.tree.consistency(first).map((hash) => hash.toString('base64'));
  return { format: CONSISTENCY_FORMAT, first: log.noteOf(earlier), second, hashes };
}
