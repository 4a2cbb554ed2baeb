/** The product, asked the judge's question: the same cases through acceptance, recording and every payer's turn, no store. */
import { type Category, checkedPack, packInForce, type PackContent } from '@oss/policy';
import { type BenefitYear, EMPTY_YEAR, type PostedDischarge, settleAlone } from '@oss/settlement';
import { builtInPacks, type PackFile, packDigest } from '../../apps/hospital-gateway/policy/pack-files';
import type { JudgedCase, JudgedTransfer } from './case';
import { A_ACCOUNT, PAID_ACCOUNTS, REST_ACCOUNT, type Row } from './row';
import { isLines } from './scope';
import { LATER_FROM } from './year';

export type Packs = readonly PackFile[];
const FULIANG = '360222/2018-01-01';

/** The built-in packs, and Fuliang's again with the values that the judge's invented later law has, in force from its day. */
export function packsInForce(): Packs {
  const later = changedPack(builtIn(), { id: `360222/${LATER_FROM}`, from: LATER_FROM }, [
    ['basic', 10_000_000, 8_000_000],
    ['critical-illness', 1_300_000, 1_200_000],
    ['critical-illness', 25_000_000, 20_000_000],
  ]);
  return [...builtInPacks(), later];
}

/** The same packs with one number of Fuliang's first one changed: a product that is wrong in one place. */
export function packsWith(...change: Change): Packs {
  return packsInForce().map((file) => (file.pack.id === FULIANG ? changedPack(file, {}, [change]) : file));
}

const builtIn = (): PackFile => builtInPacks().find(({ pack }) => pack.id === FULIANG)!;

/** Line, number that stands there, number that shall stand there. */
type Change = readonly [lineId: string, from: number, to: number];

function changedPack({ pack, file }: PackFile, head: object, changes: readonly Change[]): PackFile {
  const content = { ...(JSON.parse(JSON.stringify(pack.content)) as PackContent), ...head };
  for (const change of changes) changeValues(content, ...change);
  return { pack: checkedPack(content, file), file, digest: packDigest(content) };
}

/** @throws when the line has no such number: the pack was changed, and the test would prove nothing */
function changeValues(content: PackContent, ...[lineId, from, to]: Change): void {
  let changed = 0;
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key !== 'value' || value !== from) visit(value);
      else {
        (node as { value: number }).value = to;
        changed += 1;
      }
    }
  };
  visit(content.lines.find(({ id }) => id === lineId));
  if (changed === 0) throw new Error(`${lineId} of ${content.id} no longer has the number ${from}`);
}

/** A hospital where the transfer says it stands. */
function placeOf({ region, transfer }: JudgedCase): string {
  const places: Readonly<Record<JudgedTransfer, string>> = {
    none: region,
    referred: '360100',
    'unreferred-in-province': '360100',
    'unreferred-out-of-province': '330100',
    'living-elsewhere': '330100',
  };
  return places[transfer];
}

export function billOf({ bill }: JudgedCase): PostedDischarge['bill'] {
  if (!isLines(bill)) {
    const { total, outOfCatalogue, overLimit, firstSelfPay } = bill;
    const summary = {
      firstSelfPayFen: Number(firstSelfPay),
      outOfCatalogueFen: Number(outOfCatalogue),
      overLimitFen: Number(overLimit),
    };
    return { totalFen: Number(total), summary };
  }
  const lines = bill.map(({ amount, class: itemClass, code, firstSelfPayBp, overLimit }) => ({
    amountFen: Number(amount),
    class: itemClass,
    code: code ?? 'X',
    ...(firstSelfPayBp === undefined ? {} : { firstSelfPayBp }),
    overLimitFen: Number(overLimit),
  }));
  return { totalFen: lines.reduce((total, { amountFen }) => total + amountFen, 0), lines };
}

/** What the product refuses a case with, as codes. */
export class Refused extends Error {
  constructor(readonly codes: readonly string[]) {
    super(codes.join(', '));
  }
}

/** The cases settled in their order, each year by itself. @throws Refused */
export function productRows(cases: readonly JudgedCase[], packs: Packs): Row[] {
  const heads = packs.map((file) => ({ ...file, region: file.pack.region, from: file.pack.from, to: file.pack.to }));
  const years = new Map<string, BenefitYear>();
  return cases.map((of, index) => {
    const { dischargedOn: day, region, categories, chronicDisease, diagnoses, transfer, care, level } = of;
    const result = settleAlone(
      {
        today: '2030-01-01',
        pack: packInForce(heads, region, day),
        hospital: { level, region: placeOf(of), designated: true },
        person: {
          personKey: 'a'.repeat(32),
          region,
          cover: { from: '2010-01-01', premiumPaidBy: 'subsidy' },
          // From the very day to the very day: both ends are inclusive (domain.md §1).
          categories: categories.map((category: Category) => ({ category, from: day, to: day })),
          approvedDiseases: chronicDisease === undefined ? [] : [{ icd10: chronicDisease, from: day, to: day }],
          birthDate: '1950-01-01',
        },
        discharge: {
          hospitalCode: 'H',
          encounterNo: `E${index}`,
          region,
          care: {
            type: care,
            admittedOn: day,
            dischargedOn: day,
            diagnoses,
            transfer,
            ...(chronicDisease === undefined ? {} : { chronicDisease }),
          },
          bill: billOf(of),
        },
      },
      years.get(day.slice(0, 4)) ?? EMPTY_YEAR,
    );
    if ('refused' in result) throw new Refused(result.refused.map(({ code }) => code));
    years.set(day.slice(0, 4), result.year);
    return rowOf(result);
  });
}

function rowOf({ facts, settled, year }: Extract<ReturnType<typeof settleAlone>, { settled: unknown }>): Row {
  const accounts: Record<string, number> = {};
  for (const name of [...Object.keys(PAID_ACCOUNTS), A_ACCOUNT, REST_ACCOUNT]) accounts[name] = year.accounts[name] ?? 0;
  return {
    inScope: settled.inScopeFen!,
    shares: facts.shares.map(({ line, payer, paidFen, inScopeFen, outOfScopeFen }) => ({
      line,
      payer,
      paid: paidFen,
      inScope: inScopeFen,
      outOfScope: outOfScopeFen,
    })),
    hospital: settled.hospitalFen!,
    selfPay: settled.selfPayFen!,
    accounts,
  };
}
