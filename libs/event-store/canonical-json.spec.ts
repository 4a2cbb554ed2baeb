/** Our canonical text against an independent implementation of RFC 8785, and the refusals. */
import fc from 'fast-check';
// By its path: the package names an entry for `import` only, and what Jest compiles asks with `require`.
import canonicalize from '../../node_modules/canonicalize/lib/canonicalize.js';
import { canonicalJson } from './canonical-json';
import { InvalidEvent } from './event-store';

describe('canonicalJson', () => {
  it('gives what an independent canonicaliser gives, for any JSON value', () => {
    const key = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: 0, max: 200 }).map(String),
      fc.constantFrom('\ue000', '😀'),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(value, (any) => {
        expect(canonicalJson(any)).toBe(canonicalize(any));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['keys in order', { a: 1, b: [{ c: null, d: true }] }, '{"a":1,"b":[{"c":null,"d":true}]}'],
    ['keys out of order, deep inside', { a: [{ z: 1, b: { y: 2, x: 3 } }] }, '{"a":[{"b":{"x":3,"y":2},"z":1}]}'],
    ['keys that look like integers', { 9: 1, 10: 2 }, '{"10":2,"9":1}'],
    ['upper case before lower case', { a: 1, B: 2 }, '{"B":2,"a":1}'],
    ['UTF-16 order, not code point order', { '\ue000': 1, '😀': 2 }, '{"😀":2,"\ue000":1}'],
    ['undefined members are left out', { b: undefined, a: 1, A: undefined }, '{"a":1}'],
    ['minus zero', { n: -0 }, '{"n":0}'],
    ['a text that looks like an escaped surrogate', { t: '\\ud800' }, '{"t":"\\\\ud800"}'],
    ['an object without a prototype', Object.assign(Object.create(null), { b: 1, a: 2 }), '{"a":2,"b":1}'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  it.each([
    ['nothing', undefined],
    ['NaN', { n: Number.NaN }],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a bigint', { n: 1n }],
    ['a function', { f: () => 1 }],
    ['a symbol', { s: Symbol('s') }],
    ['a hole in an array', [1, undefined]],
    ['a Date', { d: new Date(0) }],
    ['a Map', new Map()],
    ['an object with a JSON form of its own', { toJSON: () => 1 }],
    ['half a surrogate pair in a text', { t: 'x\udc00' }],
    ['half a surrogate pair in a key', { '\ud800': 1 }],
    ['half a surrogate pair behind keys out of order', { b: 1, a: ['\ud800'] }],
    ['a cycle', loop],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(InvalidEvent);
  });
});
