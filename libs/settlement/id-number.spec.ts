/** GB 11643: one wrong or two swapped digits are always noticed, and a day that does not exist is no birth date. */
import fc from 'fast-check';
import { birthDateOf, checkCharacterOf, idNumberProblem } from './id-number';

/** The standard's own printed examples. */
const GOOD = ['11010519491231002X', '440524188001010014'];

const idNumbers = fc
  .tuple(
    fc.integer({ min: 100_000, max: 999_999 }),
    fc.date({ min: new Date('1900-01-01'), max: new Date('2025-12-31'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([division, born, order]) => {
    const digits = `${division}${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`;
    return digits + checkCharacterOf(digits);
  });

describe('id number', () => {
  it.each(GOOD)('accepts the example %s of the standard', (idNumber) => {
    expect(idNumberProblem(idNumber)).toBeNull();
  });

  it.each([
    ['lower-case x', '11010519491231002x'],
    ['wrong check digit', '110105194912310021'],
    ['no such day, with the check digit that it asks for', '11010519990230001' + checkCharacterOf('11010519990230001')],
    ['a character before', '111010519491231002X'],
    ['a character after', '11010519491231002X1'],
    ['15 digits of the old form', '110105491231002'],
    ['no such day', '110105199902300001'],
    ['no such month', '110105199913010001'],
    ['empty', ''],
    ['full-width digits', '１１０１０５１９４９１２３１００２X'],
    ['division that begins with 0', '010105194912310021'],
  ])('refuses %s', (_what, idNumber) => {
    expect(idNumberProblem(idNumber)).toBe('id-number-check-digit');
  });

  it('reads the birth date, leap days included', () => {
    expect(birthDateOf('11010519491231002X')).toBe('1949-12-31');
    expect(birthDateOf('110105200002290000')).toBe('2000-02-29');
    expect(birthDateOf('110105190002290000')).toBeNull();
    expect(birthDateOf('110105180001010000')).toBe('1800-01-01');
    expect(birthDateOf('110105179912310000')).toBeNull();
    expect([birthDateOf('111010519491231002X'), birthDateOf('11010519491231002X1')]).toEqual([null, null]);
    expect(birthDateOf('1949-12-31')).toBeNull();
  });

  it('notices every single wrong digit and every swap of neighbours (property)', () => {
    fc.assert(
      fc.property(idNumbers, fc.nat(16), fc.integer({ min: 1, max: 9 }), (idNumber, at, by) => {
        expect(idNumberProblem(idNumber)).toBeNull();
        const other = String((Number(idNumber.charAt(at)) + by) % 10);
        expect(idNumberProblem(idNumber.slice(0, at) + other + idNumber.slice(at + 1))).not.toBeNull();
        const [left, right] = [idNumber.charAt(at), idNumber.charAt(at + 1)];
        if (left !== right) expect(idNumberProblem(idNumber.slice(0, at) + right + left + idNumber.slice(at + 2))).not.toBeNull();
      }),
    );
  });
});
