/** The door of `money`: whole fen, basis points, the one place that rounds, conserving splits. Imports nothing. */
export * from './fen';
export * from './rate';
export * from './format';
