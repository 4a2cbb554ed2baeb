/** The resident's id number (公民身份号码, GB 11643-1999): form, birth date and check digit. Pure. */
import { isDay } from '@oss/policy';

/** 6 digits of division, birth date YYYYMMDD, 3 digits of order, check digit (X is upper case). */
const FORM = /^[1-9]\d{16}[\dX]$/;

/** ISO 7064 MOD 11-2, as the standard prints it: the weights of the 17 digits, and the check character per remainder. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';

const EARLIEST_BIRTH_YEAR = 1800;

/** Null for a well-formed id number with an existing birth date and the right check digit, else the code of the refusal. */
export function idNumberProblem(idNumber: string): 'id-number-check-digit' | null {
  return birthDateOf(idNumber) !== null && checkCharacterOf(idNumber) === idNumber.charAt(17) ? null : 'id-number-check-digit';
}

/** The birth date in the id number, YYYY-MM-DD; null if the form is wrong or there is no such day. Ignores the check digit. */
export function birthDateOf(idNumber: string): string | null {
  if (!FORM.test(idNumber)) return null;
  const year = idNumber.slice(6, 10);
  const month = idNumber.slice(10, 12);
  const day = idNumber.slice(12, 14);
  return Number(year) >= EARLIEST_BIRTH_YEAR && isDay(Number(year), Number(month), Number(day))
    ? `${year}-${month}-${day}`
    : null;
}

/** The check character that the first 17 digits ask for. @param digits at least 17 digits */
export function checkCharacterOf(digits: string): string {
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits.charAt(index)), 0);
  return CHECK_CHARACTERS.charAt(sum % 11);
}
