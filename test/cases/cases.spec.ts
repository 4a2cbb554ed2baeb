/** Every public worked example, by what it can prove: recomputed to the fen, sums that close, or a mistake refused. */
import { basename } from 'node:path';
import { sumFen } from '@oss/money';
import {
  differencesFrom,
  type ExampleBill,
  exampleBills,
  EXAMPLE_PACKS,
  fenOfYuan,
  publishedExamples,
  publishedFen,
  publishedPaidFen,
  type PublishedExample,
} from '../../apps/one-stop/demo/public-examples';
import { settleBills } from '../../apps/one-stop/settle/settle-bills';
import { readSettleFile } from '../../apps/one-stop/settle/settle-file';
import { builtInPacks, packsIn } from '../../apps/hospital-gateway/policy/pack-files';

const TODAY = '2026-01-01';
/** Published amounts without a published example: a spec of their own settles them. */
const WITHOUT_EXAMPLE = ['taiyuan-children-2010.yaml'];
const examples = publishedExamples();
const bills = exampleBills();
const builtIn = builtInPacks();
const own = packsIn(EXAMPLE_PACKS);

const hasBill = (example: PublishedExample): boolean => bills.some((bill) => bill.case.example === example.id);
const named = <T extends { readonly id: string }>(list: readonly T[]): [string, T][] => list.map((each) => [each.id, each]);
const recomputed = examples.filter((example) => !example.negative && hasBill(example));
const sumsOnly = examples.filter((example) => !example.negative && !hasBill(example));
const mistakes = examples.filter((example) => example.negative);

function billOf(example: PublishedExample): ExampleBill {
  return bills.find((bill) => bill.case.example === example.id) as ExampleBill;
}

/** Settled under the very pack that the case names, found by region and day among all. */
function settle(bill: ExampleBill) {
  const outcome = settleBills(readSettleFile(bill.file), { among: [...builtIn, ...own] }, TODAY);
  if ('refused' in outcome) throw new Error(`${bill.case.example} was refused: ${JSON.stringify(outcome.refused)}`);
  const home =
    bill.case.pack === undefined ? builtIn : own.filter(({ file }) => basename(file) === basename(bill.case.pack as string));
  expect(home.map(({ digest }) => digest)).toContain(outcome.settled.policy.digest);
  return outcome;
}

function expectConserved({ settled }: ReturnType<typeof settle>): void {
  expect(
    settled.shares.every(({ paidFen, inScopeFen, outOfScopeFen }) => paidFen >= 0 && inScopeFen + outOfScopeFen === paidFen),
  ).toBe(true);
  expect(sumFen([...settled.shares.map(({ paidFen }) => paidFen), settled.selfPayFen as number])).toBe(settled.totalFen);
}

test('every example stands in exactly one group, and every bill and pack belongs to an example', () => {
  expect({ recomputed: recomputed.length, sumsOnly: sumsOnly.length, mistakes: mistakes.length }).toEqual({
    recomputed: 9,
    sumsOnly: 5,
    mistakes: 4,
  });
  expect(bills.map((bill) => examples.filter(({ id }) => id === bill.case.example).length)).toEqual(bills.map(() => 1));
  const used = bills.flatMap((bill) => (bill.case.pack === undefined ? [] : [basename(bill.case.pack)]));
  expect(own.map(({ file }) => basename(file)).sort()).toEqual([...used, ...WITHOUT_EXAMPLE].sort());
});

describe('recomputed to the fen', () => {
  test.each(named(recomputed))('%s', (_, example) => {
    const outcome = settle(billOf(example));
    expect(differencesFrom(billOf(example), outcome.settled, example)).toEqual([]);
    expect(outcome.year.accounts).toMatchObject(billOf(example).case.expected.accountsFen ?? {});
    expectConserved(outcome);
  });
});

describe('only the sums are published, and they close', () => {
  test.each(named(sumsOnly))('%s', (_, example) => {
    expect(sumFen([publishedPaidFen(example), publishedFen(example, 'selfPayCny') as number])).toBe(
      publishedFen(example, 'totalCny'),
    );
  });
});

describe('published mistakes', () => {
  test.each(named(mistakes))('%s: the printed amounts do not add up to the bill', (_, example) => {
    const { selfPayCny } = example;
    const paidFen = publishedPaidFen(example);
    const totalFen = publishedFen(example, 'totalCny') as number;
    // Where no self-pay is printed, the payments alone must already break the sum: it can only be above the bill.
    if (selfPayCny === null) expect(paidFen).toBeGreaterThan(totalFen);
    else expect(paidFen + fenOfYuan(selfPayCny)).not.toBe(totalFen);
  });

  test.each(named(mistakes.filter(hasBill)))('%s: the same rates never pay more than the bill here', (_, example) => {
    const outcome = settle(billOf(example));
    expect(differencesFrom(billOf(example), outcome.settled, example)).toEqual([]);
    expectConserved(outcome);
  });

  test('the one mistake without a stated rule has no bill', () => {
    expect(mistakes.filter((example) => !hasBill(example)).map(({ id }) => id)).toEqual(['neg-zhenyuan-2017']);
  });
});
