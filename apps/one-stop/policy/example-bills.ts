/** A dozen bills that every county knows, settled under two packs: what a change of law means in money. */
import { type Fen, shareOf } from '@oss/money';
import { type Category, chainFor, type HospitalLevel, PAYERS, type Payer, valueAt } from '@oss/policy';
import { paidByPayer, Probe } from '@oss/settlement';
import type { Side } from './pack-arguments';

export interface ExampleBill {
  readonly level: HospitalLevel;
  /** Null: ordinary. */
  readonly category: Category | null;
  readonly totalFen: Fen;
  readonly outOfCatalogueFen: Fen;
  /** Cost of class B, whose first self-pay is the pack's. */
  readonly classBFen: Fen;
}

/** What each payer, the hospital and the patient bear of a bill, in fen; every payer of either pack is there. */
export interface ExampleOutcome {
  readonly on: string;
  readonly paid: Readonly<Partial<Record<Payer, Fen>>>;
  readonly selfPayFen: Fen;
}

export interface ExampleComparison {
  readonly bill: ExampleBill;
  /** Null: the pack has no rules for inpatient care. */
  readonly before: ExampleOutcome | null;
  readonly after: ExampleOutcome | null;
}

const COSTS = [
  { level: 1, totalFen: 500_000, outOfCatalogueFen: 0, classBFen: 0 },
  { level: 2, totalFen: 5_000_000, outOfCatalogueFen: 200_000, classBFen: 1_000_000 },
  { level: 3, totalFen: 20_000_000, outOfCatalogueFen: 2_000_000, classBFen: 5_000_000 },
] as const;
const CATEGORIES = [null, 'registered-poor', 'low-income', 'destitute'] as const;
/** A stay for a disease that programmes rarely name; the usual chain is compared. */
const DISEASE = 'Z00.0';
/** Forty years: no rule for children or the old applies. */
const GROWN_UP_MONTHS = 480;

export const EXAMPLE_BILLS: readonly ExampleBill[] = COSTS.flatMap((cost) =>
  CATEGORIES.map((category) => ({ ...cost, category })),
);

/** Each bill as the year's first, local, on the side's day, else on its pack's first day. */
export function exampleComparisons(before: Side, after: Side): ExampleComparison[] {
  return EXAMPLE_BILLS.map((bill) => ({ bill, before: outcomeOf(bill, before), after: outcomeOf(bill, after) }));
}

function outcomeOf(
  { category, classBFen, level, outOfCatalogueFen, totalFen }: ExampleBill,
  { pack, on }: Side,
): ExampleOutcome | null {
  if (chainFor(pack, 'inpatient') === null) return null;
  const date = on ?? pack.from;
  const probe = new Probe(pack, {
    date,
    careType: 'inpatient',
    level,
    transfer: 'none',
    designated: true,
    categories: category === null ? [] : [category],
    disease: DISEASE,
    ageMonths: GROWN_UP_MONTHS,
  });
  const firstSelfPayFen = shareOf(classBFen, valueAt(pack.classBFirstSelfPay, date).value);
  const settled = probe.settle({ costFen: totalFen - outOfCatalogueFen, firstSelfPayFen, outOfCatalogueFen });
  const paid = paidByPayer(settled);
  const inOrder = (Object.keys(PAYERS) as Payer[]).filter((payer) => paid.has(payer));
  const byPayer = Object.fromEntries(inOrder.map((payer) => [payer, paid.get(payer)]));
  return { on: date, paid: byPayer, selfPayFen: settled.completed.selfPayFen };
}

/** Whether both packs leave every payer and the patient the same. */
export function isSame({ before, after }: ExampleComparison): boolean {
  if (before === null || after === null) return before === after;
  const payers = Object.keys(PAYERS) as Payer[];
  return (
    before.selfPayFen === after.selfPayFen && payers.every((payer) => (before.paid[payer] ?? 0) === (after.paid[payer] ?? 0))
  );
}
