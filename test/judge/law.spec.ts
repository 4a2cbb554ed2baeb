/** The judge's own law, against amounts worked out by hand from domain.md: a judge that nobody checks would only be a second opinion. */
import { inYuan, yuan } from '../support/amounts';
import { lineOf } from './boundaries';
import type { BillLine, JudgedCase } from './case';
import { judged } from './year';

const bill = (...lines: readonly (readonly [BillLine['class'], string, Partial<BillLine>?])[]): BillLine[] =>
  lines.map(([itemClass, amount, more]) => lineOf(BigInt(yuan(amount)), itemClass, more));

const stay = (of: Partial<JudgedCase>): JudgedCase => ({
  region: '360222',
  dischargedOn: '2018-06-01',
  care: 'inpatient',
  level: 2,
  transfer: 'none',
  categories: ['low-income'],
  diagnoses: ['J18.9'],
  bill: [],
  ...of,
});
const visit = (chronicDisease: string, of: Partial<JudgedCase>): JudgedCase =>
  stay({ care: 'outpatient-chronic', chronicDisease, diagnoses: [chronicDisease], ...of });

/** "line in scope + out of scope" of each line that pays, what the hospital bears beside, and the patient's rest. */
function decided(...cases: readonly JudgedCase[]): string[][] {
  const text = (fen: bigint): string => inYuan(Number(fen));
  return judged(cases).map(({ inScope, shares, selfPay }) => [
    `in scope ${text(inScope)}`,
    ...shares.filter(({ paid }) => paid > 0n).map((share) => `${share.line} ${text(share.inScope)} + ${text(share.outOfScope)}`),
    `self ${text(selfPay)}`,
  ]);
}

describe('Fuliang', () => {
  test('the chain of a low-income patient at level 2 (the settlement printed in the HTTP contract)', () => {
    expect(decided(stay({ bill: bill(['A', '30 000.00'], ['B', '20 000.00'], ['C', '2 000.00']) }))).toEqual([
      [
        'in scope 48 000.00',
        'basic 38 400.00 + 0.00',
        'critical-illness 1 705.00 + 0.00', // (9 600 − 6 500) × 55 %
        'assistance 5 526.50 + 0.00', // 7 895 × 70 %
        'fifth-line 1 168.50 + 0.00', // 6 368.50 − 5 200
        'self 5 200.00',
      ],
    ]);
  });

  test('over limit, class B line by line, and the out-of-area share once on the rest', () => {
    const lines = bill(['A', '100.05', { overLimit: 5n }], ['B', '0.05'], ['B', '0.05'], ['C', '10.00', { overLimit: 300n }]);
    // 110.15 − 10.00 − 0.05 − 0.01 − 0.01 = 100.08; 15 % of it is 15.012
    expect(decided(stay({ transfer: 'unreferred-in-province', categories: [], bill: lines }))).toEqual([
      ['in scope 85.07', 'self 110.15'],
    ]);
  });

  test('ordinary values and two cases of one year: the deductible of critical illness lies inside F', () => {
    const of = stay({ categories: [], bill: bill(['A', '50 400.00']) });
    expect(decided(of, of)).toEqual([
      ['in scope 50 400.00', 'basic 40 000.00 + 0.00', 'self 10 400.00'],
      ['in scope 50 400.00', 'basic 40 000.00 + 0.00', 'critical-illness 3 900.00 + 0.00', 'self 6 500.00'], // (20 800 − 13 000) × 50 %
    ]);
  });

  test('Class I: B is split at 60 000 paid, the band ends at 100 000 together, the rest enters A', () => {
    const first = visit('N18', { level: 1, categories: ['destitute'], bill: bill(['A', '70 000.00']) });
    expect(decided(first, { ...first, bill: bill(['A', '50 000.00']) })).toEqual([
      [
        'in scope 70 000.00',
        'basic.class-one 60 000.00 + 0.00',
        'chronic-band 3 000.00 + 0.00',
        'critical-illness 275.00 + 0.00',
        'assistance 6 725.00 + 0.00',
        'self 0.00',
      ],
      [
        'in scope 50 000.00',
        'chronic-band 37 000.00 + 0.00',
        'critical-illness 7 150.00 + 0.00', // 13 000 × 55 %, above the deductible already
        'assistance 5 850.00 + 0.00',
        'self 0.00',
      ],
    ]);
  });

  test('Class II: basic alone up to 5 000, and nothing enters A', () => {
    const visits = ['6 000.03', '1 000.00'].map((amount) => visit('G40', { bill: bill(['A', amount]) }));
    expect(decided(...visits)).toEqual([
      ['in scope 6 000.03', 'basic.class-two 4 800.02 + 0.00', 'self 1 200.01'],
      ['in scope 1 000.00', 'basic.class-two 199.98 + 0.00', 'self 800.02'],
    ]);
    expect(judged(visits).map(({ entersA }) => entersA)).toEqual([0n, 0n]);
  });

  test('per disease without a fixed amount: usual scope and deductible, 70 % at level 3', () => {
    const of = stay({ level: 3, categories: ['registered-poor'], diagnoses: ['C34.1'], bill: bill(['A', '20 600.00']) });
    expect(decided(of)).toEqual([
      [
        'in scope 20 600.00',
        'basic 14 000.00 + 0.00',
        'critical-illness 55.00 + 0.00',
        'assistance 4 581.50 + 0.00',
        'self 1 963.50',
      ],
    ]);
  });

  test('treated free: what the usual chain leaves is topped up to nothing', () => {
    expect(decided(stay({ diagnoses: ['C50.9'], bill: bill(['A', '10 000.00'], ['C', '1 000.00']) }))).toEqual([
      [
        'in scope 10 000.00',
        'basic 8 000.00 + 0.00',
        'assistance 1 400.00 + 0.00',
        'fifth-line 500.00 + 0.00', // 1 600 − 1 100
        'free-treatment 100.00 + 1 000.00',
        'self 0.00',
      ],
    ]);
  });

  test('a rehabilitation item is in scope for a poor disabled person, for nobody else', () => {
    const lines = bill(['C', '100.00', { code: '340200020' }]);
    const scopeFor = (categories: JudgedCase['categories']): bigint => judged([stay({ categories, bill: lines })])[0]!.inScope;
    expect([scopeFor(['disabled', 'low-income']), scopeFor(['disabled']), scopeFor(['low-income'])]).toEqual([10_000n, 0n, 0n]);
  });
});

