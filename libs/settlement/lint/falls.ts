/** Places on a curve where an amount that should never fall with rising cost does: from the peak to the lowest point after it. */
import type { Fen } from '@oss/money';
import { type Point, ROUNDING_FEN } from './curve';

export interface Fall {
  /** The last bill before the amount falls, and the first at which it is lowest. */
  readonly from: Point;
  readonly to: Point;
}

/** How far from an edge a rounded amount may still stand at its peak. */
const NEAR_FEN = 10;

/** Every fall of more than what rounding explains, in the order of rising cost. */
export function fallsOf(points: readonly Point[], amountOf: (point: Point) => Fen): Fall[] {
  const falls: Fall[] = [];
  let peak: Point | null = null;
  let trough: Point | null = null;
  const finish = (): void => {
    if (peak !== null && trough !== null && amountOf(peak) - amountOf(trough) > ROUNDING_FEN) {
      falls.push({ from: edgeBefore(points, peak, amountOf), to: trough });
    }
    trough = null;
  };
  for (const point of points) {
    const amount = amountOf(point);
    if (peak === null || amount >= amountOf(peak)) {
      finish();
      peak = point;
    } else if (trough === null || amount < amountOf(trough)) {
      trough = point;
    } else if (amount > amountOf(trough) + ROUNDING_FEN && amountOf(peak) - amountOf(trough) > ROUNDING_FEN) {
      // It rises again below the peak: the next fall is another one.
      finish();
      peak = point;
    }
  }
  finish();
  return falls;
}

/** Rounding lets an amount stand for a few fen of cost after the edge at which it begins to fall: the edge itself is named. */
function edgeBefore(points: readonly Point[], peak: Point, amountOf: (point: Point) => Fen): Point {
  const near = points.filter(({ costFen, isEdge }) => isEdge && costFen <= peak.costFen && peak.costFen - costFen <= NEAR_FEN);
  const same = near.filter((point) => amountOf(peak) - amountOf(point) <= 1);
  return same.at(-1) ?? peak;
}
