/** Fuliang 2018 as domain.md §3 and §4 state it, line by line, by hand. Nothing here is shared with the product. */
import { isPoor, type JudgedCase, type JudgedCategory, type Judgement, type Level } from './case';
import { above, down, type Fraction, halfUp, least, minus, most, percent, plus, sum, times, whole } from './fraction';
import { Purse, within } from './purse';
import { isClassOne, isFree, isPerDisease } from './diseases';

const YUAN = 100n;
type ByLevel<T> = Readonly<Record<Level, T>>;

export interface FuliangNumbers {
  readonly basicRatio: ByLevel<Fraction>;
  readonly basicDeductible: Readonly<Record<'poor' | 'ordinary', ByLevel<bigint>>>;
  readonly basicCap: bigint;
  readonly criticalDeductible: Readonly<Record<'poor' | 'ordinary', bigint>>;
  /** Widths of the bands above the deductible; the last has none. */
  readonly criticalBands: readonly { readonly upTo?: bigint; readonly rate: Fraction }[];
  readonly criticalPoorExtra: Fraction;
  readonly criticalCapOrdinary: bigint;
  /** In the pack's order; who is not named gets nothing. */
  readonly assistance: readonly { readonly category: JudgedCategory; readonly rate: Fraction; readonly cap?: bigint }[];
  readonly fifthLineLimit: Fraction;
}

/** domain.md §4, the table, yuan by yuan. */
export const FULIANG_2018: FuliangNumbers = {
  // basic, inpatient, ratio level 1/2/3: 90 / 80 / 60 %
  basicRatio: { 1: percent(90n), 2: percent(80n), 3: percent(60n) },
  // basic, deductible level 1/2/3: 100 / 400 / 600; poor: 0 / 0 / 600; every stay (三(三)3)
  basicDeductible: {
    ordinary: { 1: 100n * YUAN, 2: 400n * YUAN, 3: 600n * YUAN },
    poor: { 1: 0n, 2: 0n, 3: 600n * YUAN },
  },
  // basic, yearly cap: 100 000
  basicCap: 100_000n * YUAN,
  // critical illness, deductible on A: 13 000; poor 6 500 (三(三)3)
  criticalDeductible: { ordinary: 13_000n * YUAN, poor: 6_500n * YUAN },
  // critical illness, bands after the deductible: to 50 000: 50 %, to 100 000: 60 %, above: 70 %; poor +5 points
  criticalBands: [
    { upTo: 50_000n * YUAN, rate: percent(50n) },
    { upTo: 100_000n * YUAN, rate: percent(60n) },
    { rate: percent(70n) },
  ],
  criticalPoorExtra: percent(5n),
  // critical illness, yearly cap: 250 000; poor: none
  criticalCapOrdinary: 250_000n * YUAN,
  // medical assistance, on the in-scope rest: destitute, orphan 100 %; low-income 70 % cap 30 000; registered-poor 70 % cap 30 000
  assistance: [
    { category: 'destitute', rate: percent(100n) },
    { category: 'orphan', rate: percent(100n) },
    { category: 'low-income', rate: percent(70n), cap: 30_000n * YUAN },
    { category: 'registered-poor', rate: percent(70n), cap: 30_000n * YUAN },
  ],
  // fifth line: self-pay above 10 % of the stay's total (三(三)5)
  fifthLineLimit: percent(10n),
};

export function judgeFuliang(of: JudgedCase, earlier: readonly Judgement[], numbers: FuliangNumbers): Judgement {
  const purse = new Purse(of, earlier);
  const entersA = of.care === 'inpatient' ? inpatient(of, purse, earlier, numbers) : outpatient(of, purse, earlier, numbers);
  const { total, inScope } = purse.scoped;
  const year = of.dischargedOn.slice(0, 4);
  return { year, total, inScope, shares: purse.shares, hospital: 0n, selfPay: purse.selfPay, entersA, entersRest: 0n };
}

/** The four payers of a stay, in order (§2); answers the case's part of A. */
function inpatient(of: JudgedCase, purse: Purse, earlier: readonly Judgement[], numbers: FuliangNumbers): bigint {
  // 2: half-up(max(0, in scope − deductible) × ratio), not above the cap left
  const deductible = numbers.basicDeductible[isPoor(of) ? 'poor' : 'ordinary'][of.level];
  const base = whole(above(purse.inScopeRest, deductible));
  const cap = purse.leftOf(numbers.basicCap, 'basic');
  purse.pay('basic', 'basic-insurance', within(halfUp(times(base, basicRatio(of, numbers))), cap));
  const entersA = purse.inScopeRest;
  critical(of, purse, earlier, numbers);
  assistance(of, purse, numbers);
  // 5: limit = ⌊(total − hospital's share) × 10 %⌋; share = max(0, self-pay so far − limit); poor only; the hospital bears nothing here
  const limit = down(times(whole(purse.scoped.total), numbers.fifthLineLimit));
  purse.payMixed('fifth-line', 'fifth-line', isPoor(of) ? above(purse.selfPay, limit) : 0n);
  // 三(三)4, free: the usual chain, then a top-up with limit 0, payer medical-assistance; for others with 0 (rule 9)
  purse.payMixed('free-treatment', 'medical-assistance', isFree(of) ? purse.selfPay : 0n);
  return entersA;
}

