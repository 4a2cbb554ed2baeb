/**
 * Law that nobody wrote: random valid packs of the five rule shapes, and random cases for them. What holds for Fuliang and
 * Chongqing must hold for any county that the shapes can express.
 */
import * as fc from 'fast-check';
import type { ByLevel, Category, HospitalLevel, Line, PackContent, Part, Payer, Rule, Value } from '@oss/policy';
import type { PostedDischarge } from '@oss/settlement';

export const ARBITRARY_REGION = '530102';
export const ARBITRARY_CATEGORIES = ['destitute', 'low-income', 'disabled'] as const satisfies readonly Category[];
const PAYERS = [
  'basic-insurance',
  'critical-illness',
  'supplementary-insurance',
  'medical-assistance',
  'fifth-line',
] as const satisfies readonly Payer[];
const BASES = ['total', 'rest', 'in-scope', 'in-scope-rest', 'out-of-scope', 'out-of-scope-rest'] as const;

const rate = fc.oneof(fc.constantFrom(0, 1, 5_000, 9_999, 10_000), fc.integer({ min: 0, max: 10_000 }));
/** Amounts from a fen to beyond any bill, the small and round ones often: edges meet. */
const amount = fc.oneof(fc.constantFrom(0, 1, 10_000, 100_000), fc.integer({ min: 0, max: 2_000_000 }));
const value = (numbers: fc.Arbitrary<number>, unit: 'fen' | 'bp'): fc.Arbitrary<Value> =>
  numbers.map((each) => ({ value: each, unit }));
const bp = value(rate, 'bp');
const fen = value(amount, 'fen');
const levelled = (of: fc.Arbitrary<Value>): fc.Arbitrary<ByLevel> =>
  fc.oneof(
    { weight: 3, arbitrary: of },
    fc.record({ 1: of, 2: of, 3: of }).map((byLevel) => ({ byLevel })),
  );
const maybe = <K extends string, T>(key: K, of: fc.Arbitrary<T>): fc.Arbitrary<{ [P in K]?: T }> =>
  fc.option(of, { nil: undefined }).map((each) => (each === undefined ? {} : { [key]: each }) as { [P in K]?: T });

const bands = fc
  .record({
    edges: fc.uniqueArray(fc.integer({ min: 1, max: 3_000_000 }), { maxLength: 3 }).map((each) => each.sort((a, b) => a - b)),
    rates: fc.array(bp, { minLength: 4, maxLength: 4 }),
    from: fc.constantFrom('after-deductible' as const, 'zero' as const),
  })
  .map(({ edges, rates, from }) => ({
    bands: {
      measuredFrom: { value: from },
      steps: rates.slice(0, edges.length + 1).map((each, index) => {
        const edge = edges[index];
        return edge === undefined ? { rate: each } : { upTo: { value: edge, unit: 'fen' as const }, rate: each };
      }),
    },
  }));
const payment = fc.oneof(
  levelled(bp).map((each) => ({ rate: each })),
  bands,
);

const period = fc.constantFrom('stay' as const, 'year' as const).map((each) => ({ value: each }));
const ofCase = fc
  .tuple(
    fc.constantFrom(...BASES),
    maybe(
      'deductible',
      fc.tuple(period, levelled(fen), maybe('factor', bp)).map(([each, of, factor]) => ({ period: each, amount: of, ...factor })),
    ),
    payment,
    maybe('ratePlus', bp),
  )
  .map(([base, deductible, pays, plus]): Part => ({ base, ...deductible, ...pays, ...plus }));
const ofYear = (account: string): fc.Arbitrary<Part> =>
  fc
    .tuple(
      maybe(
        'deductible',
        fc.tuple(levelled(fen), maybe('factor', bp)).map(([of, factor]) => ({ amount: of, ...factor })),
      ),
      payment,
      maybe('ratePlus', bp),
    )
    .map(([deductible, pays, plus]): Part => ({ base: { accumulator: account }, ...deductible, ...pays, ...plus }));
