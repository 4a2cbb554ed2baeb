/** Pieces and texts stand as they were put, at every place where the bytes at hand come to their end. */
import fc from 'fast-check';
import { JsonBytes } from './json-bytes';

/** The first piece of memory, in bytes. */
const AT_HAND = 16_384;

it('joins what was put, whatever it is and however long', () => {
  const put = fc.oneof(
    fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 40 }) }),
    fc.record({ piece: fc.uint8Array({ maxLength: 40 }) }),
  );
  const bytes = new JsonBytes();
  fc.assert(
    fc.property(fc.nat(40), fc.array(put, { maxLength: 20 }), (before, puts) => {
      const filling = Buffer.alloc(AT_HAND - before, 'x');
      bytes.begin();
      bytes.piece(filling);
      const parts: Uint8Array[] = [filling];
      for (const each of puts) {
        if ('text' in each) bytes.text(each.text);
        else bytes.piece(each.piece);
        parts.push('piece' in each ? each.piece : Buffer.from(each.text));
      }
      expect(bytes.take().equals(Buffer.concat(parts))).toBe(true);
    }),
  );
});

it.each([
  ['a piece', (bytes: JsonBytes) => bytes.piece(Buffer.from('12345'))],
  ['a text', (bytes: JsonBytes) => bytes.text('12345')],
])('keeps what was taken when %s comes that no longer fits', (_, put) => {
  for (let room = 0; room <= 40; room += 1) {
    const bytes = new JsonBytes();
    const filling = 'x'.repeat(AT_HAND - room);
    bytes.piece(Buffer.from(filling));
    put(bytes);
    const taken = bytes.take();
    bytes.begin();
    put(bytes);
    expect(taken.toString()).toBe(`${filling}12345`);
    expect(bytes.take().toString()).toBe('12345');
  }
});
