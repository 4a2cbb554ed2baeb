/** Longnan 2020 as domain.md §4, "Second pack", states it with its open points. */
import { type JudgedCase, type JudgedCategory, type Judgement } from './case';
import { above, type Fraction, halfUp, minus, most, percent, sum, times, whole } from './fraction';
import { Purse, within } from './purse';

const YUAN = 100n;
/** basic 90/80/60, no deductible at levels 1–2, cap 100 000; level-3 deductible 600 (assumed) */
const BASIC_RATIO = { 1: percent(90n), 2: percent(80n), 3: percent(60n) };
const BASIC_DEDUCTIBLE = { 1: 0n, 2: 0n, 3: 600n * YUAN };
const BASIC_CAP = 100_000n * YUAN;
/** critical illness above 6 500 accumulated at 65 %, no cap */
const CRITICAL_DEDUCTIBLE = 6_500n * YUAN;
const CRITICAL_RATE = percent(65n);
/** supplementary: in-scope rest 90 %; out-of-catalogue 75 %, cap 250 000; 5 % borne by an in-city designated hospital */
const SUPPLEMENTARY_IN_SCOPE = percent(90n);
const SUPPLEMENTARY_OUT_OF_SCOPE = percent(75n);
const SUPPLEMENTARY_CAP = 250_000n * YUAN;
const HOSPITAL_OUT_OF_SCOPE = percent(5n);
/** assistance: destitute, orphan 100 %; low-income 80 % cap 50 000; registered-poor 70 % cap 30 000 */
const ASSISTANCE: readonly { category: JudgedCategory; rate: Fraction; cap?: bigint }[] = [
  { category: 'destitute', rate: percent(100n) },
  { category: 'orphan', rate: percent(100n) },
  { category: 'low-income', rate: percent(80n), cap: 50_000n * YUAN },
  { category: 'registered-poor', rate: percent(70n), cap: 30_000n * YUAN },
];
/** expenditure-poor: the year's accumulated in-scope rest above 20 000 at 50 %, cap 30 000 */
const EXPENDITURE_FLOOR = 20_000n * YUAN;
const EXPENDITURE_RATE = percent(50n);
const EXPENDITURE_CAP = 30_000n * YUAN;

/** "Ordinary persons have basic insurance alone": whoever none of the rule set's five groups holds. */
const isAssisted = ({ categories }: JudgedCase): boolean =>
  [...ASSISTANCE.map(({ category }) => category), 'expenditure-poor'].some((named) =>
    categories.some((category) => category === named),
  );

export function judgeLongnan(of: JudgedCase, earlier: readonly Judgement[]): Judgement {
  const purse = new Purse(of, earlier);
  const assisted = isAssisted(of);
  const base = whole(above(purse.inScopeRest, BASIC_DEDUCTIBLE[of.level]));
  const basic = halfUp(times(base, BASIC_RATIO[of.level]));
  purse.pay('basic', 'basic-insurance', within(basic, purse.leftOf(BASIC_CAP, 'basic')));

  const entersA = purse.inScopeRest;
  const before = sum(earlier.map((judgement) => judgement.entersA));
  const f = (a: bigint): Fraction => times(whole(above(a, CRITICAL_DEDUCTIBLE)), CRITICAL_RATE);
  const critical = halfUp(minus(f(before + entersA), f(before)));
  purse.pay('critical-illness', 'critical-illness', assisted ? critical : 0n);

  const hospital = supplementary(of, purse, assisted);
  const entersRest = purse.inScopeRest;
  purse.pay('assistance', 'medical-assistance', assistance(of, purse, earlier));
  const { total, inScope } = purse.scoped;
  const year = of.dischargedOn.slice(0, 4);
  return { year, total, inScope, shares: purse.shares, hospital, selfPay: purse.selfPay, entersA, entersRest };
}

/** Each part rounded, the cap cutting the second first; the hospital's 5 % of the same out-of-scope base, uncut. */
function supplementary(of: JudgedCase, purse: Purse, assisted: boolean): bigint {
  const outOfScope = purse.outOfScopeRest;
  const left = purse.leftOf(SUPPLEMENTARY_CAP, 'supplementary')!;
  const first = within(halfUp(times(whole(purse.inScopeRest), SUPPLEMENTARY_IN_SCOPE)), left);
  const second = within(halfUp(times(whole(outOfScope), SUPPLEMENTARY_OUT_OF_SCOPE)), left - first);
  purse.pay('supplementary', 'supplementary-insurance', assisted ? first : 0n, assisted ? second : 0n);
  const inCity = of.transfer === 'none';
  const hospital = assisted && inCity ? halfUp(times(whole(outOfScope), HOSPITAL_OUT_OF_SCOPE)) : 0n;
  purse.pay('hospital', 'hospital', 0n, hospital);
  return hospital;
}

/** Rule 8: the category that pays most on this case, caps included. */
function assistance(of: JudgedCase, purse: Purse, earlier: readonly Judgement[]): bigint {
  const offers = ASSISTANCE.filter(({ category }) => of.categories.includes(category)).map(({ rate, cap }) =>
    within(halfUp(times(whole(purse.inScopeRest), rate)), purse.leftOf(cap, 'assistance')),
  );
  if (of.categories.includes('expenditure-poor')) {
    const before = sum(earlier.map(({ entersRest }) => entersRest));
    const g = (rest: bigint): Fraction => times(whole(above(rest, EXPENDITURE_FLOOR)), EXPENDITURE_RATE);
    const grown = halfUp(minus(g(before + purse.inScopeRest), g(before)));
    offers.push(within(grown, purse.leftOf(EXPENDITURE_CAP, 'assistance')));
  }
  return offers.reduce(most, 0n);
}
