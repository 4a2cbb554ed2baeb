/**
 * Bytes of a roster as text: UTF-8 with or without BOM, or GB18030 (what Chinese Excel saves as CSV). ASCII is the same in
 * both, so the decision waits for the first other byte and rests on a stretch after it; memory stays bounded.
 */

/** Bytes that decide: long enough that GB18030 text never passes for UTF-8 by chance. */
const SAMPLE_BYTES = 16 * 1024;

type Encoding = 'utf-8' | 'gb18030';

export async function* rosterText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of bytes) {
    if (decoder !== null) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < SAMPLE_BYTES) continue;
    const sample = Buffer.concat(held);
    const beginsAt = sample.findIndex((byte) => byte >= 0x80);
    const isAscii = beginsAt === -1;
    if (!isAscii && sample.length - beginsAt < SAMPLE_BYTES) continue;
    held = [];
    heldBytes = 0;
    if (isAscii) {
      yield sample.toString('latin1');
    } else {
      decoder = new TextDecoder(encodingOf(sample, true));
      yield decoder.decode(sample, { stream: true });
    }
  }
  const rest = Buffer.concat(held);
  decoder ??= new TextDecoder(encodingOf(rest, false));
  yield decoder.decode(rest);
}

/** @param cut whether more bytes follow, so that a character may be cut in two at the end */
function encodingOf(sample: Uint8Array, cut: boolean): Encoding {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: cut });
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}
