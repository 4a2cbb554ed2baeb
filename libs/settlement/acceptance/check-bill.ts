/** What a bill and its care must satisfy by themselves, before any registry is asked (domain rules §7). Pure. */
import { isFen } from '@oss/money';
import { isRealDate } from '@oss/policy';
import type { PostedDischarge } from './accept';
import { isIcd10 } from './icd10';
import { refuse, type Refusal } from './refusal';

type PostedBill = PostedDischarge['bill'];

/** Every contradiction inside a bill, with its defaults or without: sums, limit prices, summary. Amounts in fen. */
export function checkBill(bill: PostedBill): Refusal[] {
  const refusals: Refusal[] = [];
  if (bill.lines) {
    bill.lines.forEach(({ amountFen, overLimitFen = 0 }, index) => {
      if (overLimitFen > amountFen) {
        const detail = `line ${index} has ${overLimitFen} fen above the limit price of an amount of ${amountFen} fen`;
        refusals.push(refuse('over-limit-above-amount', [`bill.lines[${index}].overLimitFen`], detail));
      }
    });
    const sum = sumOf(bill.lines);
    if (sum !== bill.totalFen && BigInt(sum) !== BigInt(bill.totalFen)) {
      const detail = `the lines add up to ${sum} fen, the total says ${bill.totalFen} fen`;
      refusals.push(refuse('lines-do-not-add-up', ['bill.totalFen', 'bill.lines'], detail));
    }
  }
  if (bill.summary !== undefined) {
    const { outOfCatalogueFen, overLimitFen, firstSelfPayFen } = bill.summary;
    const sum = BigInt(outOfCatalogueFen) + BigInt(overLimitFen) + BigInt(firstSelfPayFen);
    if (sum > BigInt(bill.totalFen)) {
      const detail = `the summary's parts add up to ${sum} fen, above the total of ${bill.totalFen} fen`;
      refusals.push(refuse('summary-above-total', ['bill.summary', 'bill.totalFen'], detail));
    }
  }
  return refusals;
}

/** The exact sum: a number where numbers hold it. */
function sumOf(lines: NonNullable<PostedBill['lines']>): number | bigint {
  let sum = 0;
  for (const { amountFen } of lines) sum += amountFen;
  return isFen(sum) ? sum : lines.reduce((whole, line) => whole + BigInt(line.amountFen), 0n);
}

/** Dates and codes of the care. @param today YYYY-MM-DD in China */
export function checkCare(care: PostedDischarge['care'], today: string): Refusal[] {
  const refusals: Refusal[] = [];
  if (!isRealDate(care.admittedOn) || !isRealDate(care.dischargedOn)) {
    const days = (['admittedOn', 'dischargedOn'] as const).filter((field) => !isRealDate(care[field]));
    const said = days.map((field) => care[field]).join(' and ');
    refusals.push(
      refuse(
        'no-such-day',
        days.map((field) => `care.${field}`),
        `${said} is no day of the calendar`,
      ),
    );
  } else if (care.dischargedOn < care.admittedOn) {
    const detail = `discharged on ${care.dischargedOn}, before admission on ${care.admittedOn}`;
    refusals.push(refuse('discharge-before-admission', ['care.admittedOn', 'care.dischargedOn'], detail));
  } else if (care.dischargedOn > today) {
    const detail = `discharged on ${care.dischargedOn}, today is ${today} in China`;
    refusals.push(refuse('discharge-in-future', ['care.dischargedOn'], detail));
  }
  const codes = care.diagnoses.flatMap((code, index) => (isIcd10(code) ? [] : [`care.diagnoses[${index}]`]));
  if (care.chronicDisease !== undefined && !isIcd10(care.chronicDisease)) codes.push('care.chronicDisease');
  if (codes.length > 0) refusals.push(refuse('malformed-icd10', codes, 'an ICD-10 code looks like C16.9 or I10'));
  refusals.push(...checkVisit(care));
  return refusals;
}

function checkVisit(care: PostedDischarge['care']): Refusal[] {
  if (care.type === 'inpatient') {
    if (care.chronicDisease === undefined) return [];
    return [
      refuse('chronic-disease-not-expected', ['care.chronicDisease'], 'only an outpatient-chronic visit names a chronic disease'),
    ];
  }
  const refusals: Refusal[] = [];
  if (care.chronicDisease === undefined) {
    refusals.push(
      refuse('chronic-disease-missing', ['care.chronicDisease'], 'an outpatient-chronic visit names the approved disease'),
    );
  }
  if (care.admittedOn !== care.dischargedOn) {
    refusals.push(
      refuse('visit-longer-than-a-day', ['care.admittedOn', 'care.dischargedOn'], 'a visit begins and ends on one day'),
    );
  }
  return refusals;
}

/** True when a year's bills, with this one, stay whole fen below 2^53. */
export function fitsYear(yearTotalFen: number, totalFen: number): boolean {
  return isFen(yearTotalFen + totalFen);
}
