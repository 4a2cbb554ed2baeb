/** How long a caller wants to wait for a completion (RFC 7240). */

/** Longest wait that a caller may ask for, in seconds. */
const MAX_WAIT_SECONDS = 60;

/** Seconds of `Prefer: wait=N` (RFC 7240), bounded; another preference or none leaves the default. */
export function waitSeconds(prefer: string | undefined, fallback: number): number {
  const match = /(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])/.exec(prefer ?? '');
  return match === null ? fallback : Math.min(Number(match[1]), MAX_WAIT_SECONDS);
}
