/**
 * What must hold for any law that the shapes can express and any sequence of bills: money is conserved, no share is
 * negative, no payer exceeds its caps, the same input gives the same output.
 */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { canonicalJson } from '@oss/event-store';
import { type Category, checkedPack, type Pack, valueAt } from '@oss/policy';
import { builtInPacks } from '../../apps/hospital-gateway/policy/pack-files';
import { arbitraryCases, arbitraryPack } from '../support/arbitrary-pack';
import { type SettledCase, settledYear } from '../support/settled-year';

const builtIn = new Map(builtInPacks().map(({ pack }) => [pack.id, pack]));
const FULIANG = builtIn.get('360222/2018-01-01') as Pack;
const CHONGQING = builtIn.get('500000/2023-01-01') as Pack;
const RUNS = 300;
const anyPack = arbitraryPack.map((content) => checkedPack(content, 'arbitrary'));
const anyYear = fc.oneof(
  { weight: 3, arbitrary: fc.record({ pack: anyPack, cases: arbitraryCases() }) },
  fc.record({
    pack: fc.constantFrom(FULIANG, CHONGQING),
    cases: arbitraryCases(['destitute', 'low-income', 'registered-poor', 'orphan', 'marginal'], 12),
  }),
);

/** Checks every case of many random years. */
function forAnyYear(check: (settled: SettledCase, pack: Pack) => void): void {
  fc.assert(
    fc.property(anyYear, ({ pack, cases }) => {
      for (const settled of settledYear(pack, cases)) check(settled, pack);
    }),
    { numRuns: RUNS },
  );
}

test('the packs reach every shape, and both payers of a shared line (so the properties below say something)', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyYear, ({ pack, cases }) => {
      for (const { facts } of settledYear(pack, cases)) {
        for (const share of facts.shares) {
          const definition = pack.lines.find(({ id }) => share.line === id || share.line.startsWith(`${id}.`));
          if (share.paidFen > 0) seen.add(`${definition?.shape}${definition!.weights.length > 0 ? ', shared' : ''}`);
          for (const { step } of share.workings) seen.add(step);
        }
      }
    }),
    { numRuns: RUNS },
  );
  const wanted = [
    'proportional',
    'proportional, shared',
    'top-up',
    'top-up, shared',
    'waiver',
    'fixed-amount',
    'price-limit',
    'cap',
    'bounded',
    'band',
    'accumulated',
    'deductible',
    'earlier-year',
    'split',
    'nothing',
    'category',
  ];
  expect(wanted.filter((each) => !seen.has(each))).toEqual([]);
});

test('conservation: shares + hospital + self-pay = total, and the scope sums are the whole bill', () => {
  forAnyYear(({ facts, settled, of }) => {
    const paid = facts.shares.reduce((sum, { paidFen }) => sum + BigInt(paidFen), 0n);
    expect(paid + BigInt(settled.selfPayFen as number)).toBe(BigInt(of.bill.totalFen));
    const hospital = facts.shares.filter(({ payer }) => payer === 'hospital').reduce((sum, { paidFen }) => sum + paidFen, 0);
    expect(settled.hospitalFen).toBe(hospital);
    const { areaSelfPayFen, classBSelfPayFen, hospitalExcessFen, inScopeFen, outOfCatalogueFen, overLimitFen, totalFen } =
      facts.recorded.scope;
    expect(areaSelfPayFen + classBSelfPayFen + hospitalExcessFen + inScopeFen + outOfCatalogueFen + overLimitFen).toBe(totalFen);
    expect(totalFen).toBe(of.bill.totalFen);
  });
});

test('no share is negative or not whole, none pays what another has paid, and the self-pay is not negative', () => {
  forAnyYear(({ facts, settled }) => {
    let inScopeRest = facts.recorded.scope.inScopeFen;
    let outOfScopeRest = facts.recorded.scope.totalFen - inScopeRest;
    for (const { inScopeFen, outOfScopeFen, paidFen } of facts.shares) {
      expect([inScopeFen, outOfScopeFen].every((fen) => Number.isSafeInteger(fen) && fen >= 0)).toBe(true);
      expect(paidFen).toBe(inScopeFen + outOfScopeFen);
      inScopeRest -= inScopeFen;
      outOfScopeRest -= outOfScopeFen;
      expect(inScopeRest >= 0 && outOfScopeRest >= 0).toBe(true);
    }
    expect(settled.selfPayFen).toBe(inScopeRest + outOfScopeRest);
  });
});

