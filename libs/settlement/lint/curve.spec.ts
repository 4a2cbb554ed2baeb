/** A curve finds every place where the law bends to the fen, and looks at every amount of the pack from both sides. */
import { compilePack, type Line } from '@oss/policy';
import { packOf } from '../testing';
import { EMPTY_YEAR } from '../year/benefit-year';
import { curveOf, Unsettled } from './curve';
import { Probe, type Situation } from './probe';
import { amountsOf } from './thresholds';

const stay = { value: 'stay' as const };
/** 50 % above 600.00, up to 1 000.00 a year: the cap is reached at 2 600.00. */
const basic: Line = {
  id: 'basic',
  label: '基本',
  payer: 'basic-insurance',
  shape: 'proportional',
  rules: [
    {
      parts: [{ base: 'in-scope-rest', deductible: { period: stay, amount: { value: 60_000 } }, rate: { value: 5_000 } }],
      capPerYear: { value: 100_000 },
    },
  ],
};
const SITUATION: Situation = {
  date: '2018-03-19',
  careType: 'inpatient',
  level: 2,
  transfer: 'none',
  designated: true,
  categories: [],
  disease: 'Z00.0',
  ageMonths: null,
};
function probeOf(...lines: Line[]) {
  const pack = packOf(lines, { categories: [] });
  return { probe: new Probe(pack, SITUATION), amounts: amountsOf(pack) };
}

it('bends where the deductible ends and where the cap binds, each named by the last bill before it', () => {
  const { probe, amounts } = probeOf(basic);
  const { points, isExact } = curveOf(probe, EMPTY_YEAR, 5_000, amounts);
  expect(isExact).toBe(true);
  const edges = points.filter((point) => point.isEdge);
  // Nothing costs nothing; 600.01 is the first bill that is paid; 2 599.99 the first that takes all of the cap.
  expect(edges.map(({ costFen, selfPayFen }) => [costFen, selfPayFen])).toEqual([
    [0, 5_000],
    [60_000, 65_000],
    [259_998, 164_999],
  ]);
  const costs = points.map(({ costFen }) => costFen);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  const near = [0, 1, 2, 100, 10_000, 59_999, 60_000, 60_001, 99_999, 100_000, 100_001, 200_000, 1_000_000, 3_200_000];
  expect(near.filter((cost) => !costs.includes(cost))).toEqual([]);
  expect(costs.at(-1)).toBe(200_000 * 16 ** 5);
});

it('a point says who bears what, and where a line would have paid more than was left', () => {
  const rated = (id: string, value: number): Line => ({
    ...basic,
    id,
    rules: [{ parts: [{ base: 'in-scope', rate: { value } }] }],
  });
  const { probe, amounts } = probeOf(rated('first', 7_000), rated('second', 6_000));
  const { points } = curveOf(probe, EMPTY_YEAR, 0, amounts);
  expect(points.find(({ costFen }) => costFen === 10_000)).toEqual({
    costFen: 10_000,
    inScopeFen: 10_000,
    totalFen: 10_000,
    sharesFen: 10_000,
    hospitalFen: 0,
    hospitalExcessFen: 0,
    selfPayFen: 0,
    cut: [{ line: 'second', wantedFen: 6_000, paidFen: 3_000 }],
    isEdge: false,
  });
  // Up to five fen are rounding: 17 fen want 12 + 10, five more than there are; 18 want 13 + 11, six more.
  const cuts = points.filter(({ cut }) => cut.length > 0).map(({ costFen }) => costFen);
  expect(cuts[0]).toBe(18);
});

it('a bill that cannot be settled ends it, with its cost and the reason', () => {
  const { content } = packOf([basic], { categories: [] });
  // Past its check no pack is like this; a defect of ours would look so.
  const broken = compilePack({ ...content, lines: [{ ...basic, rules: [{ parts: [{ base: 'total', rate: { value: -1 } }] }] }] });
  const drawn = (): unknown => curveOf(new Probe(broken, SITUATION), EMPTY_YEAR, 0, []);
  expect(drawn).toThrow(Unsettled);
  expect(drawn).toThrow(expect.objectContaining({ name: 'Unsettled', costFen: 0, cause: expect.any(RangeError) }));
  expect(new Unsettled(5, 'a reason')).toMatchObject({ message: 'a reason', costFen: 5 });
});
