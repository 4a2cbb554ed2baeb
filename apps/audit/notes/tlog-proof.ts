/** Inclusion proofs as text (C2SP tlog-proof, version 1): index, sibling hashes, and the checkpoint, verbatim. */
import { HASH_BYTES } from '../merkle/hashing';
import { BadNote } from './signed-note';

const HEADER = 'c2sp.org/tlog-proof@v1';

export interface TlogProof {
  /** Place of the leaf, from 0. */
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The signed checkpoint's text; not trusted yet. */
  readonly checkpoint: string;
}

export function tlogProofText({ index, hashes, checkpoint }: TlogProof): string {
  const lines = hashes.map((hash) => `${hash.toString('base64')}\n`);
  return `${HEADER}\nindex ${index}\n${lines.join('')}\n${checkpoint}`;
}

/** @throws BadNote */
export function parseTlogProof(text: string): TlogProof {
  const cut = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(cut, 0)).split('\n');
  if (cut < 0 || lines.shift() !== HEADER) throw new BadNote(`the proof does not begin with ${HEADER}`);
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  const hashes = lines.map((line) => Buffer.from(line, 'base64'));
  if (index === undefined || hashes.some((hash, at) => hash.length !== HASH_BYTES || hash.toString('base64') !== lines[at])) {
    throw new BadNote('the proof holds other than an index and hashes');
  }
  return { index: Number(index), hashes, checkpoint: text.slice(cut + 2) };
}
