/** Falls on curves written by hand. */
import type { Point } from './curve';
import { fallsOf } from './falls';

/** A curve of [cost, amount] pairs; "!" marks an edge: the next bill is computed differently. */
function fallsIn(...pairs: readonly (readonly [number, number, '!'?])[]): [number, number, number][] {
  const points = pairs.map(([costFen, selfPayFen, edge]): Point => {
    const none = { inScopeFen: costFen, totalFen: costFen, sharesFen: 0, hospitalFen: 0, hospitalExcessFen: 0, cut: [] };
    return { costFen, selfPayFen, isEdge: edge === '!', ...none };
  });
  return fallsOf(points, ({ selfPayFen }) => selfPayFen).map(({ from, to }) => {
    return [from.costFen, to.costFen, from.selfPayFen - to.selfPayFen];
  });
}

test('a rising curve and one that wavers by rounding have none', () => {
  expect(fallsIn()).toEqual([]);
  expect(fallsIn([0, 0], [10, 10], [20, 10], [30, 12])).toEqual([]);
  expect(fallsIn([0, 100], [10, 95], [20, 101], [30, 96])).toEqual([]);
});

test('from the last bill at the peak to the first at the bottom, also where the curve ends there', () => {
  expect(fallsIn([0, 0], [10, 100], [11, 100], [20, 60], [30, 60], [40, 200])).toEqual([[11, 20, 40]]);
  expect(fallsIn([0, 100], [10, 94])).toEqual([[0, 10, 6]]);
});

test('a slow fall counts as a whole; a second one below the first peak is another', () => {
  expect(fallsIn([0, 100], [1, 98], [2, 96], [3, 94])).toEqual([[0, 3, 6]]);
  expect(fallsIn([0, 100], [10, 50], [20, 80], [30, 40], [40, 300])).toEqual([
    [0, 10, 50],
    [20, 30, 40],
  ]);
});

test('the edge of the law is named, not the bill a few fen later to which rounding carried the peak', () => {
  expect(fallsIn([100, 50, '!'], [103, 51], [500, 20])).toEqual([[100, 500, 30]]);
  expect(fallsIn([80, 51, '!'], [103, 51], [500, 20])).toEqual([[103, 500, 31]]);
});

test('it rises again only beyond rounding: five fen are none, six make the next fall another one', () => {
  expect(fallsIn([0, 100], [10, 50], [20, 55], [30, 40])).toEqual([[0, 30, 60]]);
  expect(fallsIn([0, 100], [10, 50], [20, 56], [30, 40])).toEqual([
    [0, 10, 50],
    [20, 30, 16],
  ]);
  // What has not fallen beyond rounding has not fallen: the peak stays the peak.
  expect(fallsIn([0, 100], [10, 95], [20, 99], [30, 90])).toEqual([[0, 30, 10]]);
  expect(fallsIn([0, 100], [10, 90], [20, 91], [30, 89])).toEqual([[0, 30, 11]]);
});

test('an edge is named within ten fen before the peak, with an amount that rounding explains', () => {
  expect(fallsIn([93, 50, '!'], [103, 51], [500, 20])).toEqual([[93, 500, 30]]);
  expect(fallsIn([92, 50, '!'], [103, 51], [500, 20])).toEqual([[103, 500, 31]]);
  expect(fallsIn([100, 49, '!'], [103, 51], [500, 20])).toEqual([[103, 500, 31]]);
  expect(fallsIn([100, 51], [103, 51, '!'], [500, 20])).toEqual([[103, 500, 31]]);
  expect(fallsIn([100, 51], [103, 50, '!'], [500, 20])).toEqual([[100, 500, 31]]);
});
