/** Lines are the same however the bytes arrive; one that is too long is counted and skipped, never kept. */
import fc from 'fast-check';
import { ndjsonLines } from './ndjson-lines';

const LIMIT = 8;

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let rest = Buffer.from(text);
  for (let turn = 0; rest.length > 0; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield rest.subarray(0, size);
    rest = rest.subarray(size);
  }
}

async function linesOf(chunks: AsyncIterable<Uint8Array>): Promise<(readonly [number, string | null, number])[]> {
  const lines: (readonly [number, string | null, number])[] = [];
  for await (const { line, content, bytes } of ndjsonLines(chunks, LIMIT)) lines.push([line, content?.toString() ?? null, bytes]);
  return lines;
}

test.each([
  ['', []],
  ['a', [[1, 'a', 1]]],
  ['a\n', [[1, 'a', 1]]],
  ['\n', [[1, '', 0]]],
  [
    'a\r\n\nb',
    [
      [1, 'a\r', 2],
      [2, '', 0],
      [3, 'b', 1],
    ],
  ],
  [
    '12345678\n123456789\n姓名\n',
    [
      [1, '12345678', 8],
      [2, null, 0],
      [3, '姓名', 6],
    ],
  ],
  ['123456789', [[1, null, 0]]],
])('%j', async (text, expected) => {
  expect(await linesOf(cut(text, [3]))).toEqual(expected);
});

test('however the bytes are cut (property)', async () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom('a', '姓', '\n', '\r', '{'), maxLength: 12 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), async (parts, sizes) => {
      const text = parts.join('\n');
      const all = text.split('\n');
      if (all.at(-1) === '') all.pop();
      const expected = all.map((line, index) => {
        const bytes = Buffer.byteLength(line);
        return bytes > LIMIT ? [index + 1, null, 0] : [index + 1, line, bytes];
      });
      expect(await linesOf(cut(text, sizes))).toEqual(expected);
    }),
  );
});

test('a line of four gigabytes is skipped: the lines around it are there', async () => {
  const mebibyte = new Uint8Array(1_048_576).fill(0x61);
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first\n');
    // More than any buffer could hold.
    for (let n = 0; n < 4_096; n += 1) yield mebibyte;
    yield Buffer.from('\nlast');
  }
  expect(await linesOf(endless())).toEqual([
    [1, 'first', 5],
    [2, null, 0],
    [3, 'last', 4],
  ]);
});
