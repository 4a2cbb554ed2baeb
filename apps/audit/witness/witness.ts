/**
 * A witness: remembers the last tree that it saw of a log, and cosigns only what grew out of it by appending. Whoever requires
 * the cosignatures of several witnesses cannot be shown a history that those have not all seen. It needs no access to the
 * log's data: a consistency proof is all that it is given.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { secretKey } from '../checkpoints/audit-files';
import { isConsistent } from '../merkle/check';
import { type Checkpoint, parseCheckpoint, trustedCheckpoint } from '../notes/checkpoint';
import { cosign } from '../notes/cosignature';
import { type SigningKey, signingKey, type VerifierKey, WITNESS_KEY } from '../notes/note-keys';
import { BadNote, noteText } from '../notes/signed-note';
import { CONSISTENCY_FORMAT, type ConsistencyProof } from '../prove/evidence';
import { isFork } from './fork';

export type Refusal = 'format' | 'log-signature' | 'stale' | 'fork' | 'wrong-start' | 'consistency';

export type Witnessed =
  | { readonly cosigned: string; readonly size: number }
  | { readonly refused: Refusal; readonly reason: string; readonly seen: number };

/** What became of a fork is kept for ever: two checkpoints of one log that cannot both be true. */
const FORK_FILE = 'fork';

export class Witness {
  readonly #directory: string;
  readonly key: SigningKey;

  /** @param directory holds the witness's key and, for each log, the last checkpoint that it saw */
  constructor(directory: string, name: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#directory = directory;
    this.key = secretKey(join(directory, 'witness-signing.pem'), (pem) => signingKey(name, WITNESS_KEY, pem));
  }

  /** The last checkpoint that it cosigned of a log, or null. */
  seen(log: VerifierKey): Checkpoint | null {
    const file = this.#seenFile(log);
    return existsSync(file) ? parseCheckpoint(readFileSync(file, 'utf8')) : null;
  }

  /**
   * Looks at a consistency proof from the last checkpoint that it saw (or from nothing) to a newer one, and cosigns that.
   * @param seconds the time, since 1970
   */
  look(proof: ConsistencyProof, log: VerifierKey, seconds: number): Witnessed {
    const last = this.seen(log);
    const refuse = (refused: Refusal, reason: string): Witnessed => ({ refused, reason, seen: last?.size ?? 0 });
    if (proof.format !== CONSISTENCY_FORMAT) return refuse('format', `not in the format ${CONSISTENCY_FORMAT}`);
    let next: Checkpoint;
    try {
      next = trustedCheckpoint(proof.second, log);
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      return refuse('log-signature', error.message);
    }
    const refusal = last === null ? null : this.#against(last, next, proof, log);
    if (refusal !== null) return refuse(refusal.refused, refusal.reason);
    const { note } = next;
    // Remembered before it is said: after a crash in between the witness has seen more than it said, never less.
    this.#remember(log, proof.second);
    const signatures = [...note.signatures, cosign(note.body, seconds, this.key)];
    return { cosigned: noteText({ body: note.body, signatures }), size: next.size };
  }

  #against(
    last: Checkpoint,
    next: Checkpoint,
    proof: ConsistencyProof,
    log: VerifierKey,
  ): { refused: Refusal; reason: string } | null {
    if (isFork(last, next)) return this.#fork(last, next, `two trees over ${next.size} events`);
    if (next.size < last.size)
      return { refused: 'stale', reason: `${last.size} events were seen before, and now only ${next.size} are shown` };
    if (next.size === last.size) return null;
    const first = this.#start(proof.first, log);
    if (first !== null && isFork(last, first)) return this.#fork(last, first, `two trees over ${first.size} events`);
    if (first?.size !== last.size) {
      return {
        refused: 'wrong-start',
        reason: `the proof must begin at the ${last.size} events that were seen, not at ${first?.size ?? 0}`,
      };
    }
    const hashes = proof.hashes.map((hash) => Buffer.from(hash, 'base64'));
    if (isConsistent(last, next, hashes)) return null;
    return {
      refused: 'consistency',
      reason: `the tree over ${next.size} events did not grow out of the one over ${last.size} that was seen`,
    };
  }

  /** Where the proof begins, if the log has signed that. */
  #start(text: string | null, log: VerifierKey): Checkpoint | null {
    try {
      return text === null ? null : trustedCheckpoint(text, log);
    } catch (error) {
      if (!(error instanceof BadNote)) throw error;
      return null;
    }
  }

  #fork(one: Checkpoint, other: Checkpoint, reason: string): { refused: Refusal; reason: string } {
    const name = `${FORK_FILE}-${createHash('sha256').update(noteText(other.note)).digest('hex').slice(0, 16)}.txt`;
    writeFileSync(join(this.#directory, name), `${noteText(one.note)}\n${noteText(other.note)}`, { flush: true });
    return { refused: 'fork', reason: `the log has signed ${reason}: both are kept in ${name}` };
  }

  #remember(log: VerifierKey, note: string): void {
    const file = this.#seenFile(log);
    writeFileSync(`${file}.new`, note, { flush: true });
    renameSync(`${file}.new`, file);
  }

  #seenFile(log: VerifierKey): string {
    return join(this.#directory, `seen-${createHash('sha256').update(`${log.name}+${log.id}`).digest('hex').slice(0, 16)}.txt`);
  }
}
