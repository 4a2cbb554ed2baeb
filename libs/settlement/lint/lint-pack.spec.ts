/** The lint on packs made for it: each holds one planted mistake, and the finding names its exact edge and amounts. */
import { compilePack, type Line, type Pack } from '@oss/policy';
import { packOf } from '../testing';
import { type Finding, lintPack } from './lint-pack';

const fen = (value: number) => ({ value, unit: 'fen' as const });
const bp = (value: number) => ({ value, unit: 'bp' as const });
const stay = { value: 'stay' as const };

const BASIC: Line = {
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [
    {
      parts: [{ base: 'in-scope-rest', deductible: { period: stay, amount: fen(60_000) }, rate: bp(5_000) }],
      capPerYear: fen(10_000_000),
    },
  ],
};

/** What a finding says, in yuan of cost, self-pay, shares and hospital: short enough to compare whole lists. */
function told({ kind, severity, line, wantedFen, from, to, places }: Finding) {
  const amounts = ({ costFen, selfPayFen, sharesFen, hospitalFen }: Finding['from']) => [
    costFen / 100,
    selfPayFen / 100,
    sharesFen / 100,
    hospitalFen / 100,
  ];
  return { kind, severity, line, wantedFen, from: amounts(from), to: amounts(to), places: places.length };
}

function lint(lines: readonly Line[], more: Record<string, unknown> = {}) {
  return lintPack(packOf(lines, { categories: [], scope: { classBFirstSelfPay: bp(1_000) }, ...more }));
}

test('sound law has no finding; every curve is told as it ends', () => {
  const progress: string[] = [];
  const report = lintPack(packOf([BASIC], { categories: [] }), (done, total) => progress.push(`${done}/${total}`));
  expect(report).toMatchObject({ findings: [], coarse: 0, curves: 27 });
  expect(progress).toEqual(Array.from({ length: 27 }, (_, index) => `${index + 1}/27`));
  // A fen of rounding here and there is no fall: many bills were looked at.
  expect(report.bills).toBeGreaterThan(report.curves * 20);
});

describe('bands written as parts that overlap', () => {
  // 80 % of everything and 60 % more above 1 000 (meant: 60 % instead): from 1 000.00 on every yuan is paid 1.40, until at
  // 1 500.00 (1 200 + 300) nothing is left to pay.
  const overlapping: Line = {
    ...BASIC,
    rules: [
      {
        parts: [
          { base: 'in-scope-rest', rate: bp(8_000) },
          { base: 'in-scope-rest', deductible: { period: stay, amount: fen(100_000) }, rate: bp(6_000) },
        ],
      },
    ],
  };

  let findings: readonly Finding[];
  beforeAll(() => {
    ({ findings } = lint([overlapping]));
  });

  test('by kind, then by the cost of either end', () => {
    expect(findings.map(({ kind, from, to }) => [kind, from.costFen / 100, to.totalFen / 100])).toEqual([
      ['above-bill', 1_500.15, 10_000],
      ['above-bill', 14_000.01, 19_000.01],
      ['self-pay-falls', 1_000, 1_500],
      ['self-pay-falls', 1_000, 6_500],
    ]);
  });

  test('the self-pay falls from 200.00 to nothing, between exactly these bills', () => {
    expect(findings.filter(({ kind }) => kind === 'self-pay-falls').map(told)).toEqual([
      { kind: 'self-pay-falls', severity: 'error', from: [1_000, 200, 800, 0], to: [1_500, 0, 1_500, 0], places: 9 },
      // With 5 000 yuan out of scope, which nobody pays.
      { kind: 'self-pay-falls', severity: 'error', from: [1_000, 5_200, 800, 0], to: [1_500, 5_000, 1_500, 0], places: 9 },
    ]);
  });

  test('the line would pay above the bill, or above what is left of its base: the first such bill, and a usual one', () => {
    const others = findings.filter(({ kind }) => kind !== 'self-pay-falls').map(told);
    // 1 500.15 × 80 % + 500.15 × 60 % = 1 200.12 + 300.09: six fen above the bill, one more than rounding explains.
    expect(others).toEqual([
      {
        kind: 'above-bill',
        severity: 'error',
        line: 'basic',
        wantedFen: 1_340_000,
        from: [1_500.15, 0, 1_500.15, 0],
        to: [10_000, 0, 10_000, 0],
        places: 9,
      },
      {
        kind: 'above-bill',
        severity: 'error',
        line: 'basic',
        // 14 000.01 × 80 % + 13 000.01 × 60 %: a fen and a half above the bill's 19 000.01.
        wantedFen: 1_900_002,
        from: [14_000.01, 5_000, 14_000.01, 0],
        to: [14_000.01, 5_000, 14_000.01, 0],
        places: 9,
      },
    ]);
  });
});

test('several payers each with a rate of the same whole: the line that comes last is cut to what is left, a note', () => {
  // 70 % + 60 % of the same cost: the second gets 30 %. 18 fen: 13 paid, 11 wanted of the 5 that are left, six above.
  const report = lint([
    { ...BASIC, rules: [{ parts: [{ base: 'in-scope', rate: bp(7_000) }] }] },
    { ...BASIC, id: 'second', payer: 'critical-illness', rules: [{ parts: [{ base: 'in-scope', rate: bp(6_000) }] }] },
  ]);
  expect(report.findings.map(told)).toEqual([
    {
      kind: 'above-rest',
      severity: 'note',
      line: 'second',
      wantedFen: 600_000,
      from: [0.18, 0, 0.18, 0],
      to: [10_000, 0, 10_000, 0],
      places: 18,
    },
  ]);
});

