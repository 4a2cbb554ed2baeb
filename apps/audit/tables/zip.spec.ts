/** A part that is deflated as it is made is the part; a long sheet is whole. */
import { crc32, inflateRawSync } from 'node:zlib';
import { inPortions } from './portions';
import { xlsxOf } from './xlsx';
import { deflated } from './zip';

const rows = Array.from({ length: 5_000 }, (_, n) => [n, `第 ${n} 行 💊`, null, 'x<y']);

test.each([0, 1, 40_000])('%d pieces, deflated portion by portion', (count) => {
  const pieces = Array.from({ length: count }, (_, n) => `第 ${n} 条 💊`);
  const { packed, crc, length } = deflated(pieces);
  const raw = Buffer.from(pieces.join(''));
  expect(inflateRawSync(packed).equals(raw)).toBe(true);
  expect([crc, length]).toEqual([crc32(raw), raw.length]);
});

test('portions are long, few, and the text', () => {
  const pieces = Array.from({ length: 100_000 }, () => 'abc');
  const portions = [...inPortions(pieces)];
  expect(portions.map(({ length }) => length)).toEqual([65_538, 65_538, 65_538, 65_538, 37_848]);
  expect(portions.join('')).toBe(pieces.join(''));
  expect([...inPortions([])]).toEqual([]);
});

test('a sheet of a generator has every row', () => {
  const table = { name: 't', head: ['a', 'b', 'c', 'd'], rows: rows.values() };
  const sheet = partOf(xlsxOf(table), 'xl/worksheets/sheet1.xml');
  expect(sheet.match(/<row r="\d+">/g)).toHaveLength(1 + rows.length);
  expect(sheet).toContain(
    '<row r="5001"><c r="A5001"><v>4999</v></c><c r="B5001" t="inlineStr"><is><t xml:space="preserve">第 4999 行 💊</t></is></c>' +
      '<c r="D5001" t="inlineStr"><is><t xml:space="preserve">x&#60;y</t></is></c></row></sheetData></worksheet>',
  );
});

/** Found by its own head, with the sizes that it tells. */
function partOf(archive: Buffer, name: string): string {
  const at = archive.indexOf(name) - 30;
  const packed = archive.subarray(at + 30 + name.length, at + 30 + name.length + archive.readUInt32LE(at + 18));
  const raw = inflateRawSync(packed);
  expect([archive.readUInt32LE(at), crc32(raw), raw.length]).toEqual([
    0x04034b50,
    archive.readUInt32LE(at + 14),
    archive.readUInt32LE(at + 22),
  ]);
  return raw.toString();
}
