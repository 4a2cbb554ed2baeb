/** Bill to scope, on lines: what the catalogue, limit prices, first self-pays and a price limit leave, to the fen. */
import * as fc from 'fast-check';
import { packOf } from '../testing';
import type { Bill, BillLine, Care, Snapshot } from './discharge';
import { scopeOf } from './scope';

const care: Care = {
  admittedOn: '2018-03-01',
  diagnoses: ['C16.9'],
  dischargedOn: '2018-03-02',
  transfer: 'none',
  type: 'inpatient',
};
const snapshot: Snapshot = {
  ageMonths: 700,
  approvedDiseases: [],
  categories: [],
  chain: [{ line: 'basic', payer: 'basic-insurance' }],
  cover: { from: '2018-01-01', premiumPaidBy: 'person' },
  hospital: { designated: true, level: 2, region: '999901' },
  pack: { digest: 'sha256:test', id: 'test' },
};
const basic = {
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [{ parts: [{ base: 'in-scope-rest', rate: { value: 8_000 } }] }],
} as const;
const plain = packOf([basic]);
const limited = packOf([{ id: 'excess', label: '超出', payer: 'hospital', shape: 'price-limit' }, basic], {
  programmes: [
    {
      id: 'limit',
      label: '限价',
      kind: 'price-limit',
      careTypes: ['inpatient'],
      diseases: [{ label: '胃癌', icd10: ['C16'], amount: { value: 100_000 } }],
    },
  ],
});

const item = (itemClass: 'A' | 'B' | 'C', amountFen: number, overLimitFen = 0, firstSelfPayBp?: number): BillLine => ({
  amountFen,
  class: itemClass,
  code: 'x',
  firstSelfPayBp: itemClass === 'B' ? (firstSelfPayBp ?? 1_000) : undefined,
  overLimitFen,
});
const billOf = (...lines: BillLine[]): Bill => ({ lines, totalFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0) });

