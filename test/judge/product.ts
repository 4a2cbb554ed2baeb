/** The product, asked the judge's question: the same cases through acceptance, recording and every payer's turn, no store. */
import { type Category, checkedPack, packInForce, type PackContent } from '@oss/policy';
import {
  type AloneInput,
  type BenefitYear,
  EMPTY_YEAR,
  type PostedDischarge,
  settleAlone,
  type TakenShare,
} from '@oss/settlement';
import { builtInPacks, type PackFile, packDigest } from '../../apps/hospital-gateway/policy/pack-files';
import type { JudgedCase, JudgedTransfer } from './case';
import { KNOWN_ACCOUNTS, type Row } from './row';
import { isLines } from './scope';
import { LATER_FROM } from './year';

export type Packs = readonly PackFile[];
export const FULIANG = '360222/2018-01-01';
export const LONGNAN = '360783/2020-01-01';

/** The built-in packs, and Fuliang's again with the values that the judge's invented later law has, in force from its day. */
export function packsInForce(): Packs {
  const later = changedPack(builtIn(), { id: `360222/${LATER_FROM}`, from: LATER_FROM }, [
    ['basic', 10_000_000, 8_000_000],
    ['critical-illness', 1_300_000, 1_200_000],
    ['critical-illness', 25_000_000, 20_000_000],
  ]);
  return [...builtInPacks(), later];
}

/** The same packs with one number of one of them changed: a product that is wrong in one place. */
export function packsWith(packId: string, ...change: Change): Packs {
  return packsInForce().map((file) => (file.pack.id === packId ? changedPack(file, {}, [change]) : file));
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

function billOf({ bill }: JudgedCase): PostedDischarge['bill'] {
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

/** The packs as they lie in the policy's shelves: found by region and day. */
export function onShelves(packs: Packs) {
  return packs.map(({ pack, digest }) => ({ pack, digest, region: pack.region, from: pack.from, to: pack.to }));
}

/** The case as it is posted, with what the registries say of person and hospital. @param name tells the encounters apart */
export function inputOf(of: JudgedCase, name: string, shelves: ReturnType<typeof onShelves>): AloneInput {
  const { dischargedOn: day, region, categories, chronicDisease, diagnoses, transfer, care, level } = of;
  const disease = chronicDisease === undefined ? {} : { chronicDisease };
  return {
    today: '2030-01-01',
    pack: packInForce(shelves, region, day),
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
      encounterNo: name,
      region,
      care: { type: care, admittedOn: day, dischargedOn: day, diagnoses, transfer, ...disease },
      bill: billOf(of),
    },
  };
}

/** The cases settled in their order, each year by itself. @throws Refused */
export function productRows(cases: readonly JudgedCase[], packs: Packs): Row[] {
  const shelves = onShelves(packs);
  const years = new Map<string, BenefitYear>();
  return cases.map((of, index) => {
    const name = of.dischargedOn.slice(0, 4);
    const result = settleAlone(inputOf(of, `E${index}`, shelves), years.get(name) ?? EMPTY_YEAR);
    if ('refused' in result) throw new Refused(result.refused.map(({ code }) => code));
    years.set(name, result.year);
    const { inScopeFen: inScope, hospitalFen: hospital, selfPayFen: selfPay } = result.settled;
    return {
      inScope: inScope!,
      shares: rowShares(result.facts.shares),
      hospital: hospital!,
      selfPay: selfPay!,
      accounts: knownAccounts(result.year),
    };
  });
}

/** The year's accounts that the judge knows, by name; one that was never touched stands at 0. */
export function knownAccounts({ accounts }: BenefitYear): Record<string, number> {
  return Object.fromEntries(KNOWN_ACCOUNTS.map((name) => [name, accounts[name] ?? 0]));
}

export function rowShares(shares: readonly TakenShare[]): Row['shares'] {
  return shares.map(({ line, payer, paidFen, inScopeFen, outOfScopeFen }) => ({
    line,
    payer,
    paid: paidFen,
    inScope: inScopeFen,
    outOfScope: outOfScopeFen,
  }));
}
