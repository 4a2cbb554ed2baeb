/** How payers share one line: weights in basis points, the last takes what remains. */
import type { Bp } from '@oss/money';
import type { CompiledLine } from '@oss/policy';

/** The weights of a shared line, the last one filled in so that they add up to 10 000. */
export function splitWeights({ weights }: CompiledLine): Bp[] {
  const given = weights.map((weight) => weight?.value ?? 0);
  given[given.length - 1] = 10_000 - given.reduce((sum, weight) => sum + weight, 0);
  return given;
}
