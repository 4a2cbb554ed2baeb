/** What the main thread and the thread that makes proofs say to each other. */

import type { LogSource } from '../../log/audited-log';

/** Where the log and its audit files are, and the key that must have signed. */
export interface ProofSettings {
  readonly source: LogSource;
  readonly auditDir: string;
  /** The log's public key, name+id+key. */
  readonly key: string;
}

export interface ProofQuestion {
  readonly settlementId: string;
  readonly attempt: number | undefined;
  /** Under the checkpoint over so many events. */
  readonly size: number;
  /** The evidence bundle in place of the proof alone. */
  readonly bundle: boolean;
}

export interface ProofAnswer {
  /** The file, as `audit prove` writes it; or why there is none. */
  readonly proof: string | null;
  readonly refused: { readonly isContradiction: boolean; readonly message: string } | null;
}