test('no payer exceeds a cap, whatever came before: neither that of the year nor that of the stay', () => {
  forAnyYear(({ facts, before, after, of }, pack) => {
    for (const line of pack.lines) {
      const paying = line.rules.filter(({ nothing }) => nothing === null);
      const shares = facts.shares.filter((share) => share.line === line.id || share.line.startsWith(`${line.id}.`));
      const thisCase = shares.reduce((sum, { paidFen }) => sum + paidFen, 0);
      const highest = (which: 'capPerYear' | 'capPerStay'): number =>
        Math.max(
          ...paying.map((rule) => (rule[which] === null ? Infinity : valueAt(rule[which][of.level], '2018-06-15').value)),
          0,
        );
      const paidBefore = before.accounts[line.account] ?? 0;
      const paidAfter = after.accounts[line.account] ?? 0;
      if (line.rules.length === 0) continue;
      expect(paidAfter).toBe(paidBefore + thisCase);
      // A cap of this level may be below what another level paid before: then nothing more is paid.
      expect(paidAfter).toBeLessThanOrEqual(Math.max(highest('capPerYear'), paidBefore));
      expect(thisCase).toBeLessThanOrEqual(highest('capPerStay'));
    }
  });
});

test('a poor patient of Fuliang never bears more than 10 % of the total of a stay', () => {
  fc.assert(
    fc.property(arbitraryCases(['destitute', 'low-income', 'registered-poor'], 12), (cases) => {
      for (const { settled, of } of settledYear(FULIANG, cases)) {
        if (of.categories.length > 0) expect(settled.selfPayFen).toBeLessThanOrEqual(Math.floor(of.bill.totalFen / 10));
      }
    }),
  );
});

test('the yearly caps of Fuliang and Chongqing, by name and by amount (fen)', () => {
  const yearsOf = (pack: Pack, categories: readonly Category[], bound: Readonly<Record<string, number>>): void =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(1 as const, 2 as const, 3 as const),
        (totals, level) => {
          const cases = totals.map((totalFen) => ({
            level,
            categories,
            diagnoses: ['J18.9'],
            day: 15,
            bill: { totalFen, summary: { outOfCatalogueFen: 0, overLimitFen: 0, firstSelfPayFen: 0 } },
          }));
          const accounts = settledYear(pack, cases).at(-1)!.after.accounts;
          for (const [account, cap] of Object.entries(bound)) expect(accounts[account] ?? 0).toBeLessThanOrEqual(cap);
        },
      ),
    );
  yearsOf(FULIANG, [], {
    'basic.inpatient': 10_000_000,
    'critical-illness.paid': 25_000_000,
    'assistance.paid': 0,
    'fifth-line.paid': 0,
  });
  yearsOf(FULIANG, ['low-income'], { 'basic.inpatient': 10_000_000, 'assistance.paid': 3_000_000 });
  yearsOf(FULIANG, ['registered-poor'], { 'basic.inpatient': 10_000_000, 'assistance.paid': 3_000_000 });
  yearsOf(CHONGQING, [], { 'critical-illness.paid': 20_000_000, 'assistance.paid': 0, 'tilt.paid': 0 });
  yearsOf(CHONGQING, ['low-income'], { 'tilt.paid': 2_000_000 });
  yearsOf(CHONGQING, ['marginal'], { 'critical-illness.paid': 20_000_000, 'tilt.paid': 2_000_000 });
});

test('same input, same output: again, and with the pack read back from its canonical bytes', () => {
  const digest = (year: readonly SettledCase[]): string =>
    createHash('sha256')
      .update(canonicalJson(year.map(({ settled }) => settled)))
      .digest('hex');
  fc.assert(
    fc.property(anyYear, ({ pack, cases }) => {
      const again = checkedPack(JSON.parse(canonicalJson(pack.content)), 'read back');
      expect(digest(settledYear(again, cases))).toBe(digest(settledYear(pack, cases)));
    }),
    { numRuns: 300 },
  );
});
