/** Small pieces of a long text joined to portions that are worth a write or a compression of their own. */
const PORTION_CHARS = 65_536;

/** The same text; each portion but the last has at least so many characters. */
export function* inPortions(pieces: Iterable<string>): Generator<string> {
  let portion: string[] = [];
  let chars = 0;
  for (const piece of pieces) {
    portion.push(piece);
    chars += piece.length;
    if (chars < PORTION_CHARS) continue;
    yield portion.join('');
    portion = [];
    chars = 0;
  }
  if (chars > 0) yield portion.join('');
}
