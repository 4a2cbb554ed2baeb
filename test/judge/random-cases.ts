/** Random sequences of one person's cases, aimed at the edges of the law: several cases a year, in any order of dates, mixed categories and levels. */
import type { Seeded } from '../support/seeded';
import { EDGES, lineOf, REACHED, smallestReaching } from './boundaries';
import type { BillLine, JudgedCase, JudgedCategory, JudgedRegion, JudgedTransfer, Judgement, Level } from './case';
import { CLASS_ONE, CLASS_TWO, FREE, PER_DISEASE } from './diseases';
import { REHABILITATION_CODES } from './scope';
import type { Subject } from './subjects';
import { judgedNext } from './year';

const LONGEST = 5;
const CATEGORIES: readonly (readonly JudgedCategory[])[] = [
  [],
  ['destitute'],
  ['low-income'],
  ['registered-poor'],
  ['orphan'],
  ['expenditure-poor'],
  ['disabled'],
  ['marginal'],
  ['low-income', 'registered-poor'],
  ['orphan', 'registered-poor'],
  ['orphan', 'low-income'],
  ['disabled', 'low-income'],
  ['expenditure-poor', 'low-income'],
  ['expenditure-poor', 'registered-poor'],
  ['destitute', 'disabled', 'registered-poor'],
];
const TRANSFERS: readonly JudgedTransfer[] = [
  'none',
  'none',
  'none',
  'none',
  'referred',
  'unreferred-in-province',
  'unreferred-out-of-province',
  'living-elsewhere',
];
/** Around the turn of the year and around the day on which the later law begins. */
const DAYS: Readonly<Record<JudgedRegion, readonly string[]>> = {
  '360222': ['2018-01-01', '2018-12-31', '2019-01-01', '2019-03-15', '2019-06-30', '2019-07-01', '2019-12-31'],
  '360783': ['2020-01-01', '2020-02-29', '2020-12-31', '2021-01-01'],
};
const ORDINARY_DISEASE = 'J18.9';

/** One sequence, in the order of recording. */
export function randomSequence(random: Seeded, subject: Subject): JudgedCase[] {
  const usual = random.pick(CATEGORIES);
  const judgements: Judgement[] = [];
  const cases: JudgedCase[] = [];
  const count = random.whole(1, LONGEST);
  for (let index = 0; index < count; index += 1) {
    const drafted = draft(random, subject, usual);
    const of = { ...drafted, bill: layOut(random, subject, drafted, amountFor(random, drafted, judgements)) };
    judgements.push(judgedNext(of, judgements));
    cases.push(of);
  }
  return cases;
}

/** Everything but the bill. */
function draft(random: Seeded, subject: Subject, usual: readonly JudgedCategory[]): JudgedCase {
  const region = subject === 'longnan' || (subject === 'moved' && random.whole(0, 1) === 1) ? '360783' : '360222';
  const isVisit = subject === 'outpatient-chronic' && random.whole(0, 3) > 0;
  const known = subject === 'programmes' ? [...PER_DISEASE, ...FREE, ORDINARY_DISEASE] : [ORDINARY_DISEASE];
  return {
    region,
    dischargedOn: subject === 'moved' ? random.pick(['2020-05-01', '2020-12-31']) : random.pick(DAYS[region]),
    care: isVisit ? 'outpatient-chronic' : 'inpatient',
    level: random.whole(1, 3) as Level,
    transfer: random.pick(TRANSFERS),
    categories: random.whole(0, 3) > 0 ? usual : random.pick(CATEGORIES),
    diagnoses: [random.pick(known)],
    ...(isVisit ? { chronicDisease: random.pick([...CLASS_ONE, ...CLASS_ONE, ...CLASS_TWO]) } : {}),
    bill: [],
  };
}

/** What should be in scope: an edge, the bill that just reaches an edge of this year, or anything. */
function amountFor(random: Seeded, drafted: JudgedCase, judgements: readonly Judgement[]): bigint {
  const aim = random.whole(0, 15);
  const beside = BigInt(random.whole(-2, 2));
  if (aim === 0) {
    const found = smallestReaching(random.pick(Object.values(REACHED)), drafted, judgements);
    if (found !== null) return notBelowZero(found + beside);
  }
  if (aim < 6) return notBelowZero(BigInt(random.pick(EDGES)) + beside);
  if (aim < 11) return BigInt(random.whole(0, 10 ** random.whole(2, 8)));
  return BigInt(random.whole(0, 2_000_000));
}

const notBelowZero = (amount: bigint): bigint => (amount < 0n ? 0n : amount);

/** A bill whose in-scope cost is near the amount. */
function layOut(random: Seeded, subject: Subject, { transfer }: JudgedCase, amount: bigint): JudgedCase['bill'] {
  // Out of area a share is borne first: make the bill larger, so that the edge is met again.
  const borneFirst = { none: 0n, 'living-elsewhere': 0n, referred: 10n, 'unreferred-in-province': 15n };
  const share = transfer === 'unreferred-out-of-province' ? 20n : borneFirst[transfer];
  const covered = (amount * 100n) / (100n - share) + (share === 0n ? 0n : BigInt(random.whole(0, 1)));
  switch (random.whole(0, 6)) {
    case 0:
    case 1:
      return [lineOf(covered)];
    case 2: // just where class C alone is a tenth of the total
      return [lineOf(covered), lineOf(notBelowZero(covered / 9n + BigInt(random.whole(-1, 1))), 'C')];
    case 3: // class B at the usual 10 %, so that the rest after it is the amount
      return [lineOf((covered * 10n) / 9n, 'B'), lineOf(BigInt(random.whole(0, 99)), 'B')];
    case 4: {
      const outOfCatalogue = BigInt(random.whole(0, 300_000));
      const overLimit = BigInt(random.whole(0, 5_000));
      const firstSelfPay = BigInt(random.whole(0, 100_000));
      return { total: covered + outOfCatalogue + overLimit + firstSelfPay, outOfCatalogue, overLimit, firstSelfPay };
    }
    default:
      return mixedLines(random, covered, subject === 'rehabilitation' ? { code: random.pick(REHABILITATION_CODES) } : {});
  }
}

function mixedLines(random: Seeded, covered: bigint, item: Partial<BillLine>): readonly BillLine[] {
  const part = (covered * BigInt(random.whole(0, 100))) / 100n;
  const small = BigInt(random.whole(0, 20_000));
  const over = (amount: bigint): bigint => (random.whole(0, 2) === 0 ? (amount * BigInt(random.whole(0, 100))) / 100n : 0n);
  return [
    lineOf(part, 'A', { overLimit: over(part) }),
    lineOf(covered - part, 'B', {
      overLimit: over(covered - part),
      firstSelfPayBp: random.pick([0, 1, 500, 1_000, 3_333, 10_000]),
    }),
    lineOf(small, 'C', { overLimit: over(small), ...item }),
  ];
}
