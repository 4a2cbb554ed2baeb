/** PassingMap against the Map that it stands for: same entries, same order, whenever it moves. */
import fc from 'fast-check';
import { PassingMap } from './passing-map';

type Step = { readonly kind: 'set' | 'delete'; readonly key: number; readonly value: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind']>('set', 'set', 'delete'),
  key: fc.nat(300),
  value: fc.nat(),
});

describe('PassingMap', () => {
  it('holds what a Map holds, in the same order, however often it moves', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1_000, size: 'max' }), (steps) => {
        const map = new Map<number, number>();
        const passing = new PassingMap<number, number>();
        for (const { kind, key, value } of steps) {
          if (kind === 'set') {
            map.set(key, value);
            passing.set(key, value);
          } else expect(passing.delete(key)).toBe(map.delete(key));
          expect(passing.size).toBe(map.size);
          expect(passing.get(key)).toBe(map.get(key));
          expect(passing.has(key)).toBe(map.has(key));
        }
        expect([...passing]).toEqual([...map]);
        expect([...passing.values()]).toEqual([...map.values()]);
      }),
    );
  });

  it('begins with the entries that it is given', () => {
    const passing = new PassingMap([
      ['a', 1],
      ['b', 2],
    ]);
    expect([...passing]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('a walk that began before it moved sees what stood there then', () => {
    const passing = new PassingMap([[-1, 'first']]);
    const walk = passing.values();
    for (let key = 0; key < 1_000; key += 1) {
      passing.set(key, 'later');
      passing.delete(key);
    }
    expect(walk.next().value).toBe('first');
  });
});
