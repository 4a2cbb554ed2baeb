/** The lint against plain sampling: on law that nobody wrote, no bill shows a fall of the self-pay that the lint did not name. */
import * as fc from 'fast-check';
import { checkedPack, type Pack } from '@oss/policy';
import { type LintReport, lintPack, Probe } from '@oss/settlement';
import { ROUNDING_FEN } from '../../libs/settlement/lint/curve';
import { type DistinctSituation, situationsOf } from '../../libs/settlement/lint/situations';
import { arbitraryPack } from '../support/arbitrary-pack';

jest.setTimeout(120_000);
/** Situations sampled of one pack, spread over all of them, and bills of one situation. */
const SITUATIONS = 12;
const BILLS = 60;

test('no fall is missed', () => {
  const bills = fc.uniqueArray(fc.oneof(fc.nat(4_000_000), fc.nat(100_000_000)), { minLength: BILLS, maxLength: BILLS });
  fc.assert(
    fc.property(arbitraryPack, bills, (content, costs) => {
      const pack = checkedPack(content, 'arbitrary');
      const report = lintPack(pack);
      const rising = costs.sort((a, b) => a - b);
      const situations = situationsOf(pack);
      situations
        .filter((_, index) => index % (1 + (situations.length - (situations.length % SITUATIONS)) / SITUATIONS) === 0)
        .forEach((distinct) => expect(unnamedFalls(pack, distinct, rising, report)).toEqual([]));
    }),
    { numRuns: 4, seed: 2018 },
  );
});

/** Falls between sampled bills of a year's first case that no finding covers. */
function unnamedFalls(
  pack: Pack,
  { situation }: DistinctSituation,
  costs: readonly number[],
  { findings }: LintReport,
): string[] {
  const outOfCatalogueFen = 500_000;
  const probe = new Probe(pack, situation);
  const named = findings.filter(
    ({ kind, places }) =>
      kind === 'self-pay-falls' &&
      places.some((place) => {
        const here = JSON.stringify(place.situation) === JSON.stringify(situation);
        return here && place.earlierFen === null && place.outOfCatalogueFen === outOfCatalogueFen;
      }),
  );
  const unnamed: string[] = [];
  let highest = { costFen: 0, selfPayFen: 0 };
  for (const costFen of costs) {
    const { selfPayFen } = probe.settle({ costFen, outOfCatalogueFen }).completed;
    if (selfPayFen < highest.selfPayFen - ROUNDING_FEN && !named.some(({ from }) => from.costFen < costFen)) {
      unnamed.push(`${highest.costFen}: ${highest.selfPayFen} → ${costFen}: ${selfPayFen}`);
    }
    if (selfPayFen >= highest.selfPayFen) highest = { costFen, selfPayFen };
  }
  return unnamed;
}
