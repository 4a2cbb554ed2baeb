/** Judge against product: whether a sequence is decided alike, and if not, the smallest such sequence as data a jurist can read. */
import type { BillLine, JudgedCase } from './case';
import { type Row, judgedRows } from './row';
import { type Packs, productRows, Refused } from './product';
import { isLines } from './scope';
import { smallestFailing } from './shrink';
import { inYuan } from '../support/amounts';
import { judged } from './year';

interface Verdict {
  readonly judge: readonly Row[];
  readonly product: readonly Row[] | Refused;
}

function verdictOn(cases: readonly JudgedCase[], packs: Packs): Verdict {
  const judge = judgedRows(judged(cases));
  try {
    return { judge, product: productRows(cases, packs) };
  } catch (error) {
    if (error instanceof Refused) return { judge, product: error };
    throw error;
  }
}

/** Whole rows compared: every line in order with its payer, both parts, the hospital, the patient, the accounts. */
export function differs(cases: readonly JudgedCase[], packs: Packs): boolean {
  const { judge, product } = verdictOn(cases, packs);
  return product instanceof Refused || product.some((row, index) => !sameRow(row, judge[index]!));
}

function sameRow(a: Row, b: Row): boolean {
  if (a.inScope !== b.inScope || a.hospital !== b.hospital || a.selfPay !== b.selfPay) return false;
  if (a.shares.length !== b.shares.length) return false;
  for (let at = 0; at < a.shares.length; at += 1) {
    const [one, other] = [a.shares[at]!, b.shares[at]!];
    if (one.line !== other.line || one.payer !== other.payer || one.paid !== other.paid) return false;
    if (one.inScope !== other.inScope || one.outOfScope !== other.outOfScope) return false;
  }
  return Object.entries(a.accounts).every(([name, fen]) => b.accounts[name] === fen);
}

/** Null where both agree; else the smallest sequence on which they do not, and what each says of it. */
export function disagreement(cases: readonly JudgedCase[], packs: Packs): string | null {
  if (!differs(cases, packs)) return null;
  const smallest = smallestFailing(cases, (candidate) => differs(candidate, packs));
  return report(smallest, verdictOn(smallest, packs));
}

function report(cases: readonly JudgedCase[], { judge, product }: Verdict): string {
  const refused = product instanceof Refused ? [`the product refuses it: ${product.message}`] : [];
  const decided = cases.flatMap((of, index) => [
    ...caseLines(of, index + 1),
    ...rowLines(judge[index]!, product instanceof Refused ? undefined : product[index]),
  ]);
  return [`cases, in the order of recording (yuan):`, ...refused, ...decided].join('\n');
}

function caseLines(of: JudgedCase, number: number): string[] {
  const { region, dischargedOn, care, chronicDisease, level, transfer, categories, diagnoses, bill } = of;
  const kind = chronicDisease === undefined ? care : `${care} for ${chronicDisease}`;
  return [
    `- case: ${number}`,
    `  discharge: { on: ${dischargedOn}, region: '${region}', care: ${kind}, hospitalLevel: ${level}, transfer: ${transfer} }`,
    `  person: { categories: [${categories.join(', ')}], diagnoses: [${diagnoses.join(', ')}] }`,
    `  bill: ${isLines(bill) ? `[${bill.map(lineText).join(', ')}]` : summaryText(bill)}`,
  ];
}

function lineText({ amount, class: itemClass, code, firstSelfPayBp, overLimit }: BillLine): string {
  const more = [
    ...(overLimit === 0n ? [] : [`over limit ${inYuan(Number(overLimit))}`]),
    ...(firstSelfPayBp === undefined ? [] : [`first self-pay ${firstSelfPayBp} bp`]),
    ...(code === undefined ? [] : [`code ${code}`]),
  ];
  return [`${itemClass} ${inYuan(Number(amount))}`, ...more].join(' ');
}

function summaryText({
  total,
  outOfCatalogue,
  overLimit,
  firstSelfPay,
}: Exclude<JudgedCase['bill'], readonly BillLine[]>): string {
  const [all, out, over, first] = [total, outOfCatalogue, overLimit, firstSelfPay].map((fen) => inYuan(Number(fen)));
  return `{ total: ${all}, out of catalogue: ${out}, over limit: ${over}, first self-pay: ${first} }`;
}

/** Each amount once where both say the same, unless it is nothing; both, marked, where they do not. */
function rowLines(judge: Row, product: Row | undefined): string[] {
  const [left, right] = [amountsOf(judge), product === undefined ? new Map<string, number>() : amountsOf(product)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((name) => {
    const [ours, theirs] = [left.get(name), right.get(name)];
    if (ours === theirs) return ours === 0 ? [] : [`    ${name}: ${said(ours)}`];
    return [`  ! ${name}: judge ${said(ours)}, product ${said(theirs)}`];
  });
}

const said = (fen: number | undefined): string => (fen === undefined ? 'no such line' : inYuan(fen));

function amountsOf({ accounts, hospital, inScope, selfPay, shares }: Row): Map<string, number> {
  return new Map([
    ['in scope', inScope],
    ...shares.flatMap(({ inScope: within, line, outOfScope, payer }): [string, number][] => [
      [`${line} (${payer}), in scope`, within],
      [`${line} (${payer}), out of scope`, outOfScope],
    ]),
    ['hospital', hospital],
    ['self-pay', selfPay],
    ...Object.entries(accounts).map(([name, fen]): [string, number] => [`year account ${name}`, fen]),
  ]);
}
