/** Money: exact against big-integer arithmetic over the whole safe range, and every split conserves. */
import * as fc from 'fast-check';
import { addFen, assertFen, excessFen, isFen, MAX_FEN, minFen, subtractFen, sumFen } from './fen';
import { formatBp, formatYuan } from './format';
import { limitOf, overlapFen, ratioBp, shareOf, shareOfParts, splitFen } from './rate';

const fen = fc.oneof(fc.integer({ min: 0, max: 100_000_000 }), fc.maxSafeNat());
const bp = fc.integer({ min: 0, max: 10_000 });

describe('fen', () => {
  it('is a whole, safe, non-negative number', () => {
    expect([0, 1, MAX_FEN].every(isFen)).toBe(true);
    expect([-1, 0.5, MAX_FEN + 1, NaN, Infinity, '1', null].some(isFen)).toBe(false);
    expect(() => assertFen(1.5, 'x')).toThrow('x must be whole fen');
  });

  it('refuses a sum above the range and a difference below zero', () => {
    expect(addFen(1, 2)).toBe(3);
    expect(() => addFen(MAX_FEN, 1)).toThrow(RangeError);
    expect(subtractFen(3, 3)).toBe(0);
    expect(() => subtractFen(2, 3)).toThrow(RangeError);
    expect(() => sumFen([MAX_FEN, 1])).toThrow(RangeError);
    expect(sumFen([1, 2, 3])).toBe(6);
    expect(excessFen(5, 3)).toBe(2);
    expect(excessFen(3, 5)).toBe(0);
    expect(minFen(3, 5)).toBe(3);
    expect(minFen(5, 3)).toBe(3);
  });
});

