/**
 * Checks a proof offline: needs the file, the log's public key and those of the witnesses that are pinned, nothing else. Every
 * check has a name; the first one that fails ends it, and the answer says which one that was.
 */
import { instantText, seal } from '@oss/event-store';
import { SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { isConsistent, isIncluded } from '../merkle/check';
import { leafHash } from '../merkle/hashing';
import { type Checkpoint, trustedCheckpoint } from '../notes/checkpoint';
import { cosignedAt } from '../notes/cosignature';
import type { VerifierKey } from '../notes/note-keys';
import { parseTlogProof } from '../notes/tlog-proof';
import {
  BUNDLE_FORMAT,
  CONSISTENCY_FORMAT,
  type ConsistencyProof,
  type EvidenceBundle,
  INCLUSION_FORMAT,
  type InclusionProof,
  type ProvenStream,
  type SealedFact,
} from './evidence';

/** Whom the one who checks trusts. */
export interface TrustPolicy {
  readonly log: VerifierKey;
  /** All of them must have cosigned. */
  readonly witnesses: readonly VerifierKey[];
  /** A checkpoint over fewer events is stale: the checker has seen a larger one. */
  readonly atLeast?: number;
  /** Leaf that a statement carries, 64 hex digits: the proof must be of that very fact. */
  readonly leaf?: string;
}

export const PROOF_CHECKS = {
  format: '文件格式',
  'log-signature': '日志签名',
  witnesses: '见证',
  fresh: '时效',
  fact: '事实内容',
  leaf: '结算单核验码',
  sums: '金额合计',
  chain: '哈希链',
  inclusion: '在日志中',
  consistency: '前后一致',
} as const;
export type ProofCheck = keyof typeof PROOF_CHECKS;

export interface CheckedProof {
  readonly accepted: boolean;
  readonly passed: readonly ProofCheck[];
  /** The check that failed, and why. */
  readonly failed: { readonly check: ProofCheck; readonly reason: string } | null;
  /** The settlement that an inclusion proof proves. */
  readonly settlement?: SettlementCompleted;
}

/** @param file a parsed proof of any of our formats, as it came: nothing in it is trusted */
export function checkProof(file: unknown, policy: TrustPolicy): CheckedProof {
  const checking = new Checking(policy);
  try {
    const settlement = checking.run(file as { readonly format?: unknown });
    return { accepted: true, passed: checking.passed, failed: null, ...(settlement === null ? {} : { settlement }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { accepted: false, passed: checking.passed, failed: { check: checking.current, reason } };
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HASH_OR_NOTHING = /^([0-9a-f]{64})?$/;

class Checking {
  readonly passed: ProofCheck[] = [];
  current: ProofCheck = 'format';

  constructor(private readonly policy: TrustPolicy) {}

  run(file: { readonly format?: unknown } | null): SettlementCompleted | null {
    if (file?.format === INCLUSION_FORMAT) return this.#inclusion(file as InclusionProof);
    if (file?.format === CONSISTENCY_FORMAT) return this.#consistency(file as ConsistencyProof);
    if (file?.format === BUNDLE_FORMAT) return this.#bundle(file as EvidenceBundle);
    throw new Error(`the file is in none of the formats ${INCLUSION_FORMAT}, ${CONSISTENCY_FORMAT}, ${BUNDLE_FORMAT}`);
  }

  #inclusion({ settlementId, attempt, fact, proof }: InclusionProof): SettlementCompleted {
    const { index, hashes, checkpoint } = this.#step('format', () => parseTlogProof(proof));
    const tree = this.#checkpoint(checkpoint);
    const settlement = this.#step('fact', () => settlementIn(fact, settlementId, attempt));
    this.#leaf(() => [hashOf(fact)]);
    this.#step('sums', () => assertSums(settlement));
    this.#step('inclusion', () => {
      if (!isIncluded(leafHash(hashOf(fact)), index, hashes, tree)) throw new Error('the fact is not at that place of the log');
    });
    return settlement;
  }

  #consistency({ first, second, hashes }: ConsistencyProof): null {
    this.#leaf(() => []);
    const later = this.#checkpoint(second);
    if (first === null) return null;
    const earlier = this.#step('log-signature', () => trustedCheckpoint(first, this.policy.log));
    this.#step('consistency', () => {
      const proof = hashes.map((hash) => Buffer.from(hash, 'base64'));
      if (!isConsistent(earlier, later, proof)) throw new Error('the later log did not grow out of the earlier one');
    });
    return null;
  }

  /** What the product can say of a bundle; the independent verifier (apps/audit/verifier) says more. */
  #bundle({ checkpoint, streams, subject }: EvidenceBundle): null {
    const tree = this.#checkpoint(checkpoint);
    for (const stream of streams) {
      const hash = this.#step('chain', () => lastHash(stream));
      this.#step('inclusion', () => {
        const proof = stream.hashes.map((each) => Buffer.from(each, 'base64'));
        if (!isIncluded(leafHash(hash), stream.index, proof, tree))
          throw new Error(`${stream.stream} does not end at that place of the log`);
      });
    }
    this.#leaf(() => completionsIn(streams[0]));
    this.#step('fact', () => {
      if (streams[0]?.stream !== subject.stream) throw new Error(`the bundle does not hold ${subject.stream}`);
    });
    return null;
  }

  /** @param hashes chain hashes of the settlements that the file is about */
  #leaf(hashes: () => readonly string[]): void {
    const { leaf } = this.policy;
    if (leaf === undefined) return;
    this.#step('leaf', () => {
      if (!hashes().some((hash) => leafHash(hash).toString('hex') === leaf))
        throw new Error(`the file is of another settlement than the one whose leaf is ${leaf}`);
    });
  }

  #checkpoint(text: string): Checkpoint {
    const { log, witnesses, atLeast = 0 } = this.policy;
    const checkpoint = this.#step('log-signature', () => trustedCheckpoint(text, log));
    this.#step('witnesses', () => {
      for (const witness of witnesses) {
        if (cosignedAt(checkpoint.note, witness) === null) throw new Error(`${witness.name} has not cosigned this checkpoint`);
      }
    });
    this.#step('fresh', () => {
      if (checkpoint.size < atLeast)
        throw new Error(`the checkpoint covers ${checkpoint.size} events, and ${atLeast} have been seen`);
    });
    return checkpoint;
  }

  #step<T>(check: ProofCheck, work: () => T): T {
    this.current = check;
    const result = work();
    if (!this.passed.includes(check)) this.passed.push(check);
    return result;
  }
}