/** 三(三)4: without a fixed amount the usual scope and deductible, with the programme ratio: 80 % at level 2, 70 % at level 3, level 1 as usual. */
function basicRatio(of: JudgedCase, numbers: FuliangNumbers): Fraction {
  if (!isPerDisease(of) || of.level === 1) return numbers.basicRatio[of.level];
  return of.level === 2 ? percent(80n) : percent(70n);
}

/** 3: half-up, once, of F(A after) − F(A before) under this case's pack and category for both; not above the cap left. */
function critical(of: JudgedCase, purse: Purse, earlier: readonly Judgement[], numbers: FuliangNumbers): void {
  const before = sum(earlier.map(({ entersA }) => entersA));
  const after = before + purse.inScopeRest;
  const f = (a: bigint): Fraction => aboveDeductible(a, isPoor(of), numbers);
  const cap = isPoor(of) ? undefined : purse.leftOf(numbers.criticalCapOrdinary, 'critical-illness');
  purse.pay('critical-illness', 'critical-illness', within(halfUp(minus(f(after), f(before))), cap));
}

/** F: the bands above the deductible. */
function aboveDeductible(a: bigint, poor: boolean, numbers: FuliangNumbers): Fraction {
  const measured = above(a, numbers.criticalDeductible[poor ? 'poor' : 'ordinary']);
  let paid = whole(0n);
  let from = 0n;
  for (const { upTo, rate } of numbers.criticalBands) {
    const inBand = above(upTo === undefined ? measured : least(measured, upTo), from);
    paid = plus(paid, times(whole(inBand), poor ? plus(rate, numbers.criticalPoorExtra) : rate));
    from = upTo ?? from;
  }
  return paid;
}

/** 4 and 8: half-up((in scope − basic − critical illness) × rate), not above the category's cap left; the category that pays most. */
function assistance(of: JudgedCase, purse: Purse, numbers: FuliangNumbers): void {
  const offers = numbers.assistance
    .filter(({ category }) => of.categories.includes(category))
    .map(({ rate, cap }) => within(halfUp(times(whole(purse.inScopeRest), rate)), purse.leftOf(cap, 'assistance')));
  purse.pay('assistance', 'medical-assistance', offers.reduce(most, 0n));
}

/** The values before the notice raised them, for who is not poor (§3 三(三)2; rule 9). */
const CLASS_ONE = {
  poor: { basic: 60_000n * YUAN, together: 100_000n * YUAN },
  ordinary: { basic: 15_000n * YUAN, together: 15_000n * YUAN },
};
const CLASS_TWO = { poor: 5_000n * YUAN, ordinary: 3_000n * YUAN };

/** 三(三)2: no deductible, no fifth line; B is rounded before it is split. Class II: basic alone, nothing enters A. */
function outpatient(of: JudgedCase, purse: Purse, earlier: readonly Judgement[], numbers: FuliangNumbers): bigint {
  const who = isPoor(of) ? 'poor' : 'ordinary';
  const b = halfUp(times(whole(purse.inScopeRest), numbers.basicRatio[of.level]));
  if (!isClassOne(of)) {
    purse.pay('basic.class-two', 'basic-insurance', within(b, purse.leftOf(CLASS_TWO[who], 'basic.class-two')));
    purse.pay('chronic-band', 'critical-illness', 0n);
    purse.pay('critical-illness', 'critical-illness', 0n);
    purse.pay('assistance', 'medical-assistance', 0n);
    return 0n;
  }
  const basic = within(b, purse.leftOf(CLASS_ONE[who].basic, 'basic.class-one'));
  purse.pay('basic.class-one', 'basic-insurance', basic);
  // up to 100 000 together: what basic pays on this case counts already
  const together = above(CLASS_ONE[who].together, purse.paidThisYear('basic.class-one', 'chronic-band') + basic);
  purse.pay('chronic-band', 'critical-illness', least(b - basic, together));
  const entersA = purse.inScopeRest;
  critical(of, purse, earlier, numbers);
  assistance(of, purse, numbers);
  return entersA;
}