describe('rates', () => {
  it('round half up, to the fen', () => {
    expect(shareOf(1, 5_000)).toBe(1);
    expect(shareOf(1, 4_999)).toBe(0);
    expect(shareOf(3_015_117, 9_000)).toBe(2_713_605);
    expect(limitOf(199, 1_000)).toBe(19);
    expect(ratioBp(1_719_057, 18_877_801)).toBe(911);
    expect(ratioBp(0, 0)).toBe(0);
  });

  it('equal exact arithmetic for every safe amount', () => {
    fc.assert(
      fc.property(fen, bp, (amount, rate) => {
        expect(BigInt(shareOf(amount, rate))).toBe((BigInt(amount) * BigInt(rate) + 5_000n) / 10_000n);
        expect(BigInt(limitOf(amount, rate))).toBe((BigInt(amount) * BigInt(rate)) / 10_000n);
      }),
    );
  });

  it('tell what share a part is, half up, exactly for every safe amount', () => {
    const ratio = (part: number, whole: number): void =>
      expect(BigInt(ratioBp(part, whole))).toBe((BigInt(part) * 20_000n + BigInt(whole)) / (2n * BigInt(whole)));
    fc.assert(fc.property(fen, fen, (a, b) => ratio(Math.min(a, b), Math.max(a, b, 1))));
    // 1 of 20 000 is half a basis point.
    ratio(1, 20_000);
    ratio(1, 20_001);
    // Around the last amount that is reckoned without big integers.
    for (const whole of [990, 991, 992, 993]) ratio(450_359_962_737, whole);
  });

  it('round the sum of parts once, not each part', () => {
    expect(
      shareOfParts([
        { fen: 1, bp: 5_000 },
        { fen: 1, bp: 5_000 },
      ]),
    ).toBe(1);
    fc.assert(
      fc.property(fc.array(fc.record({ fen: fc.integer({ min: 0, max: 2 ** 50 }), bp }), { maxLength: 5 }), (parts) => {
        const exact = parts.reduce((sum, part) => sum + BigInt(part.fen) * BigInt(part.bp), 0n);
        expect(BigInt(shareOfParts(parts))).toBe((exact + 5_000n) / 10_000n);
      }),
    );
  });

  it('are exact where the product just leaves the safe range: a double would round it to the next even number', () => {
    // fen × bp + 5 000 is 2^53 + 3 007, of which a double holds 2^53 + 3 008: the next multiple of 10 000.
    const [amount, rate] = [1_286_742_750_677_857, 7];
    expect(shareOf(amount, rate)).toBe(900_719_925_474);
    expect(shareOfParts([{ fen: amount, bp: rate }])).toBe(900_719_925_474);
  });

  it.each([
    ['shareOf, amount', (): unknown => shareOf(-1, 1), 'an amount must be whole fen between 0 and 9007199254740991, got -1'],
    ['shareOf, rate below zero', (): unknown => shareOf(1, -1), 'a rate must be whole basis points from 0, got -1'],
    ['shareOf, broken rate', (): unknown => shareOf(1, 0.5), 'a rate must be whole basis points from 0, got 0.5'],
    ['shareOf, result', (): unknown => shareOf(MAX_FEN, 10_001), 'a share must be whole fen between 0 and 9007199254740991'],
    ['limitOf, amount', (): unknown => limitOf(1.5, 1), 'an amount must be whole fen between 0 and 9007199254740991, got 1.5'],
    ['limitOf, rate', (): unknown => limitOf(1, -1), 'a rate must be whole basis points from 0, got -1'],
    ['shareOfParts, amount', (): unknown => shareOfParts([{ fen: -1, bp: 1 }]), 'an amount must be whole fen'],
    ['shareOfParts, rate', (): unknown => shareOfParts([{ fen: 1, bp: 0.5 }]), 'a rate must be whole basis points'],
    ['ratioBp, part', (): unknown => ratioBp(-1, 1), 'a part must be whole fen'],
    ['ratioBp, whole', (): unknown => ratioBp(1, -1), 'a whole must be whole fen'],
    ['splitFen, total', (): unknown => splitFen(-1, [10_000]), 'an amount to split must be whole fen'],
    ['splitFen, weights', (): unknown => splitFen(1, [5_000, 4_000]), 'must add up to 10000 basis points, got 5000 + 4000'],
    ['splitFen, no weights', (): unknown => splitFen(1, []), 'must add up to 10000 basis points, got '],
    ['addFen', (): unknown => addFen(MAX_FEN, 1), 'a sum of fen must be whole fen between 0 and 9007199254740991'],
    ['subtractFen', (): unknown => subtractFen(2, 3), 'a difference of fen must be whole fen'],
    ['formatYuan', (): unknown => formatYuan(-1), 'an amount must be whole fen'],
  ])('refuse what is no amount and no rate, and say which: %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

describe('splits', () => {
  it('always sum to the whole and give no part below zero', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 5 }).map((cuts) => {
      const marks = [0, ...[...cuts].sort((a, b) => a - b), 10_000];
      return marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0));
    });
    fc.assert(
      fc.property(fen, weights, (total, parts) => {
        const split = splitFen(total, parts);
        expect(split.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total));
        expect(split.every(isFen)).toBe(true);
      }),
    );
  });

  it('gives the last the remainder', () => {
    expect(splitFen(253_547, [5_000, 5_000])).toEqual([126_774, 126_773]);
  });
});

describe('bands and print', () => {
  it('measures the piece of a band', () => {
    expect(overlapFen(0, 100, 40, 60)).toBe(20);
    expect(overlapFen(50, 100, 40, null)).toBe(50);
    expect(overlapFen(0, 30, 40, 60)).toBe(0);
  });

  it('prints yuan and percent', () => {
    expect([0, 7, 100, 99_999, 100_010, 100_100_905, 5_200_000, 123_456_789_012].map(formatYuan)).toEqual([
      '0.00',
      '0.07',
      '1.00',
      '999.99',
      '1,000.10',
      '1,001,009.05',
      '52,000.00',
      '1,234,567,890.12',
    ]);
    const printed = [0, 1_000, 911, 905, 10_000, 9_550].map(formatBp);
    expect(printed).toEqual(['0%', '10%', '9.11%', '9.05%', '100%', '95.5%']);
  });
});
