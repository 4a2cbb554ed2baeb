/**
 * The door of `money`: whole fen, basis points, the one place that rounds, conserving splits. Imports nothing. By name and not
 * with a star: a starred door looks each function up by its name at every call, and every settlement calls them many times.
 */
export { addFen, assertFen, excessFen, type Fen, isFen, MAX_FEN, minFen, subtractFen, sumFen } from './fen';
export { type Bp, FULL_BP, limitOf, overlapFen, type RatedPart, ratioBp, shareOf, shareOfParts, splitFen } from './rate';
export { formatBp, formatYuan } from './format';
