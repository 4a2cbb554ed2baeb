/** The grid: every edge of the law one fen below, on and above it, for every category and level, alone and on top of a year. */
import { EDGES, lineOf, REACHED, smallestReaching } from './boundaries';
import type { JudgedCase, JudgedCategory, JudgedRegion, Level } from './case';
import { judged } from './year';

const BESIDE = [-1n, 0n, 1n];
const LEVELS: readonly Level[] = [1, 2, 3];
const GROUPS: readonly (readonly JudgedCategory[])[] = [
  [],
  ['destitute'],
  ['low-income'],
  ['registered-poor'],
  ['orphan'],
  ['expenditure-poor'],
  ['low-income', 'registered-poor'],
  ['orphan', 'low-income'],
];
/** In-scope amounts of the earlier cases of a year, in fen: none, small, above every band edge of A, above the basic cap. */
const YEARS: readonly (readonly bigint[])[] = [[], [2_000_000n, 333_333n], [20_000_000n], [60_000_000n]];

type Draft = Omit<JudgedCase, 'bill' | 'level' | 'categories'>;

const inpatient = (region: JudgedRegion, dischargedOn: string): Draft => ({
  region,
  dischargedOn,
  care: 'inpatient',
  transfer: 'none',
  diagnoses: ['J18.9'],
});
const visit = (chronicDisease: string): Draft => ({
  ...inpatient('360222', '2019-03-15'),
  care: 'outpatient-chronic',
  chronicDisease,
  diagnoses: [chronicDisease],
});
/** Where the grid is laid, by subject. */
const DRAFTS: Readonly<Record<string, readonly Draft[]>> = {
  fuliang: [inpatient('360222', '2019-06-30'), inpatient('360222', '2019-07-01')],
  'outpatient-chronic': [visit('N18'), visit('G40')],
  programmes: ['C34', 'C50'].map((disease) => ({ ...inpatient('360222', '2018-06-01'), diagnoses: [disease] })),
  longnan: [inpatient('360783', '2020-06-30')],
};

/** All sequences of a subject's grid; none where the subject has no edge of its own. */
export function gridOf(subject: string): JudgedCase[][] {
  return (DRAFTS[subject] ?? []).flatMap((draft) =>
    GROUPS.flatMap((categories) =>
      LEVELS.flatMap((level) => {
        const of = (amount: bigint): JudgedCase => ({ ...draft, categories, level, bill: [lineOf(amount)] });
        return [...edges(of), ...tenths(of), ...reached(of), ...turns(of)];
      }),
    ),
  );
}

type Of = (amount: bigint) => JudgedCase;

/** A single case at each amount that the law names, and one more fen after it. */
function edges(of: Of): JudgedCase[][] {
  const amounts = EDGES.flatMap((edge) => BESIDE.map((beside) => BigInt(edge) + beside)).filter((amount) => amount >= 0n);
  return amounts.map((amount) => [of(amount), of(1n), of(600_000n)]);
}

/** The 10 % limit: class C just below, on and above a tenth of the total, with totals that do and do not divide by ten. */
function tenths(of: Of): JudgedCase[][] {
  return [0n, 9n, 10n, 11n, 99_999n, 100_000n, 4_800_007n].flatMap((amount) =>
    BESIDE.map((beside) => amount / 9n + beside)
      .filter((outOfCatalogue) => outOfCatalogue >= 0n)
      .map((outOfCatalogue) => [{ ...of(amount), bill: [lineOf(amount), lineOf(outOfCatalogue, 'C')] }]),
  );
}

/** On top of each year so far: the smallest bill that reaches a cap or a band edge, a fen less, a fen more. */
function reached(of: Of): JudgedCase[][] {
  return YEARS.flatMap((amounts) => {
    const before = amounts.map(of);
    const judgements = judged(before);
    const after = { ...of(0n), bill: [lineOf(1_000_001n), lineOf(100_003n, 'C')] };
    return Object.values(REACHED).flatMap((each) => {
      const found = smallestReaching(each, of(0n), judgements);
      return found === null ? [] : BESIDE.map((beside) => [...before, of(found + beside), after]);
    });
  });
}

/** The turn of the year, and of the law: what one year or law has used up the other may or may not have left. */
function turns(of: Of): JudgedCase[][] {
  const on = (dischargedOn: string): JudgedCase => ({ ...of(30_000_000n), dischargedOn });
  const { region } = of(0n);
  const pairs =
    region === '360222'
      ? [
          ['2018-12-31', '2019-01-01'],
          ['2019-06-30', '2019-07-01'],
          ['2019-07-01', '2019-06-30'],
          ['2018-01-01', '2018-12-31'],
        ]
      : [
          ['2020-12-31', '2021-01-01'],
          ['2020-01-01', '2020-12-31'],
        ];
  return pairs.map((days) => [...days, ...days].map(on));
}
