/**
 * A settlement as the bytes of its JSON: what `JSON.stringify(settlementView(…))` gives, without laying out and encoding anew
 * what the pack says again and again. Of a step only its amount and its formula belong to the case; label, clause, source and
 * note are the pack's, and are kept as bytes. An answer is mostly such words, in Chinese: laid out, written and encoded whole
 * they took a tenth of all that a settlement takes.
 */
import type { Pack, Payer } from '@oss/policy';
import type { Working, WorkingStep } from '../lines/working';
import type { ShareSettled } from '../year/events';
import { JsonBytes } from './json-bytes';
import { formulaOf, frameView, type SettlementFacts, shareView, shownShares, statusOf, workingView } from './settlement-view';

/** Most pieces kept of one pack: above what its lines and values can give; what is beyond them is laid out each time. */
const MAX_PIECES = 10_000;

/** In JSON text a quote inside of a string has a backslash before it: so these stand where a member is, and nowhere else. */
const NO_SHARES = '"shares":[]';
const NO_AMOUNTS = '"paidFen":0,"inScopeFen":0,"outOfScopeFen":0,"workings":[]';
const NO_RESULT = '"amountFen":0,"formula":null';

/** What stands before and behind that which belongs to the case. */
interface Piece {
  /** Of the first in its list, and of every other. */
  readonly first: Buffer;
  readonly next: Buffer;
  readonly tail: Buffer;
}

interface LinePiece extends Piece {
  readonly payer: Payer;
}

interface StepPiece extends Piece {
  readonly account: string | undefined;
  /** Behind the amount of a step that has no formula. */
  readonly plainTail: Buffer;
}

/** The words of one pack. */
class Pieces {
  readonly #lines = new Map<string, LinePiece>();
  readonly #steps = new Map<WorkingStep, Map<string, StepPiece>>();
  #kept = 0;

  constructor(private readonly pack: Pack) {}

  line(share: ShareSettled): Piece {
    const { line, payer } = share;
    const kept = this.#lines.get(line);
    if (kept?.payer === payer) return kept;
    const view = shareView({ ...share, paidFen: 0, inScopeFen: 0, outOfScopeFen: 0, workings: [] }, this.pack);
    const piece = { ...cut(JSON.stringify(view), NO_AMOUNTS, '"paidFen":'), payer };
    if (this.#mayKeep()) this.#lines.set(line, piece);
    return piece;
  }

  step(working: Working): StepPiece {
    const { step, ref, account } = working;
    let ofStep = this.#steps.get(step);
    if (ofStep === undefined) this.#steps.set(step, (ofStep = new Map()));
    const key = ref ?? account ?? '';
    const kept = ofStep.get(key);
    if (kept !== undefined && kept.account === account) return kept;
    const view = { ...workingView(working, this.pack), amountFen: 0, formula: null };
    const around = cut(JSON.stringify(view), NO_RESULT, '"amountFen":');
    const piece = { ...around, plainTail: Buffer.concat([NO_FORMULA, around.tail]), account };
    if (this.#mayKeep()) ofStep.set(key, piece);
    return piece;
  }

  #mayKeep(): boolean {
    return (this.#kept += 1) <= MAX_PIECES;
  }
}

const PIECES = new WeakMap<Pack, Pieces>();
const bytes = new JsonBytes();

/**
 * @param pack the pack that the facts name
 * @returns UTF-8, equal to the JSON text of `settlementView(facts, pack)`
 * @throws RangeError as `settlementView` does, on an amount that is no whole fen
 */
export function settlementJson(facts: SettlementFacts, pack: Pack): Buffer {
  const status = statusOf(facts);
  const frame = JSON.stringify(frameView(facts, status));
  const at = frame.indexOf(NO_SHARES) + NO_SHARES.length - 1;
  let pieces = PIECES.get(pack);
  if (pieces === undefined) PIECES.set(pack, (pieces = new Pieces(pack)));
  bytes.begin();
  bytes.text(frame.slice(0, at));
  const shares = shownShares(facts, status);
  for (let i = 0; i < shares.length; i += 1) putShare(shares[i]!, pieces, i === 0);
  bytes.text(frame.slice(at));
  return bytes.take();
}

function putShare(share: ShareSettled, pieces: Pieces, isFirst: boolean): void {
  const { paidFen, inScopeFen, outOfScopeFen, workings } = share;
  const { first, next, tail } = pieces.line(share);
  bytes.piece(isFirst ? first : next);
  bytes.text(`${paidFen},"inScopeFen":${inScopeFen},"outOfScopeFen":${outOfScopeFen},"workings":[`);
  for (let i = 0; i < workings.length; i += 1) putWorking(workings[i]!, pieces, i === 0);
  bytes.piece(tail);
}

function putWorking(working: Working, pieces: Pieces, isFirst: boolean): void {
  const { first, next, tail, plainTail } = pieces.step(working);
  bytes.piece(isFirst ? first : next);
  const formula = formulaOf(working);
  if (formula === null) {
    bytes.text(`${working.fen}`);
    bytes.piece(plainTail);
  } else {
    // Digits and signs of arithmetic: nothing that JSON would write in another way.
    bytes.text(`${working.fen},"formula":"${formula}"`);
    bytes.piece(tail);
  }
}

const NO_FORMULA = Buffer.from(',"formula":null');

/** @param gap as it stands in the text; an empty list at its end stays open @param name of its first member, whose value is the case's */
function cut(text: string, gap: string, name: string): Piece {
  const at = text.indexOf(gap);
  const behind = gap.endsWith(']') ? 1 : 0;
  const next = Buffer.from(`,${text.slice(0, at)}${name}`);
  return { first: next.subarray(1), next, tail: Buffer.from(text.slice(at + gap.length - behind)) };
}