test('errors stand before notes, then by kind, then by cost; each names every place where it holds', () => {
  // 80 % and 60 % more above 1 000.00 of the same cost, then 70 % of what is in scope: of the rest that is not there.
  const part = { base: 'in-scope-rest', rate: bp(8_000) } as const;
  const more = { base: 'in-scope-rest', deductible: { period: stay, amount: fen(100_000) }, rate: bp(6_000) } as const;
  const { findings } = lint([
    { ...BASIC, rules: [{ parts: [part, more] }] },
    { ...BASIC, id: 'second', payer: 'critical-illness', rules: [{ parts: [{ base: 'in-scope', rate: bp(7_000) }] }] },
  ]);
  expect(
    findings.map(({ severity, kind, line, from }) => [severity, kind, line, from.costFen / 100, from.totalFen / 100]),
  ).toEqual([
    ['error', 'above-bill', 'basic', 1_500.15, 1_500.15],
    ['error', 'above-bill', 'basic', 14_000.01, 19_000.01],
    ['note', 'above-rest', 'second', 0.11, 0.11],
  ]);
  const places = findings[0]?.places ?? [];
  expect(places[0]).toEqual({
    situation: {
      date: '2018-01-01',
      careType: 'inpatient',
      level: 1,
      transfer: 'none',
      designated: true,
      categories: [],
      disease: 'Z00.0',
      ageMonths: null,
    },
    programme: null,
    categorySets: [[]],
    transfers: ['none'],
    earlierFen: null,
    outOfCatalogueFen: 0,
  });
  expect(places.map(({ situation, earlierFen, outOfCatalogueFen }) => [situation.level, earlierFen, outOfCatalogueFen])).toEqual(
    // The year's first case, one after a quarter of the pack's highest amount, one after all of it.
    [1, 2, 3].flatMap((level) => [null, 25_000, 100_000].map((earlierFen) => [level, earlierFen, 0])),
  );
});

describe('a price limit', () => {
  const limited = {
    programmes: [
      {
        id: 'cataract',
        label: '限价',
        kind: 'price-limit',
        careTypes: ['inpatient'],
        diseases: [{ label: '白内障', icd10: ['H25'], amount: fen(800_000) }],
      },
    ],
  };
  const ceiling: Line = { id: 'ceiling', label: '限价超出部分', payer: 'hospital', shape: 'price-limit' };

  test('hands over class C first, so the self-pay falls: a note, with the hospital’s part', () => {
    // 5 000 of class C: up to 3 000 in scope the bill keeps to 8 000; from there each yuan in scope takes the place of one of class C.
    const report = lint([ceiling, BASIC], limited);
    // (3 000 − 600) × 50 % = 1 200 paid, 1 800 + 5 000 borne; at the limit 3 700 paid, 4 300 borne. Half a fen is rounded up.
    expect(report.findings.map(told)).toEqual([
      {
        kind: 'self-pay-falls',
        severity: 'note',
        from: [3_000, 6_800, 1_200, 0],
        to: [7_999.99, 4_300, 3_700, 4_999.99],
        places: 6,
      },
    ]);
  });

  test('where a payer pays more out of scope than in scope, all payers together pay less: a note', () => {
    const supplementary: Line = {
      ...BASIC,
      id: 'supplementary',
      payer: 'supplementary-insurance',
      rules: [{ parts: [{ base: 'out-of-scope-rest', rate: bp(7_500) }] }],
    };
    const report = lint([ceiling, BASIC, supplementary], limited);
    // At 3 000: 1 200 + 75 % of 5 000. At 8 000: 3 700 and nothing out of scope is left.
    expect(report.findings.filter(({ kind }) => kind === 'shares-fall').map(told)).toEqual([
      { kind: 'shares-fall', severity: 'note', from: [3_000, 3_050, 4_950, 0], to: [8_000, 4_300, 3_700, 5_000], places: 6 },
    ]);
  });
});

test('a bill that cannot be settled is an error with the first such cost; the other situations are still examined', () => {
  const { content } = packOf([BASIC], { categories: [] });
  // Past its check no pack is like this; a defect of ours would look so.
  const broken: Pack = compilePack({ ...content, lines: [{ ...BASIC, rules: [{ parts: [{ base: 'total', rate: bp(-1) }] }] }] });
  const { findings, curves } = lintPack(broken);
  // The year's first bill, and two earlier cases of the year that already fail.
  expect(findings.map(({ from }) => from.costFen)).toEqual([0, 250_000, 1_000_000]);
  const nothing = { inScopeFen: 0, sharesFen: 0, hospitalFen: 0, hospitalExcessFen: 0, selfPayFen: 0, cut: [], isEdge: false };
  const first = { ...nothing, costFen: 0, totalFen: 0 };
  expect(findings[0]).toMatchObject({ kind: 'cannot-settle', severity: 'error', from: first, to: first });
  expect(findings[0]?.message).toContain('basis points');
  expect(findings.flatMap(({ places }) => places)).toHaveLength(curves);
});
