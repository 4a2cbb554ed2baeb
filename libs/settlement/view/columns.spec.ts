/** The ground under every printed column: widths of Chinese and Latin text, line breaks, bars. */
import { bar, columnsOf, padLeft, padRight, wrap } from './columns';

test('a Chinese character takes two columns, a Latin one takes one', () => {
  expect(columnsOf('起付线 A')).toBe(8);
  expect(padRight('起付线', 8)).toBe('起付线  ');
  expect(padLeft('起付线', 8)).toBe('  起付线');
  expect(padRight('起付线', 3)).toBe('起付线');
});

test('wraps between Chinese characters and between Latin words, and never begins a line with a closing mark', () => {
  expect(wrap('按次计算，为待县确认的假定。', 9)).toEqual(['按次计算，', '为待县确', '认的假定。']);
  expect(wrap('assumed, to be confirmed', 14)).toEqual(['assumed, to be', 'confirmed']);
  expect(wrap('', 10)).toEqual([]);
});

test('a bar grows with the share, and what is above zero is seen', () => {
  expect([0, 1, 5_000, 10_000].map((bp) => bar(bp, 10))).toEqual(['', '▏', '█████', '██████████']);
});

test('a line breaks where the next piece no longer fits, never inside a word, and carries no blanks at its ends', () => {
  expect(wrap('one  two', 8)).toEqual(['one  two']);
  expect(wrap('one  two', 7)).toEqual(['one', 'two']);
  expect(wrap('abcdefghij', 4)).toEqual(['abcdefghij']);
  expect(wrap('  one', 10)).toEqual(['  one']);
  expect(wrap('one two   ', 4)).toEqual(['one', 'two']);
  expect(wrap('   ', 10)).toEqual([]);
  expect(wrap('起付线（元）', 7)).toEqual(['起付线', '（元）']);
  expect(wrap('按 级别', 4)).toEqual(['按', '级别']);
});
