/** From the proof code of a statement, or its leaf alone, to the settlement in the log. */
import { leafHash, type EventReader } from '@oss/event-store';
import { readProofCode, SETTLEMENT_COMPLETED, type SettlementCompleted, type StatementProof } from '@oss/settlement';
import { findSettlement } from '../facts/settlement-facts';
import { NotProvable } from './evidence';

/** The log holds no completion with that leaf: the statement is not of this log, or not as the log has it. */
export class LeafNotInLog extends Error {
  override readonly name = 'LeafNotInLog';
}

/** What somebody scanned or typed. @throws NotProvable when it is neither a proof code nor a leaf */
export function proofOfText(text: string): StatementProof | { readonly leaf: string } {
  const read = readProofCode(text);
  if (read !== null) return read;
  throw new NotProvable(
    'this is no proof code: give the text of the QR code (OSS1:…), or the 64 hex digits of the leaf; blanks and case do not count',
  );
}

/**
 * A leaf alone is looked for among all completions of the log.
 * @throws LeafNotInLog; NotInLog when the code names a settlement that the log does not hold
 */
export async function settlementOfLeaf(reader: EventReader, text: string): Promise<StatementProof> {
  const proof = proofOfText(text);
  if ('settlementId' in proof) {
    const { settlementId, attempt, leaf } = proof;
    const { completion } = await findSettlement(reader, settlementId, attempt);
    if (completion !== null && leafHash(completion.hash).toString('hex') === leaf) return proof;
    throw new LeafNotInLog(`settlement ${settlementId}, attempt ${attempt}, has another leaf in this log than the statement`);
  }
  const wanted = Buffer.from(proof.leaf, 'hex');
  for await (const event of reader.readAll({ filter: { types: [SETTLEMENT_COMPLETED] } })) {
    if (!leafHash(event.hash).equals(wanted)) continue;
    // Read of the one alone: it is parsed when somebody asks for it.
    const { settlementId, attempt } = event.data as SettlementCompleted;
    return { settlementId, attempt, leaf: proof.leaf };
  }
  throw new LeafNotInLog(`no settlement in this log has the leaf ${proof.leaf}`);
}