const caps = fc
  .tuple(maybe('capPerYear', levelled(fen)), maybe('capPerStay', levelled(fen)))
  .map(([year, stay]) => ({ ...year, ...stay }));

/** One rule for all, or one for some categories and another (perhaps nothing) for the rest. */
function rules(rule: fc.Arbitrary<Rule>): fc.Arbitrary<Rule[]> {
  const nothing: Rule = { nothing: '不享受' };
  const some = fc.subarray([...ARBITRARY_CATEGORIES], { minLength: 1, maxLength: 2 });
  const split = fc
    .tuple(some, rule, fc.oneof(rule, fc.constant(nothing)))
    .map(([categories, first, rest]) => [{ ...first, when: { categories } }, rest]);
  return fc.oneof(
    rule.map((each) => [each]),
    split,
  );
}

type Bearer = Pick<Line, 'payer' | 'split'>;
const onePayer: fc.Arbitrary<Bearer> = fc.constantFrom(...PAYERS).map((payer) => ({ payer }));
const twoPayers: fc.Arbitrary<Bearer> = fc
  .tuple(fc.shuffledSubarray([...PAYERS], { minLength: 2, maxLength: 3 }), fc.integer({ min: 0, max: 5_000 }))
  .map(([payers, weight]) => ({
    split: payers.map((payer, index) =>
      index === payers.length - 1 ? { payer } : { payer, weight: { value: weight, unit: 'bp' as const } },
    ),
  }));
const bearer = fc.oneof({ weight: 4, arbitrary: onePayer }, { weight: 1, arbitrary: twoPayers });

const proportional = (id: string): fc.Arbitrary<Line> => {
  const account = `${id}-borne`;
  const rule = (part: fc.Arbitrary<Part>): fc.Arbitrary<Rule> =>
    fc.tuple(fc.array(part, { minLength: 1, maxLength: 2 }), caps).map(([parts, cap]) => ({ parts, ...cap }));
  const plain = fc.tuple(bearer, rules(rule(ofCase)));
  const accumulating = fc.tuple(
    bearer,
    rules(rule(ofYear(account)).map((each) => ({ ...each, parts: each.parts?.slice(0, 1) }) as Rule)),
  );
  const head = { id, label: `线${id}`, shape: 'proportional' as const };
  return fc.oneof(
    plain.map(([by, of]) => ({ ...head, ...by, rules: of })),
    accumulating.map(([by, of]) => ({ ...head, ...by, accumulates: [{ account, label: '累计' }], rules: of })),
  );
};

const waiver = (id: string): fc.Arbitrary<Line> =>
  rules(
    fc.tuple(fc.constantFrom(...BASES), bp, caps).map(([base, each, cap]) => ({ parts: [{ base, rate: each }], ...cap })),
  ).map((of) => ({
    id,
    label: `减免${id}`,
    payer: 'hospital',
    shape: 'waiver',
    rules: of,
  }));

const topUp = (id: string): fc.Arbitrary<Line> => {
  const limit = fc.oneof(
    fc
      .tuple(fc.constantFrom('total' as const, 'in-scope' as const), levelled(bp))
      .map(([percentOf, each]) => ({ percentOf, rate: each })),
    levelled(fen).map((perYear) => ({ perYear })),
  );
  const measures = maybe('measures', fc.constantFrom('self-pay' as const, 'in-scope-self-pay' as const));
  const rule = fc.tuple(limit, measures, caps).map(([each, of, cap]): Rule => ({ limit: each, ...of, ...cap }));
  return fc
    .tuple(bearer, rules(rule))
    .map(([by, of]) => ({ id, label: `兜底${id}`, shape: 'top-up' as const, ...by, rules: of }));
};

