/** Values that are mostly at hand: what is, is not waited for. A pause for each of millions of facts is a tenth of the time. */
export type Soon<T> = T | Promise<T>;

/** What follows from a value, at once where it is at hand. */
export function once<T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
