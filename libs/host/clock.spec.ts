/** A day begins at midnight in China, wherever the machine stands and whichever day was asked for before. */
import { dayInChina } from './clock';

test('the day in China changes at 16:00 UTC, forwards and back', () => {
  for (const [instant, day] of [
    ['2018-03-19T15:59:59.999Z', '2018-03-19'],
    ['2018-03-19T16:00:00.000Z', '2018-03-20'],
    ['2018-03-20T15:59:59.999Z', '2018-03-20'],
    ['2016-02-28T16:00:00.000Z', '2016-02-29'],
    ['1969-12-31T15:59:59.999Z', '1969-12-31'],
    ['2018-03-19T15:59:59.999Z', '2018-03-19'],
  ] as const) {
    expect(dayInChina(new Date(instant))).toBe(day);
  }
  expect(() => dayInChina(new Date(NaN))).toThrow(RangeError);
});
