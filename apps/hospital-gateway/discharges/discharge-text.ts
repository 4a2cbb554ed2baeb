/** A discharge as text, wherever it came from: the checks of a single post's body. */
import { BODY_LIMIT_BYTES, Problem, validated } from '@oss/host';
import { DischargeRequest } from './discharge.dto';

/**
 * @param content JSON in UTF-8; null when it was above 512 KiB
 * @param what how the sender calls it: "the line", "the message"
 * @throws Problem `body-too-large`, `malformed-json`, `invalid-body`
 */
export function dischargeIn(content: Uint8Array | null, what: string): DischargeRequest {
  if (content === null || content.length > BODY_LIMIT_BYTES) throw new Problem('body-too-large', `${what} is above 512 KiB`);
  let plain: unknown;
  try {
    plain = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    // The parser's own message is not repeated: it quotes the text.
    throw new Problem('malformed-json', `${what} is not JSON in UTF-8`, { cause: error });
  }
  return validated(DischargeRequest, plain);
}
