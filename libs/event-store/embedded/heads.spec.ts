/** Heads that the writer keeps: never an old one, and those of streams that go on outlive those of streams that do not. */
import fc from 'fast-check';
import { type Head, Heads } from './heads';

const head = (no: number, revision: number): Head => ({ no, revision, hash: '0'.repeat(64), recordedAt: 1 });

test('the head that is told is the last that was kept', () => {
  const streams = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(fc.array(streams, { maxLength: 40 }), (appends) => {
      const heads = new Heads();
      const last = new Map<string, Head>();
      for (const stream of appends) {
        const before = heads.get(stream);
        expect(before).toBe(last.get(stream));
        const after = head(stream.charCodeAt(0), (before?.revision ?? -1) + 1);
        if (before === undefined) heads.begun(stream, after);
        else heads.known(stream, after);
        last.set(stream, after);
      }
      for (const [stream, kept] of last) expect(heads.get(stream)).toBe(kept);
      heads.clear();
      for (const stream of last.keys()) expect(heads.get(stream)).toBeUndefined();
    }),
  );
});

test('streams that were written once make way for one another, and not those that go on', () => {
  const heads = new Heads();
  heads.begun('goes on', head(1, 0));
  heads.known('goes on', head(1, 1));
  heads.begun('once', head(2, 0));
  for (let no = 3; no < 10_000; no += 1) heads.begun(`stream-${no}`, head(no, 0));
  expect(heads.get('goes on')).toEqual(head(1, 1));
  expect(heads.get('once')).toBeUndefined();
  expect(heads.get('stream-9999')).toEqual(head(9_999, 0));
});
