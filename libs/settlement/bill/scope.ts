/**
 * Bill to scope: what of a bill the catalogue, the limit prices, the first self-pays and the disease programmes leave
 * within the policy's scope (domain rules, step 1; price limit 三(三)7, fixed amount 三(三)4, rehabilitation 三(三)8). Pure.
 */
import { addFen, excessFen, type Fen, minFen, shareOf, subtractFen, sumFen } from '@oss/money';
import { admissionsFor, admittedBy, type CompiledAdmission, type Pack, programmesFor, valueAt } from '@oss/policy';
import type { Bill, BillLine, Care, Scope, Snapshot } from './discharge';

interface ClassSums {
  /** What lists of the pack let in although it is class C; in no other sum. */
  readonly admitted?: Scope['admitted'];
  readonly outOfCatalogueFen: Fen;
  readonly overLimitFen: Fen;
  readonly classBSelfPayFen: Fen;
}

/**
 * The scope sums of a normalised bill (each amount in fen).
 * @throws RangeError when the bill contradicts itself; acceptance has refused such a bill before.
 */
export function scopeOf(bill: Bill, care: Care, snapshot: Snapshot, pack: Pack): Scope {
  const fitting = programmesFor(pack, care, snapshot);
  const found = fitting[0];
  const set = found?.disease.amount ?? null;
  const amountFen = set === null ? undefined : valueAt(set[snapshot.hospital.level], care.dischargedOn).value;
  const programme =
    found === undefined
      ? undefined
      : {
          amountFen,
          disease: found.disease.label,
          id: found.programme.id,
          others: fitting.length === 1 ? undefined : fitting.slice(1).map((each) => each.programme.id),
        };
  if (found?.programme.kind === 'fixed-amount' && amountFen !== undefined)
    return fixedAmountScope(bill.totalFen, amountFen, programme);
  const limited = found?.programme.kind === 'price-limit' && amountFen !== undefined;
  const hospitalExcessFen = limited ? excessFen(bill.totalFen, amountFen) : 0;
  const lists = admissionsFor(pack, snapshot.categories);
  const sums = hospitalExcessFen > 0 ? sumsWithout(bill, hospitalExcessFen, lists) : sumsOf(bill, lists);
  const { admitted, outOfCatalogueFen, overLimitFen, classBSelfPayFen } = sums;
  const deducted = sumFen([hospitalExcessFen, outOfCatalogueFen, overLimitFen, classBSelfPayFen]);
  const rest = subtractFen(bill.totalFen, deducted);
  const areaSelfPayFen = shareOf(rest, outOfAreaBp(care, pack));
  return {
    admitted,
    areaSelfPayFen,
    classBSelfPayFen,
    hospitalExcessFen,
    inScopeFen: subtractFen(rest, areaSelfPayFen),
    outOfCatalogueFen,
    overLimitFen,
    programme,
    totalFen: bill.totalFen,
  };
}

/** Class sums of a bill's lines, or of its summary. */
function sumsOf(bill: Bill, lists: readonly CompiledAdmission[]): ClassSums {
  if (bill.lines === undefined) {
    const { outOfCatalogueFen, overLimitFen, firstSelfPayFen } = bill.summary ?? {
      outOfCatalogueFen: 0,
      overLimitFen: 0,
      firstSelfPayFen: 0,
    };
    return { outOfCatalogueFen, overLimitFen, classBSelfPayFen: firstSelfPayFen };
  }
  return sumsOfLines(bill.lines, lists);
}

function sumsOfLines(lines: readonly BillLine[], lists: readonly CompiledAdmission[]): ClassSums {
  let admitted: Map<CompiledAdmission, Fen> | null = null;
  let outOfCatalogueFen = 0;
  let overLimitFen = 0;
  let classBSelfPayFen = 0;
  for (const line of lines) {
    const within = subtractFen(line.amountFen, line.overLimitFen);
    overLimitFen = addFen(overLimitFen, line.overLimitFen);
    if (line.class === 'C') {
      const list = lists.length === 0 ? null : admittedBy(lists, line);
      if (list === null) outOfCatalogueFen = addFen(outOfCatalogueFen, within);
      else {
        admitted ??= new Map<CompiledAdmission, Fen>();
        admitted.set(list, addFen(admitted.get(list) ?? 0, within));
      }
    }
    if (line.class === 'B') classBSelfPayFen = addFen(classBSelfPayFen, shareOf(within, line.firstSelfPayBp ?? 0));
  }
  const sums = { outOfCatalogueFen, overLimitFen, classBSelfPayFen };
  if (admitted === null) return sums;
  return { ...sums, admitted: [...admitted].map(([{ id, label }, fen]) => ({ fen, label, list: id })) };
}

/**
 * Price limit: what the hospital bears is taken from class C lines, then B, then A, in bill order, what is above the
 * limit price first. A summary has no lines: out of catalogue, over limit and first self-pay give way in this order.
 */
function sumsWithout(bill: Bill, excess: Fen, lists: readonly CompiledAdmission[]): ClassSums {
  let left = excess;
  const take = (amount: Fen): Fen => {
    const taken = minFen(amount, left);
    left -= taken;
    return amount - taken;
  };
  if (bill.lines === undefined) {
    const sums = sumsOf(bill, lists);
    const outOfCatalogueFen = take(sums.outOfCatalogueFen);
    const overLimitFen = take(sums.overLimitFen);
    return { outOfCatalogueFen, overLimitFen, classBSelfPayFen: take(sums.classBSelfPayFen) };
  }
  const kept = new Map<BillLine, BillLine>();
  for (const itemClass of ['C', 'B', 'A'] as const) {
    for (const line of bill.lines) {
      if (line.class !== itemClass) continue;
      const amountFen = take(line.amountFen);
      kept.set(line, { ...line, amountFen, overLimitFen: excessFen(line.overLimitFen, line.amountFen - amountFen) });
    }
  }
  return sumsOfLines(
    bill.lines.map((line) => kept.get(line) ?? line),
    lists,
  );
}

function fixedAmountScope(totalFen: Fen, amountFen: Fen, programme: Scope['programme']): Scope {
  const inScopeFen = minFen(totalFen, amountFen);
  return {
    admitted: undefined,
    areaSelfPayFen: 0,
    classBSelfPayFen: 0,
    hospitalExcessFen: subtractFen(totalFen, inScopeFen),
    inScopeFen,
    outOfCatalogueFen: 0,
    overLimitFen: 0,
    programme,
    totalFen,
  };
}

function outOfAreaBp(care: Care, pack: Pack): number {
  if (care.transfer === 'none') return 0;
  const timeline = pack.outOfArea[care.transfer];
  if (timeline === undefined) throw new RangeError(`pack ${pack.id} has no rule for transfer ${care.transfer}`);
  return valueAt(timeline, care.dischargedOn).value;
}
