/**
 * A stream of bytes as numbered lines, split at LF. A line above the limit is counted and skipped as it comes, never kept:
 * memory is bounded by one line, whatever a sender does.
 */

const LF = 0x0a;

export interface NdjsonLine {
  /** From 1; blank lines count. */
  readonly line: number;
  /** The line without its LF; null when it is above the limit. */
  readonly content: Buffer | null;
  /** What is kept of the line. */
  readonly bytes: number;
}

/** @param limitBytes longest line that is handed on; a last line without LF counts, an empty one after the last LF does not */
export async function* ndjsonLines(chunks: AsyncIterable<Uint8Array>, limitBytes: number): AsyncGenerator<NdjsonLine> {
  let line = 1;
  let held: Uint8Array[] = [];
  let bytes = 0;
  const hold = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > limitBytes) held = [];
    else if (part.length > 0) held.push(part);
  };
  const take = (): NdjsonLine => {
    const content = bytes > limitBytes ? null : Buffer.concat(held);
    held = [];
    bytes = 0;
    return { line: line++, content, bytes: content?.length ?? 0 };
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      hold(chunk.subarray(from, at));
      from = at + 1;
      yield take();
    }
    hold(chunk.subarray(from));
  }
  if (bytes > 0) yield take();
}
