/**
 * The thread that makes proofs: a tree over the whole log is hashed here, so that no request waits for it. The tree of the last
 * checkpoint is kept while the thread lives; the main thread ends it when nobody has asked for a while.
 */
import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { openLog } from '../../log/audited-log';
import { parseVerifierKey } from '../../notes/note-keys';
import { NotProvable } from '../../prove/evidence';
import { settlementBundle } from '../../prove/make-bundle';
import { inclusionProof } from '../../prove/make-proofs';
import { ProvableLog } from '../../prove/provable-log';
import { cosignedNotes } from '../checkpoint-list';
import type { ProofAnswer, ProofQuestion, ProofSettings } from './protocol';

const { source, auditDir, key } = workerData as ProofSettings;
const logKey = parseVerifierKey(key);
const reader = openLog(source);
let opened: { readonly log: ProvableLog; readonly cosignatures: string } | null = null;
let last: Promise<unknown> = Promise.resolve();

parentPort!.on('message', (question: ProofQuestion) => {
  last = last.then(async () => parentPort!.postMessage(await answer(question)));
});

async function answer(question: ProofQuestion): Promise<ProofAnswer> {
  const { settlementId, attempt, size, bundle } = question;
  try {
    const log = await logOf(size);
    const made = bundle
      ? await settlementBundle(log, logKey, settlementId, attempt)
      : await inclusionProof(log, settlementId, attempt);
    return { proof: `${JSON.stringify(made, null, 2)}\n`, refused: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { proof: null, refused: { isContradiction: error instanceof NotProvable, message } };
  }
}

async function logOf(size: number): Promise<ProvableLog> {
  const cosigned = cosignedNotes(auditDir);
  const cosignatures = JSON.stringify(cosigned);
  if (opened?.log.checkpoint.size !== size || opened.cosignatures !== cosignatures) {
    opened = null;
    opened = { log: await ProvableLog.open(await reader, { auditDir, key: logKey, size, cosigned }), cosignatures };
  }
  return opened.log;
}
