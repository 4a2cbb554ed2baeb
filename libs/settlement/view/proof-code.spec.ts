/** The proof code: what is printed is read back, by people and by an independent QR decoder; anything else is not taken for one. */
import { qrInSvg, qrInText } from '../../../test/support/qr-reader';
import { groupedLeaf, proofCode, readProofCode } from './proof-code';
import { qrLines, qrSvg } from './qr-code';

const PROOF = {
  settlementId: 'c649a621-6bee-51e2-82e7-99280e5155b2',
  attempt: 12,
  leaf: 'a4c611e601c509e078499848d48c45d86d20d4fb5ac2bcd40f5078d3bf728b04',
};
const CODE = 'OSS1:C649A621-6BEE-51E2-82E7-99280E5155B2:12:A4C611E601C509E078499848D48C45D86D20D4FB5AC2BCD40F5078D3BF728B04';

test('the code is what is documented, and is read back whatever blanks and case were made of it', () => {
  expect(proofCode(PROOF)).toBe(CODE);
  expect(readProofCode(CODE)).toEqual(PROOF);
  expect(readProofCode(` ${CODE.toLowerCase().replace(/(.{20})/g, '$1\n')} `)).toEqual(PROOF);
});

test.each([1, 999_999])('of attempt %d', (attempt) => {
  expect(readProofCode(proofCode({ ...PROOF, attempt }))).toEqual({ ...PROOF, attempt });
});

test('the leaf alone, in the groups that are printed', () => {
  const groups = groupedLeaf(PROOF.leaf);
  expect(groups).toHaveLength(16);
  expect(groups[0]).toBe('a4c6');
  expect(readProofCode(groups.join(' '))).toEqual({ leaf: PROOF.leaf });
});

test.each([
  ['nothing', ''],
  ['a leaf that lacks a digit', PROOF.leaf.slice(1)],
  ['a leaf with a digit too many', `${PROOF.leaf}0`],
  ['another version', CODE.replace('OSS1', 'OSS2')],
  ['attempt 0', CODE.replace(':12:', ':0:')],
  ['no settlement id', CODE.replace('C649A621-', '')],
  ['more than a code', `${CODE}0`],
  ['something before the code', `X${CODE}`],
])('%s is none', (_, text) => expect(readProofCode(text)).toBeNull());

describe('the QR code', () => {
  test('in half blocks is square, has its quiet zone, and an independent decoder reads it', () => {
    const lines = qrLines(CODE);
    expect(lines.map(({ length }) => length)).toEqual(new Array(23).fill(45));
    expect(lines.slice(0, 2)).toEqual([' '.repeat(45), ' '.repeat(45)]);
    expect(qrInText(lines.join('\n'))).toBe(CODE);
  });

  test('on a terminal says black on white', () => {
    const [first = ''] = qrLines(CODE, true);
    expect([first.startsWith('\u001b[30;107m'), first.endsWith('\u001b[0m')]).toEqual([true, true]);
    expect(qrInText(qrLines(CODE, true).join('\n'))).toBe(CODE);
  });

  test('as SVG; what its signs cannot say is refused, never drawn as something else', () => {
    expect(qrInSvg(qrSvg(CODE))).toBe(CODE);
    expect(() => qrSvg(CODE.toLowerCase())).toThrow();
  });
});