describe('scope', () => {
  it('rounds the first self-pay of class B per line, after the limit price', () => {
    const scope = scopeOf(
      billOf(item('A', 10_000, 500), item('B', 1_005, 0), item('B', 1_005, 1_000), item('C', 3_000, 100)),
      care,
      snapshot,
      plain,
    );
    // B: 100.5 → 101 and 0.5 → 1; over limit 500 + 1000 + 100; out of catalogue 2900.
    expect(scope).toEqual({
      areaSelfPayFen: 0,
      classBSelfPayFen: 102,
      hospitalExcessFen: 0,
      inScopeFen: 10_408,
      outOfCatalogueFen: 2_900,
      overLimitFen: 1_600,
      programme: undefined,
      totalFen: 15_010,
    });
  });

  it('takes the out-of-area share once, on the sum', () => {
    const away = scopeOf(billOf(item('A', 335), item('A', 330)), { ...care, transfer: 'referred' }, snapshot, plain);
    expect(away).toMatchObject({ areaSelfPayFen: 67, inScopeFen: 598 });
    expect(() => scopeOf(billOf(item('A', 1)), { ...care, transfer: 'living-elsewhere' }, snapshot, plain)).toThrow(
      'no rule for transfer',
    );
  });

  it('a price limit takes class C first, then B, then A, in bill order, what is above the limit price first', () => {
    const bill = billOf(item('A', 60_000), item('B', 40_000, 5_000), item('C', 10_000), item('B', 20_000));
    // 30 000 above: C gives 10 000, the first B 20 000 of its 40 000 (its 5 000 over limit with it).
    const scope = scopeOf(bill, care, snapshot, limited);
    expect(scope).toMatchObject({
      hospitalExcessFen: 30_000,
      outOfCatalogueFen: 0,
      overLimitFen: 0,
      classBSelfPayFen: 4_000,
      inScopeFen: 96_000,
    });
    expect(scope.programme).toEqual({ amountFen: 100_000, disease: '胃癌', id: 'limit' });
  });

  it('of a line that it takes in part, what is above the limit price goes first', () => {
    // 20 above: of class C's 100 with 50 over its limit price 80 with 30 are left, of another bill's 15 over nothing.
    const scope = (overLimitFen: number) =>
      scopeOf(billOf(item('A', 92_000), item('C', 10_000, overLimitFen)), care, snapshot, limited);
    expect(scope(5_000)).toMatchObject({ hospitalExcessFen: 2_000, overLimitFen: 3_000, outOfCatalogueFen: 5_000 });
    expect(scope(1_500)).toMatchObject({ hospitalExcessFen: 2_000, overLimitFen: 0, outOfCatalogueFen: 8_000 });
  });

  it('a bill that says nothing of its parts is all in scope; a summary gives way part by part', () => {
    expect(scopeOf({ totalFen: 500 }, care, snapshot, plain)).toMatchObject({
      inScopeFen: 500,
      outOfCatalogueFen: 0,
      overLimitFen: 0,
    });
    const summary = { firstSelfPayFen: 3_000, outOfCatalogueFen: 2_000, overLimitFen: 1_000 };
    const scope = (totalFen: number) => {
      const { outOfCatalogueFen, overLimitFen, classBSelfPayFen, inScopeFen } = scopeOf(
        { summary, totalFen },
        care,
        snapshot,
        limited,
      );
      return [outOfCatalogueFen, overLimitFen, classBSelfPayFen, inScopeFen];
    };
    expect([100_000, 101_000, 102_500, 104_000, 107_000].map(scope)).toEqual([
      [2_000, 1_000, 3_000, 94_000],
      [1_000, 1_000, 3_000, 95_000],
      [0, 500, 3_000, 96_500],
      [0, 0, 2_000, 98_000],
      [0, 0, 0, 100_000],
    ]);
  });

  it('a list lets class C items in for whom it is; what a price limit takes is taken of them first', () => {
    const admitting = packOf([{ id: 'excess', label: '超出', payer: 'hospital', shape: 'price-limit' }, basic], {
      programmes: limited.content.programmes,
      admittedItems: [
        {
          id: 'first',
          label: '一',
          for: { every: ['low-income', 'marginal'] },
          items: [{ name: '甲', codes: { value: ['x'] } }],
        },
        {
          id: 'second',
          label: '二',
          for: { oneOf: ['low-income', 'destitute'] },
          items: [{ name: '乙', codes: { value: ['x'] } }],
        },
      ],
    });
    const scope = (bill: Bill, categories: Snapshot['categories'], diagnosis = 'J18.9') =>
      scopeOf(bill, { ...care, diagnoses: [diagnosis] }, { ...snapshot, categories }, admitting);
    const bill = billOf(item('C', 10_000, 1_000), { ...item('C', 5_000), code: 'y' });
    expect(scope(bill, ['low-income']).admitted).toEqual([{ fen: 9_000, label: '二', list: 'second' }]);
    expect(scope(bill, ['low-income', 'marginal']).admitted).toEqual([{ fen: 9_000, label: '一', list: 'first' }]);
    expect(scope(bill, ['marginal'])).toMatchObject({ inScopeFen: 0, outOfCatalogueFen: 14_000, overLimitFen: 1_000 });
    // 200 above the limit of 1 000: taken of the admitted item's 300.
    expect(scope(billOf(item('A', 90_000), item('C', 30_000)), ['destitute'], 'C16.9')).toMatchObject({
      admitted: [{ fen: 10_000, label: '二', list: 'second' }],
      hospitalExcessFen: 20_000,
      inScopeFen: 100_000,
      outOfCatalogueFen: 0,
    });
  });

  it('closes for every bill: total = in scope + area + class B + over limit + out of catalogue + excess', () => {
    const line = fc.record({ of: fc.constantFrom('A', 'B', 'C'), fen: fc.nat(5_000_000), over: fc.nat(100), bp: fc.nat(10_000) });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom('none', 'referred'),
        fc.constantFrom(plain, limited),
        (lines, transfer, pack) => {
          const bill = billOf(...lines.map(({ of, fen, over, bp }) => item(of as 'A', fen, Math.trunc((fen * over) / 100), bp)));
          const { areaSelfPayFen, classBSelfPayFen, hospitalExcessFen, inScopeFen, outOfCatalogueFen, overLimitFen, totalFen } =
            scopeOf(bill, { ...care, transfer: transfer as 'none' }, snapshot, pack);
          const parts = [areaSelfPayFen, classBSelfPayFen, hospitalExcessFen, inScopeFen, outOfCatalogueFen, overLimitFen];
          expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(totalFen);
          expect(totalFen).toBe(bill.totalFen);
        },
      ),
    );
  });
});
