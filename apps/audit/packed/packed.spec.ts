/** What was packed comes back as it was, over block and chunk bounds; a map finds what stands in it and nothing else. */
import { PackedList } from './packed-list';
import { hashOf, PackedMap } from './packed-map';

const finding = (n: number) => ({ id: `case-${n}`, fen: n * 7, zh: `第 ${n} 条 "💊"\n`, list: [n, null] });

test.each([0, 1, 255, 256, 257, 1_000])('a list of %d values, read twice', (count) => {
  const list = new PackedList<ReturnType<typeof finding>>();
  const pushed = Array.from({ length: count }, (_, n) => finding(n));
  for (const each of pushed) list.push(each);
  expect(list.length).toBe(count);
  expect([...list]).toEqual(pushed);
  expect([...list]).toEqual(pushed);
});

test('a map of more entries than its first slots and its first chunk hold', () => {
  const map = new PackedMap<ReturnType<typeof finding>>();
  const count = 20_000;
  for (let n = 0; n < count; n += 1) map.set(`H${n % 24}\nINV${n}`, finding(n));
  expect(map.size).toBe(count);
  const wrong = Array.from({ length: count }, (_, n) => n).filter(
    (n) =>
      JSON.stringify(map.get(`H${n % 24}\nINV${n}`)) !== JSON.stringify(finding(n)) ||
      map.get(`H${n % 24}\nINV${n + count}`) !== undefined,
  );
  expect(wrong).toEqual([]);
});

test('a map: another value in place of the first, keys and values of any length', () => {
  const map = new PackedMap<string>();
  const long = '票'.repeat(700_000);
  map.set('a', 'one');
  map.set(long, `long ${long}`);
  map.set('', 'nothing');
  map.set('a', 'two');
  expect([map.size, map.get('a'), map.get(''), map.get('b')]).toEqual([3, 'two', 'nothing', undefined]);
  expect(map.get(long) === `long ${long}`).toBe(true);
});

test('keys whose hashes are equal are told apart', () => {
  const byHash = new Map<number, string>();
  let pair: readonly [string, string] | null = null;
  // By the birthday paradox two of some 80 000 texts share their 32 bits.
  for (let n = 0; pair === null; n += 1) {
    const key = `INV${n}`;
    const other = byHash.get(hashOf(key));
    if (other !== undefined) pair = [other, key];
    byHash.set(hashOf(key), key);
  }
  const map = new PackedMap<number>();
  map.set(pair[0], 1);
  expect(map.get(pair[1])).toBeUndefined();
  map.set(pair[1], 2);
  expect([map.size, map.get(pair[0]), map.get(pair[1])]).toEqual([2, 1, 2]);
});
