/** From a failing sequence to the smallest that still fails: fewer cases, fewer lines, smaller and plainer amounts. */
import type { BillLine, JudgedCase } from './case';
import { isLines } from './scope';

/** A bound on the search: each step asks both engines once. */
const MOST_STEPS = 5_000;

/** @param fails whether the two engines differ on a sequence */
export function smallestFailing(cases: readonly JudgedCase[], fails: (cases: readonly JudgedCase[]) => boolean): JudgedCase[] {
  let smallest = [...cases];
  let steps = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of simpler(smallest)) {
      steps += 1;
      if (steps > MOST_STEPS) return smallest;
      if (!fails(candidate)) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}

/** Each sequence that is one step plainer, the boldest steps first. */
function* simpler(cases: readonly JudgedCase[]): Generator<JudgedCase[]> {
  for (let at = 0; at < cases.length; at += 1) yield cases.filter((_, index) => index !== at);
  for (let at = 0; at < cases.length; at += 1) {
    for (const plainer of simplerCase(cases[at]!)) yield cases.map((of, index) => (index === at ? plainer : of));
  }
}

function* simplerCase(of: JudgedCase): Generator<JudgedCase> {
  if (of.transfer !== 'none') yield { ...of, transfer: 'none' };
  for (const category of of.categories) yield { ...of, categories: of.categories.filter((each) => each !== category) };
  const { bill } = of;
  if (!isLines(bill)) {
    yield { ...of, bill: [{ class: 'A', amount: bill.total, overLimit: 0n }] };
    return;
  }
  for (let at = 0; at < bill.length; at += 1) {
    yield { ...of, bill: bill.filter((_, index) => index !== at) };
    for (const plainer of simplerLine(bill[at]!))
      yield { ...of, bill: bill.map((line, index) => (index === at ? plainer : line)) };
  }
}

function* simplerLine(line: BillLine): Generator<BillLine> {
  const { amount, overLimit } = line;
  if (line.class !== 'A') yield { class: 'A', amount, overLimit };
  if (overLimit > 0n) yield { ...line, overLimit: 0n };
  // Half, then whole yuan, then less by ever smaller steps: each bounded by what stands below the amount.
  const smaller = [amount / 2n, amount - (amount % 10_000n), amount - (amount % 100n), amount - 100n, amount - 1n];
  for (const less of smaller) if (less >= overLimit && less < amount) yield { ...line, amount: less };
}