describe('Longnan', () => {
  const longnan = { region: '360783', dischargedOn: '2020-06-01' } as const;

  test('supplementary pays both scopes and the hospital 5 % of the second, in the city', () => {
    const lines = bill(['A', '50 000.00'], ['C', '10 000.00']);
    expect(decided(stay({ ...longnan, bill: lines }))).toEqual([
      [
        'in scope 50 000.00',
        'basic 40 000.00 + 0.00',
        'critical-illness 2 275.00 + 0.00', // 3 500 × 65 %
        'supplementary 6 952.50 + 7 500.00',
        'hospital 0.00 + 500.00',
        'assistance 618.00 + 0.00', // 772.50 × 80 %
        'self 2 154.50',
      ],
    ]);
  });

  test('the cap of supplementary cuts its second part first; expenditure-poor: the rest of the year above 20 000', () => {
    const of = stay({
      ...longnan,
      categories: ['expenditure-poor'],
      level: 3,
      bill: bill(['A', '1 000 000.00'], ['C', '100.00']),
    });
    expect(decided(of, { ...of, level: 1, transfer: 'living-elsewhere', bill: bill(['A', '10 000.00']) })).toEqual([
      [
        'in scope 1 000 000.00',
        'basic 100 000.00 + 0.00',
        'critical-illness 580 775.00 + 0.00', // 893 500 × 65 %
        'supplementary 250 000.00 + 0.00',
        'hospital 0.00 + 5.00',
        'assistance 24 612.50 + 0.00', // (69 225 − 20 000) × 50 %
        'self 44 707.50',
      ],
      ['in scope 10 000.00', 'critical-illness 6 500.00 + 0.00', 'assistance 1 750.00 + 0.00', 'self 1 750.00'],
    ]);
  });

  test('ordinary persons have basic insurance alone', () => {
    expect(decided(stay({ ...longnan, categories: [], bill: bill(['A', '50 000.00'], ['C', '100.00']) }))).toEqual([
      ['in scope 50 000.00', 'basic 40 000.00 + 0.00', 'self 10 100.00'],
    ]);
  });
});
