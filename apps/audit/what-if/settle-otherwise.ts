/** A person's years as they are recorded and as they would be under other rules, case beside case. */
import { type Fen, subtractFen, sumFen } from '@oss/money';
import { chainFor, type Pack, type PackContent } from '@oss/policy';
import { type Scope, scopeOf, type Snapshot, type YearEndSettled } from '@oss/settlement';
import { type CaseAgain, type SettledAgain, settleYearAgain } from '../again/settle-again';
import { type CaseSums, type PersonSums, yearsOf } from '../facts/county-facts';
import { type Selection, selectsCase } from '../verify/selection';
import type { OtherRules } from './other-rules';

/** One case under the recorded and under the other rules. */
export interface CaseBoth {
  readonly recorded: CaseSums;
  readonly other: SettledAgain;
}

export interface YearBoth {
  readonly personKey: string;
  readonly year: string;
  /** The selected cases that could be settled again. */
  readonly cases: readonly CaseBoth[];
  /** What the year-end lines pay, where all cases of the year are here: as recorded, and under the other rules. */
  readonly yearEnd: { readonly recorded: YearEndSettled | null; readonly other: YearEndSettled | null };
  /** Selected cases that the other rules do not cover, and why; they stay as they are. */
  readonly uncovered: readonly { readonly settlementId: string; readonly why: string }[];
}

/** Cases that are not selected stay under their own pack and are settled again with the others, for the year's accounts run through all. */
export function* yearsOtherwise(
  { personKey, cases, yearEnds }: PersonSums,
  rules: OtherRules,
  selection: Selection,
): Generator<YearBoth> {
  for (const [year, own] of yearsOf(cases)) {
    const uncovered: { settlementId: string; why: string }[] = [];
    const isSelected = own.map((each) => selects(selection, each));
    if (!isSelected.includes(true)) continue;
    const again = own.map((each, index) => {
      if (!isSelected[index]) return ownRules(each);
      const other = otherRules(each, rules);
      if (typeof other !== 'string') return other;
      uncovered.push({ settlementId: each.settlementId, why: other });
      return ownRules(each);
    });
    if (!again.every((each) => each !== null)) {
      const why = 'the pack of a case of the year is not in the log';
      const all = own.filter((_, index) => isSelected[index]).map(({ settlementId }) => ({ settlementId, why }));
      yield { personKey, year, cases: [], yearEnd: { recorded: null, other: null }, uncovered: all };
      continue;
    }
    const { cases: settled, yearEnd } = settleYearAgain(again);
    const left = new Set(uncovered.map(({ settlementId }) => settlementId));
    const both: CaseBoth[] = [];
    own.forEach((recorded, index) => {
      if (isSelected[index] && !left.has(recorded.settlementId)) both.push({ recorded, other: settled[index]! });
    });
    // A year-end payment adjusts a whole year: with a part of its cases it is in no sum.
    const recordedEnd = yearEnds.find((each) => each.year === year) ?? null;
    const ends = both.length === own.length ? { recorded: recordedEnd, other: yearEnd } : { recorded: null, other: null };
    yield { personKey, year, cases: both, yearEnd: ends, uncovered };
  }
}

function selects(selection: Selection, { hospitalCode, region, care }: CaseSums): boolean {
  return selectsCase(selection, { hospitalCode, region, dischargedOn: care.dischargedOn });
}

function ownRules(each: CaseSums): CaseAgain | null {
  return each.pack === null ? null : caseUnder(each, each.pack, each.snapshot, each.scope);
}

/** Written out, not spread: one is made for every case. */
function caseUnder(each: CaseSums, pack: Pack, snapshot: Snapshot, scope: Scope): CaseAgain {
  const { settlementId, attempt, hospitalCode, encounterNo, region, care } = each;
  return { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot, pack };
}

/** The case as the other rules see it, or why they do not cover it. */
function otherRules(each: CaseSums, rules: OtherRules): CaseAgain | string {
  const { care, bill, pack: own } = each;
  if (own === null) return 'its pack is not in the log';
  const found = rules.packFor(own, each.region, care.dischargedOn);
  if (found === null) return 'the other rules have no pack for its region and day';
  const { pack, digest } = found;
  const chain = chainFor(pack, care.type);
  if (chain === null) return `the other rules do not cover ${care.type}`;
  if (care.transfer !== 'none' && pack.outOfArea[care.transfer] === undefined)
    return `the other rules do not cover transfer ${care.transfer}`;
  if (!each.snapshot.hospital.designated && !pack.acceptsUndesignated)
    return 'the other rules do not cover an undesignated hospital';
  const { ageMonths, approvedDiseases, categories, cover, hospital } = each.snapshot;
  const named = { digest, id: pack.id };
  const snapshot: Snapshot = { ageMonths, approvedDiseases, categories, chain, cover, hospital, pack: named };
  if (sameScope(own.content, pack.content)) return caseUnder(each, pack, snapshot, each.scope);
  if (bill === null) return 'its bill is not known, and the other rules read bills differently';
  try {
    return caseUnder(each, pack, snapshot, scopeOf(bill, care, snapshot, pack));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether two packs make the same scope sums of every bill: then sums alone are enough. Asked of every case and found once for each pair. */
function sameScope(own: PackContent, other: PackContent): boolean {
  let known = sameScopes.get(own);
  if (known === undefined) sameScopes.set(own, (known = new WeakMap()));
  let same = known.get(other);
  if (same === undefined) known.set(other, (same = scopeText(own) === scopeText(other)));
  return same;
}

const sameScopes = new WeakMap<PackContent, WeakMap<PackContent, boolean>>();

/** What of a pack decides the scope sums of a bill, as one text. */
function scopeText({ scope, programmes, admittedItems }: PackContent): string {
  return JSON.stringify([scope, programmes, admittedItems]);
}

/** What year-end lines pay a person, in fen. */
export function yearEndFen(settled: YearEndSettled | null): Fen {
  return settled === null ? 0 : sumFen(settled.payments.map(({ paidFen }) => paidFen));
}

/** Self-pay of a year: of its cases, less what its year-end lines pay. */
export function yearSelfPay(cases: readonly { readonly selfPayFen: Fen }[], settled: YearEndSettled | null): Fen {
  return subtractFen(sumFen(cases.map(({ selfPayFen }) => selfPayFen)), yearEndFen(settled));
}