/** The chain hash of a fact. Each member must have its own form: a text could otherwise reach over into its neighbour. */
function hashOf({ stream, revision, id, type, text, recordedAt, previous }: SealedFact): string {
  if (!UUID.test(id) || !HASH_OR_NOTHING.test(previous)) throw new Error(`${stream}@${revision} has a malformed id or hash`);
  if (instantText(Date.parse(recordedAt)) !== recordedAt) throw new Error(`${stream}@${revision} has a malformed instant`);
  JSON.parse(text);
  const before = { revision: revision - 1, hash: previous, recordedAt: 0 };
  return seal(before, stream, [{ id, type, text }], Date.parse(recordedAt))[0]!.hash;
}

function lastHash({ stream, facts }: ProvenStream): string {
  return facts.reduce((previous, fact, revision) => hashOf({ ...fact, stream, revision, previous }), '');
}

/** Chain hashes of the completions of a year. */
function completionsIn(year: ProvenStream | undefined): string[] {
  let previous = '';
  return (year?.facts ?? []).flatMap((fact, revision) => {
    previous = hashOf({ ...fact, stream: year!.stream, revision, previous });
    return fact.type === SETTLEMENT_COMPLETED ? [previous] : [];
  });
}

function settlementIn(fact: SealedFact, settlementId: string, attempt: number): SettlementCompleted {
  const data = JSON.parse(fact.text) as SettlementCompleted;
  if (fact.type !== SETTLEMENT_COMPLETED) throw new Error(`a ${fact.type} completes no settlement`);
  if (data.settlementId !== settlementId || data.attempt !== attempt)
    throw new Error(`the fact is of settlement ${data.settlementId}`);
  return data;
}

function assertSums({ shares, selfPayFen, totalFen }: SettlementCompleted): void {
  const paidFen = shares.reduce((sum, share) => sum + share.paidFen, 0);
  if (paidFen + selfPayFen !== totalFen)
    throw new Error(`${paidFen} paid + ${selfPayFen} self-pay is not the total of ${totalFen} fen`);
}
