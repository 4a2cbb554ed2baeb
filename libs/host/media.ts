/** Which of the types that a route has suits the Accept header best (RFC 9110 §12.5.1). */
import Negotiator from 'negotiator';

/** As our answers are sent, so that a client may ask for it by name. */
const CHARSET = '; charset=utf-8';

/** @param offered without parameters, in the order of preference @returns null when none of them is accepted */
export function acceptedOf<T extends string>(header: string | undefined, offered: readonly T[]): T | null {
  const sent = offered.map((type) => `${type}${CHARSET}`);
  const [best] = new Negotiator({ headers: { accept: header || '*/*' } }).mediaTypes(sent);
  return best === undefined ? null : offered[sent.indexOf(best)]!;
}
