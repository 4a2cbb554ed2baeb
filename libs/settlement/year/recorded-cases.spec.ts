/** A year's recorded cases are a value, although all that grew out of one another share one map. */
import { RecordedCases } from './recorded-cases';

describe('recorded cases', () => {
  it('know what was recorded, and no later case of the same year', () => {
    const one = RecordedCases.of('a/1');
    const two = one.with('b/1');
    expect([one.has('a/1'), one.has('b/1')]).toEqual([true, false]);
    expect([two.has('a/1'), two.has('b/1'), two.has('a/2')]).toEqual([true, true, false]);
    expect([RecordedCases.NONE.keys(), one.keys(), two.keys()]).toEqual([[], ['a/1'], ['a/1', 'b/1']]);
  });

  it.each([[['a/1']], [['a/1', 'b/1']]])(
    'two successors of a year with %j do not see each other, in whichever order they go on',
    (before) => {
      const year = RecordedCases.of(...before);
      const left = year.with('left/1');
      const right = year.with('right/1');
      const further = right.with('left/1').with('c/1');
      expect(left.with('d/1').keys()).toEqual([...before, 'left/1', 'd/1']);
      expect(right.keys()).toEqual([...before, 'right/1']);
      expect(further.keys()).toEqual([...before, 'right/1', 'left/1', 'c/1']);
      expect([left.has('right/1'), left.has('c/1'), year.has('left/1')]).toEqual([false, false, false]);
    },
  );

  it('nothing grows on the empty one, and a case counts once', () => {
    expect([RecordedCases.of('a/1').keys(), RecordedCases.of('b/1').keys(), RecordedCases.NONE.keys()]).toEqual([
      ['a/1'],
      ['b/1'],
      [],
    ]);
    const one = RecordedCases.of('a/1');
    expect(one.with('a/1')).toBe(one);
  });
});
