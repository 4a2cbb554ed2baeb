/**
 * After any sequence of settlements, reversals with and without cascade, corrected bills and late entitlements, the year
 * equals a fresh settlement of the surviving attempts, in their order, with the snapshots that they carry (domain rules §6).
 */
import * as fc from 'fast-check';
import { checkedPack, type Line, type Pack, type PackContent } from '@oss/policy';
import { builtInPacks } from '../../apps/hospital-gateway/policy/pack-files';
import { arbitraryCases, arbitraryPack } from '../support/arbitrary-pack';
import { CorrectedYear, type Step } from '../support/corrected-year';

const CATEGORIES = ['destitute', 'low-income', 'registered-poor', 'orphan', 'marginal'] as const;
const RUNS = 400;

const builtIn = builtInPacks().map(({ pack }) => pack);
/** Paid once for the year: what of it is above a twentieth of all bills. */
const YEAR_END: Line = {
  id: 'year-end',
  label: '年终兜底',
  payer: 'fifth-line',
  shape: 'top-up',
  timing: { value: 'year-end' },
  rules: [{ limit: { percentOf: 'total', rate: { value: 500 } } }],
};
const withYearEnd = (content: PackContent): PackContent => ({
  ...content,
  care: { inpatient: { chain: [...(content.care.inpatient?.chain ?? []), YEAR_END.id] } },
  lines: [...content.lines, YEAR_END],
});
const anyPack: fc.Arbitrary<Pack> = fc.oneof(
  arbitraryPack.map((content) => checkedPack(content, 'arbitrary')),
  arbitraryPack.map((content) => checkedPack(withYearEnd(content), 'arbitrary')),
  fc.constantFrom(...builtIn),
);
const oneCase = arbitraryCases(CATEGORIES, 1).map(([of]) => of!);
const nth = fc.nat({ max: 20 });
const turns = fc.oneof(fc.constant(Infinity), fc.nat({ max: 9 }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), of: oneCase, turns }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reverse' as const), nth, cascade: fc.boolean(), turns }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('correct bill' as const), nth, of: oneCase, turns }) },
  { weight: 2, arbitrary: fc.constant({ do: 'year end' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('resettle' as const), nth, categories: fc.subarray([...CATEGORIES]), turns }),
  },
);

test('any sequence of corrections leaves the year as if only the surviving attempts had been settled', () => {
  const done = { settle: 0, reverse: 0, cascade: 0, 'correct bill': 0, resettle: 0, refused: 0, 'year end': 0 };
  fc.assert(
    fc.property(anyPack, fc.array(step, { minLength: 2, maxLength: 25 }), (pack, steps) => {
      const year = new CorrectedYear(pack);
      for (const each of steps) year.take(each);
      year.assertEqualsFresh();
      for (const key of Object.keys(done) as (keyof typeof done)[]) done[key] += year.done[key];
    }),
    { numRuns: RUNS },
  );
  // The property says something only if everything happened, and often.
  expect(Object.entries(done).filter(([, count]) => count <= RUNS / 10)).toEqual([]);
});
