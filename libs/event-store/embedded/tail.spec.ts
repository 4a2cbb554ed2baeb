/** The tail answers for exactly the events that it still keeps: bounded by number and size, shortened by release. */
import { Recorded } from '../recorded';
import { Tail } from './tail';

const MAX_EVENTS = 2_048;

function event(position: number, text = '{}'): Recorded {
  return new Recorded(BigInt(position), 'a', position, 'id', 'T', text, '2018-01-01T00:00:00.000Z', '', undefined, undefined);
}

/** Positions from 0 to two beyond the last that the tail answers for. */
function kept(tail: Tail): number[] {
  const positions = Array.from({ length: tail.last + 3 }, (_, position) => position);
  return positions.filter((position) => {
    const found = tail.at(position);
    if (found !== undefined) expect(found.position).toBe(BigInt(position));
    return found !== undefined;
  });
}

function tailOf(after: number, count: number): Tail {
  const tail = new Tail();
  tail.last = after;
  for (let position = after + 1; position <= after + count; position += 1) tail.push(event(position));
  return tail;
}

describe('tail of the log', () => {
  it('keeps what was pushed behind the position it began at', () => {
    expect(kept(tailOf(0, 0))).toEqual([]);
    expect(kept(tailOf(5, 3))).toEqual([6, 7, 8]);
  });

  it('keeps the last 2 048, whatever place in its ring they have', () => {
    for (const after of [0, 7, MAX_EVENTS - 1, 3 * MAX_EVENTS]) {
      const count = MAX_EVENTS + 10;
      const expected = Array.from({ length: MAX_EVENTS }, (_, index) => after + count - MAX_EVENTS + 1 + index);
      expect(kept(tailOf(after, count))).toEqual(expected);
    }
  });

  it('lets go what everybody has taken, and nothing else', () => {
    const tail = tailOf(10, 6);
    tail.release(9);
    expect(kept(tail)).toEqual([11, 12, 13, 14, 15, 16]);
    tail.release(13);
    expect(kept(tail)).toEqual([14, 15, 16]);
    tail.release(12);
    expect(kept(tail)).toEqual([14, 15, 16]);
    tail.release(16);
    expect(kept(tail)).toEqual([]);
    tail.push(event(17));
    expect(kept(tail)).toEqual([17]);
  });

  it('keeps at most four million characters, and the last event however long it is', () => {
    const tail = new Tail();
    const million = 'x'.repeat(1_000_000);
    for (let position = 1; position <= 6; position += 1) tail.push(event(position, million));
    expect(kept(tail)).toEqual([3, 4, 5, 6]);
    tail.push(event(7, 'x'.repeat(5_000_000)));
    expect(kept(tail)).toEqual([7]);
    tail.push(event(8));
    expect(kept(tail)).toEqual([8]);
  });
});
