/** Random corrections: after them the product's years equal the judge's fresh settlement of the surviving attempts. */
import { isDeepStrictEqual } from 'node:util';
import { type Seeded, seeded } from '../support/seeded';
import type { JudgedCategory } from './case';
import { type Attempt, type Deed, outcome } from './corrections';
import { packsInForce } from './product';
import { CorrectedProduct, type CorrectedRows } from './product-corrections';
import { randomSequence } from './random-cases';
import { judgedRows, KNOWN_ACCOUNTS } from './row';
import { COMPARED, type Subject } from './subjects';
import { judged } from './year';

const SEQUENCES = 1_000;
const DEEDS = 12;
const SEED = Number(process.env['JUDGE_SEED'] ?? Date.now() & 0x7fffffff);
const CATEGORIES: readonly (readonly JudgedCategory[])[] = [[], ['destitute'], ['low-income', 'registered-poor'], ['orphan']];
const packs = packsInForce();

/** Deeds that a clerk could do: a bill is corrected only once its settlement is reversed. */
function randomDeeds(random: Seeded, subject: Subject): Deed[] {
  const deeds: Deed[] = [];
  const names: string[] = [];
  const bills = Array.from({ length: 4 }, () => randomSequence(random, subject)).flat();
  while (deeds.length < DEEDS) {
    const { survivors } = outcome(deeds);
    const dead = names.filter((name) => !survivors.some(({ settlement }) => settlement === name));
    const kind = names.length === 0 ? 0 : random.whole(0, 5);
    const judgedCase = random.pick(bills);
    if (kind < 2) {
      names.push(`E${names.length}`);
      deeds.push({ deed: 'settle', settlement: names.at(-1)!, judgedCase });
    } else if (kind < 4) {
      deeds.push({ deed: 'reverse', settlement: random.pick(names), cascade: random.whole(0, 2) > 0 });
    } else if (kind === 4 && dead.length > 0) {
      deeds.push({ deed: 'correct', settlement: random.pick(dead), judgedCase });
    } else {
      const categories = random.pick(CATEGORIES);
      deeds.push({ deed: 'entitle', settlement: random.pick(names), categoriesOn: () => categories });
    }
  }
  return deeds;
}

/** The judge's years in the product's form: nothing but the survivors settled afresh. */
function freshRows(survivors: readonly Attempt[], years: readonly string[]): Record<string, CorrectedRows> {
  const rows = judgedRows(judged(survivors.map(({ judgedCase }) => judgedCase)));
  const all = survivors.map(({ settlement, attempt, judgedCase }, index) => ({
    year: judgedCase.dischargedOn.slice(0, 4),
    settlement,
    attempt,
    row: rows[index]!,
  }));
  const nothing = Object.fromEntries(KNOWN_ACCOUNTS.map((name) => [name, 0]));
  return Object.fromEntries(
    years.map((year) => {
      const own = all.filter((each) => each.year === year);
      const attempts = own.map(({ settlement, attempt, row: { accounts: _, ...row } }) => ({ settlement, attempt, ...row }));
      return [year, { attempts, accounts: own.at(-1)?.row.accounts ?? nothing }];
    }),
  );
}

test(`${SEQUENCES} random lives of a year: refusals, attempts, every share and account (JUDGE_SEED=${SEED})`, () => {
  const random = seeded(SEED);
  const seen = { alive: 0, again: 0, refused: 0 };
  for (let number = 0; number < SEQUENCES; number += 1) {
    const deeds = randomDeeds(random, COMPARED[number % COMPARED.length]!);
    const { survivors, refused } = outcome(deeds);
    const product = new CorrectedProduct(packs);
    const refusedToo = deeds.flatMap((deed, index) => (product.take(deed) ? [] : [index]));
    const found = product.rows();
    const [theirs, ours] = [
      { refused: refusedToo, years: found },
      { refused, years: freshRows(survivors, Object.keys(found)) },
    ];
    if (!isDeepStrictEqual(theirs, ours)) {
      process.stderr.write(`JUDGE_SEED=${SEED}, sequence ${number}: ${said(deeds)}\n`);
      expect(theirs).toEqual(ours);
    }
    seen.alive += survivors.length;
    seen.again += survivors.filter(({ attempt }) => attempt > 1).length;
    seen.refused += refused.length;
  }
  // The lives reach what they are about: attempts that survive, attempts settled again, refusals.
  expect(Object.values(seen).every((count) => count > SEQUENCES / 2)).toBe(true);
});

/** "settle E0 on 2019-01-01; reverse E0 with cascade": the deeds as a clerk would tell them. */
function said(deeds: readonly Deed[]): string {
  const words = deeds.map((each) => {
    if (each.deed === 'reverse') return `reverse ${each.settlement}${each.cascade ? ' with cascade' : ''}`;
    if (each.deed === 'entitle') return `entitle ${each.settlement} to [${each.categoriesOn('').join(', ')}]`;
    return `${each.deed} ${each.settlement} on ${each.judgedCase.dischargedOn}`;
  });
  return words.join('; ');
}
