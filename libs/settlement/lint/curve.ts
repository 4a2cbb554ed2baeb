/**
 * What becomes of a bill as its cost rises, fen by fen, without settling every fen: a grid through every amount of the pack,
 * then halving wherever the two ends of a stretch were computed differently or the middle is not on their straight line.
 * So every place where the law bends is found to the fen.
 */
import type { Fen } from '@oss/money';
import type { BenefitYear } from '../year/benefit-year';
import type { ShareSettled } from '../year/events';
import { Probe, type Probed } from './probe';

/** One bill of the curve and what it came to. */
export interface Point {
  /** Cost within the catalogue; the in-scope cost is what the first self-pay out of area leaves of it. */
  readonly costFen: Fen;
  readonly inScopeFen: Fen;
  readonly totalFen: Fen;
  /** What all payers but the hospital pay. */
  readonly sharesFen: Fen;
  readonly hospitalFen: Fen;
  /** What of it is above a price limit or fixed amount of the disease. */
  readonly hospitalExcessFen: Fen;
  readonly selfPayFen: Fen;
  /** What a line's rule would have paid above what the lines before it left; empty nearly always. */
  readonly cut: readonly { readonly line: string; readonly wantedFen: Fen; readonly paidFen: Fen }[];
  /** The bill that costs one fen more was computed differently: an edge of the law lies here. */
  readonly isEdge: boolean;
}

export interface Curve {
  /** In the order of rising cost. */
  readonly points: readonly Point[];
  /** False when the budget ended before every bend was found to the fen: then the grid alone speaks. */
  readonly isExact: boolean;
}

/** The first bill that could not be settled; the curve ends there. */
export class Unsettled extends Error {
  constructor(
    readonly costFen: Fen,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'Unsettled';
  }
}

/** Bills settled for one curve at most. */
const MAX_BILLS = 3_000;
/** A bill of ten thousand million yuan: above every cap, whatever the rate. */
const HIGHEST_FEN = 1_000_000_000_000;
/** 10 000 yuan: a bill that shows what an edge of a few fen means. */
export const USUAL_COST_FEN = 1_000_000;
/** What rounding in several lines may add up to. */
export const ROUNDING_FEN = 5;

interface Sample {
  readonly point: Omit<Point, 'isEdge'>;
  /** Which rules, bands, caps and limits were at work. */
  readonly signature: string;
}

/**
 * @param amounts the amounts of the pack, rising
 * @throws Unsettled
 */
export function curveOf(probe: Probe, year: BenefitYear, outOfCatalogueFen: Fen, amounts: readonly Fen[]): Curve {
  const samples = new Map<Fen, Sample>();
  const at = (costFen: Fen): Sample => {
    let sample = samples.get(costFen);
    if (sample === undefined) samples.set(costFen, (sample = sampleAt(probe, year, { costFen, outOfCatalogueFen })));
    return sample;
  };
  const grid = gridOf(amounts);
  grid.forEach(at);
  const stretches = grid.slice(1).map((high, index) => [grid[index] as Fen, high] as const);
  // Widest first, so that an exhausted budget has looked everywhere.
  for (const [low, high] of stretches) {
    if (high - low <= 1) continue;
    if (samples.size >= MAX_BILLS) return { points: sorted(samples), isExact: false };
    const middle = half(low + high);
    if (isStraight(at(low), at(middle), at(high))) continue;
    stretches.push([low, middle], [middle, high]);
  }
  return { points: sorted(samples), isExact: true };
}

/** Every amount and the fen on either side of it, small bills, a usual one, and a ladder to the highest. */
function gridOf(amounts: readonly Fen[]): Fen[] {
  const marks = new Set<Fen>([0, 1, 2, 100, 10_000, USUAL_COST_FEN]);
  for (const amount of amounts) for (const near of [amount - 1, amount, amount + 1]) marks.add(near);
  for (let step = (amounts.at(-1) ?? USUAL_COST_FEN) * 2; step < HIGHEST_FEN; step *= 16) marks.add(step);
  return [...marks].filter((mark) => mark <= HIGHEST_FEN).sort((a, b) => a - b);
}

function half(sum: Fen): Fen {
  return (sum - (sum % 2)) / 2;
}

function isStraight(low: Sample, middle: Sample, high: Sample): boolean {
  if (low.signature !== middle.signature || middle.signature !== high.signature) return false;
  const [start, between, end] = [low.point, middle.point, high.point];
  const weight = (between.costFen - start.costFen) / (end.costFen - start.costFen);
  return (['selfPayFen', 'sharesFen', 'hospitalFen'] as const).every((amount) => {
    // A question about a line's straightness: no amount comes of it.
    const expected = start[amount] + (end[amount] - start[amount]) * weight;
    return Math.abs(between[amount] - expected) <= ROUNDING_FEN;
  });
}

function sorted(samples: ReadonlyMap<Fen, Sample>): Point[] {
  const rising = [...samples.values()].sort((a, b) => a.point.costFen - b.point.costFen);
  return rising.map(({ point, signature }, index) => {
    const next = rising[index + 1];
    const isEdge = next !== undefined && next.point.costFen === point.costFen + 1 && next.signature !== signature;
    return { ...point, isEdge };
  });
}

function sampleAt(probe: Probe, year: BenefitYear, bill: { costFen: Fen; outOfCatalogueFen: Fen }): Sample {
  let probed: Probed;
  try {
    probed = probe.settle(bill, year);
  } catch (error) {
    throw new Unsettled(bill.costFen, error);
  }
  const { scope, shares, completed } = probed;
  const { hospitalFen, inScopeFen, selfPayFen, totalFen } = completed;
  const { hospitalExcessFen } = scope;
  const sharesFen = totalFen - hospitalFen - selfPayFen;
  const cut = shares.flatMap(cutOf);
  return {
    point: { costFen: bill.costFen, inScopeFen, totalFen, sharesFen, hospitalFen, hospitalExcessFen, selfPayFen, cut },
    signature: `${hospitalExcessFen > 0}${scope.outOfCatalogueFen > 0}${shares.map(signatureOf).join()}${cut.map((each) => each.wantedFen > totalFen).join()}`,
  };
}

/** Which steps a share went through, which of them came to something, and whether a cap decided it. */
function signatureOf({ workings, paidFen }: ShareSettled): string {
  let text = '';
  for (const { step, ref, fen, ofFen } of workings) {
    const binds = step === 'cap' && fen === paidFen;
    text += `${step}${ref ?? ''}${fen > 0 ? '+' : ''}${ofFen !== undefined && ofFen > 0 ? '+' : '-'}${binds ? '!' : ''};`;
  }
  return text;
}

function cutOf({ line, paidFen, workings }: ShareSettled): Point['cut'] {
  let aboveFen = 0;
  for (const { step, fen, ofFen } of workings) if (step === 'bounded') aboveFen += (ofFen ?? fen) - fen;
  return aboveFen > ROUNDING_FEN ? [{ line, wantedFen: paidFen + aboveFen, paidFen }] : [];
}
