/**
 * The files that `audit prove` writes. Open formats where there are some (C2SP tlog-checkpoint, tlog-proof), JSON around them;
 * facts as the very texts that were hashed, so that whoever checks them needs no serialiser of ours.
 */
export const INCLUSION_FORMAT = 'oss-inclusion-proof/1';
export const CONSISTENCY_FORMAT = 'oss-consistency-proof/1';
export const BUNDLE_FORMAT = 'oss-evidence-bundle/1';

/** One event: all that its chain hash covers but its stream, its revision and the hash before it. */
export interface FactText {
  /** UUID. */
  readonly id: string;
  readonly type: string;
  /** RFC 3339 UTC, milliseconds. */
  readonly recordedAt: string;
  /** The stored canonical JSON. */
  readonly text: string;
}

/** An event on its own: hash = SHA-256 of the JSON array [stream, revision, id, type, data, recordedAt, previous]. */
export interface SealedFact extends FactText {
  readonly stream: string;
  readonly revision: number;
  /** Hash of the event before it in its stream, 64 hex digits; empty for the first. */
  readonly previous: string;
}

/** That a settlement stands in the log that a checkpoint was signed for. */
export interface InclusionProof {
  readonly format: typeof INCLUSION_FORMAT;
  readonly settlementId: string;
  readonly attempt: number;
  /** The `SettlementCompleted`; its leaf commits to everything before it in its stream. */
  readonly fact: SealedFact;
  /** C2SP tlog-proof, with the checkpoint. The leaf is SHA-256(0x00 ‖ hash of the fact). */
  readonly proof: string;
}

/** That the log of the second checkpoint grew out of that of the first by appending alone. */
export interface ConsistencyProof {
  readonly format: typeof CONSISTENCY_FORMAT;
  /** Null for a witness that has seen nothing yet: then there is nothing to be consistent with. */
  readonly first: string | null;
  readonly second: string;
  /** Base64, RFC 9162 §2.1.4.1. */
  readonly hashes: readonly string[];
}

/** A stream from its first event on, and that the last of these stands in the checkpoint's log. */
export interface ProvenStream {
  readonly stream: string;
  readonly facts: readonly FactText[];
  /** Place of the last one in the log, from 0. */
  readonly index: number;
  /** Base64, RFC 9162 §2.1.3.1. */
  readonly hashes: readonly string[];
}

/** Everything that a settlement, or a person's year, rests on. */
export interface EvidenceBundle {
  readonly format: typeof BUNDLE_FORMAT;
  readonly readme: readonly string[];
  readonly subject: { readonly stream: string; readonly settlementId?: string; readonly attempt?: number };
  /** For information: trust a key that you have from elsewhere. */
  readonly logKey: string;
  readonly checkpoint: string;
  /** The benefit year first; then the acceptances of its cases and the law that they name. */
  readonly streams: readonly ProvenStream[];
}

/** What is to be proven is not there, or no checkpoint covers it yet; the message says what to do. */
export class NotProvable extends Error {
  override readonly name = 'NotProvable';
}