const excess = fc
  .record({ fixed: fc.boolean(), ceiling: fc.boolean(), fixedFen: levelled(fen), ceilingFen: levelled(fen) })
  .map(({ fixed, ceiling, fixedFen, ceilingFen }) => {
    const shapes = [...(fixed ? (['fixed-amount'] as const) : []), ...(ceiling ? (['price-limit'] as const) : [])];
    const icd10 = { 'fixed-amount': 'K35', 'price-limit': 'H25' } as const;
    const amounts = { 'fixed-amount': fixedFen, 'price-limit': ceilingFen } as const;
    return {
      lines: shapes.map((shape): Line => ({ id: shape, label: shape, payer: 'hospital', shape })),
      programmes: shapes.map((kind) => ({
        id: `p-${kind}`,
        label: kind,
        kind,
        careTypes: ['inpatient' as const],
        diseases: [{ label: kind, icd10: [icd10[kind]], amount: amounts[kind] }],
      })),
    };
  });

/** A valid pack: `checkedPack` accepts every one of them. */
export const arbitraryPack: fc.Arbitrary<PackContent> = fc
  .integer({ min: 1, max: 5 })
  .chain((count) =>
    fc.record({
      front: excess,
      lines: fc.tuple(
        ...Array.from({ length: count }, (_, n) =>
          fc.oneof({ weight: 4, arbitrary: proportional(`l${n}`) }, waiver(`l${n}`), topUp(`l${n}`)),
        ),
      ),
      classB: bp,
      order: fc.shuffledSubarray([...ARBITRARY_CATEGORIES], { minLength: 3 }),
    }),
  )
  .map(({ front, lines, classB, order }): PackContent => {
    const all = [...front.lines, ...(lines as Line[])];
    return {
      schema: 1,
      id: `${ARBITRARY_REGION}/2018-01-01`,
      region: ARBITRARY_REGION,
      name: '随机规则',
      from: '2018-01-01',
      sources: { random: { title: '随机生成' } },
      defaults: { source: 'random', provenance: 'assumed' },
      localArea: { value: ['53'] },
      categories: order,
      scope: { classBFirstSelfPay: classB },
      care: { inpatient: { chain: all.map(({ id }) => id) } },
      ...(front.programmes.length === 0 ? {} : { programmes: front.programmes }),
      lines: all,
    };
  });

export interface ArbitraryCase {
  readonly level: HospitalLevel;
  readonly categories: readonly Category[];
  readonly diagnoses: readonly string[];
  readonly day: number;
  readonly bill: PostedDischarge['bill'];
}

const line = fc
  .record({
    class: fc.constantFrom('A' as const, 'B' as const, 'C' as const),
    amountFen: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 5_000_000 })),
    over: rate,
  })
  .map(({ class: itemClass, amountFen, over }) => ({
    code: 'X',
    class: itemClass,
    amountFen,
    overLimitFen: over > 9_000 ? Math.floor((amountFen * over) / 20_000) : 0,
  }));
const linesBill = fc
  .array(line, { maxLength: 5 })
  .map((lines) => ({ totalFen: lines.reduce((sum, each) => sum + each.amountFen, 0), lines }));
const summaryBill = fc.tuple(amount, amount, amount, amount).map(([rest, outOfCatalogueFen, overLimitFen, firstSelfPayFen]) => ({
  totalFen: rest + outOfCatalogueFen + overLimitFen + firstSelfPayFen,
  summary: { outOfCatalogueFen, overLimitFen, firstSelfPayFen },
}));

export function arbitraryCases(
  categories: readonly Category[] = ARBITRARY_CATEGORIES,
  maxLength = 8,
): fc.Arbitrary<ArbitraryCase[]> {
  return fc.array(
    fc.record({
      level: fc.constantFrom<HospitalLevel>(1, 2, 3),
      categories: fc.subarray([...categories]),
      diagnoses: fc.constantFrom(['J18.9'], ['K35.8'], ['H25.1'], ['J18.9', 'H25.9']),
      day: fc.integer({ min: 10, max: 28 }),
      bill: fc.oneof({ weight: 4, arbitrary: linesBill }, summaryBill),
    }),
    { minLength: 1, maxLength },
  );
}
