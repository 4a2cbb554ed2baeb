/**
 * The 10 % promise (三(三)5): of everyone whom a top-up line of the law protects, what share of the bill they paid; that nobody paid
 * more than the limit, or each exception with its reason. Judged on the live cases as they
 * stand now and on lines that pay at the window; what year-end lines paid to persons of the region is told beside it.
 */
import { addFen, excessFen, type Fen, ratioBp, sumFen } from '@oss/money';
import { type Levelled, valueAt } from '@oss/policy';
import type { YearEndSettled } from '@oss/settlement';
import { limitFen, limitRules } from '../checks/above-limit';
import { linesOfCase } from '../checks/rules-of-case';
import { type CaseFact, type CountyFacts, yearsOf } from '../facts/county-facts';
import { type Selection, selectsCase, selectsWholeYear } from '../verify/selection';

/** Why somebody whom the line protects paid more than its limit. */
export const REASONS = {
  'cap-used-up': { zh: '该保障线的支付限额已用完', en: 'the cap of the line is used up' },
  'paid-too-little': {
    zh: '该保障线支付不足：运行 audit checks 与 verify',
    en: 'the line paid too little: run audit checks and verify',
  },
} as const;
export type Reason = keyof typeof REASONS;

export interface PromiseException {
  readonly personKey: string;
  readonly settlementId: string;
  readonly attempt: number;
  readonly hospitalCode: string;
  readonly dischargedOn: string;
  readonly totalFen: Fen;
  readonly selfPayFen: Fen;
  readonly limitFen: Fen;
  readonly reason: Reason;
}

export interface PromiseReport {
  readonly region: string;
  readonly year: string;
  /** Live cases whose self-pay a line limits at the window, and the persons they are of. */
  readonly cases: number;
  readonly persons: number;
  readonly totalFen: Fen;
  readonly selfPayFen: Fen;
  readonly selfPayBp: number;
  /** Protected cases by self-pay in basis points of the bill, up to each edge. */
  readonly distribution: readonly { readonly upToBp: number; readonly cases: number }[];
  /** What year-end lines paid for the year to persons of the region, protected at the window or not. */
  readonly yearEndFen: Fen;
  /** Cases of the region and year that no line protects: not poor, outpatient, no such line in the pack. */
  readonly unprotected: number;
  /** Cases whose pack is not at hand: of them nothing can be said. */
  readonly unjudged: number;
  readonly exceptions: readonly PromiseException[];
  readonly kept: boolean;
  /** What every payer has paid on the discharges of each day; for the forecast. */
  readonly paidByDay: ReadonlyMap<string, ReadonlyMap<string, Fen>>;
}

const EDGES = [0, 250, 500, 750, 1_000, 10_000] as const;

/** @param narrower filters beside region and year: of an exception, a distribution, a payment of part of the persons or cases */
export async function promiseReport(
  facts: CountyFacts,
  region: string,
  year: string,
  onPersons: (done: number, total: number) => void = () => undefined,
  narrower: Selection = {},
): Promise<PromiseReport> {
  const selection: Selection = { from: `${year}-01-01`, to: `${year}-12-31`, ...narrower, region };
  const tally = new Tally();
  let done = 0;
  for await (const { personKey, cases, yearEnds } of facts.persons()) {
    onPersons((done += 1), facts.personCount);
    if (selection.person !== undefined && personKey !== selection.person) continue;
    for (const each of yearEnds) if (each.year === year && selectsWholeYear(selection, each)) tally.yearEnd(each);
    const own = yearsOf(cases).get(year) ?? [];
    tally.person(personKey, own, (each) =>
      selectsCase(selection, { hospitalCode: each.hospitalCode, region: each.region, dischargedOn: each.care.dischargedOn }),
    );
  }
  return tally.report(region, year);
}

class Tally {
  readonly #distribution = EDGES.map((upToBp) => ({ upToBp, cases: 0 }));
  readonly #exceptions: PromiseException[] = [];
  readonly #paidByDay = new Map<string, Map<string, Fen>>();
  #cases = 0;
  #persons = 0;
  #totalFen = 0;
  #selfPayFen = 0;
  #yearEndFen = 0;
  #unprotected = 0;
  #unjudged = 0;

  /** @param year all live cases of the person's year: limits of a year run through all of them */
  person(personKey: string, year: readonly CaseFact[], isSelected: (found: CaseFact) => boolean): void {
    let borneFen = 0;
    let isProtected = false;
    const paid = new Map<string, Fen>();
    for (const each of year) {
      addPaid(each, paid);
      borneFen = addFen(borneFen, each.selfPayFen);
      if (!isSelected(each)) continue;
      this.#pay(each);
      if (each.pack === null) {
        this.#unjudged += 1;
        continue;
      }
      const limits = limitRules(each).map((rule) => limitFen(rule, each, borneFen));
      if (limits.length === 0) {
        this.#unprotected += 1;
        continue;
      }
      isProtected = true;
      this.#judge(personKey, each, Math.min(...limits), paid);
    }
    if (isProtected) this.#persons += 1;
  }

  yearEnd({ payments }: YearEndSettled): void {
    this.#yearEndFen = addFen(this.#yearEndFen, sumFen(payments.map(({ paidFen }) => paidFen)));
  }

  #judge(personKey: string, each: CaseFact, limit: Fen, paid: ReadonlyMap<string, Fen>): void {
    const { settlementId, attempt, hospitalCode, care, selfPayFen, scope } = each;
    this.#cases += 1;
    this.#totalFen = addFen(this.#totalFen, scope.totalFen);
    this.#selfPayFen = addFen(this.#selfPayFen, selfPayFen);
    this.#distribution.find(({ upToBp }) => ratioBp(selfPayFen, scope.totalFen) <= upToBp)!.cases += 1;
    if (excessFen(selfPayFen, limit) === 0) return;
    const where = { personKey, settlementId, attempt, hospitalCode, dischargedOn: care.dischargedOn };
    const reason: Reason = isCapped(each, paid) ? 'cap-used-up' : 'paid-too-little';
    this.#exceptions.push({ ...where, totalFen: scope.totalFen, selfPayFen, limitFen: limit, reason });
  }

  #pay({ care, shares }: CaseFact): void {
    for (const { payer, paidFen } of shares) {
      if (payer === 'hospital' || paidFen === 0) continue;
      let days = this.#paidByDay.get(payer);
      if (days === undefined) this.#paidByDay.set(payer, (days = new Map()));
      days.set(care.dischargedOn, addFen(days.get(care.dischargedOn) ?? 0, paidFen));
    }
  }

  report(region: string, year: string): PromiseReport {
    const [cases, persons, totalFen, selfPayFen] = [this.#cases, this.#persons, this.#totalFen, this.#selfPayFen];
    return {
      region,
      year,
      cases,
      persons,
      totalFen,
      selfPayFen,
      selfPayBp: ratioBp(selfPayFen, totalFen),
      distribution: this.#distribution,
      yearEndFen: this.#yearEndFen,
      unprotected: this.#unprotected,
      unjudged: this.#unjudged,
      exceptions: this.#exceptions,
      kept: this.#exceptions.length === 0 && this.#unjudged === 0,
      paidByDay: this.#paidByDay,
    };
  }
}

/** Whether a limiting line has paid all that its caps let it. @param paid what each account has paid in the year, this case included */
function isCapped(found: CaseFact, paid: ReadonlyMap<string, Fen>): boolean {
  const capFen = (cap: Levelled | null): number =>
    cap === null ? Infinity : valueAt(cap[found.snapshot.hospital.level], found.care.dischargedOn).value;
  return linesOfCase(found)
    .filter(({ entry }) => entry.definition.shape === 'top-up')
    .some(({ share, rules }) =>
      rules.some((rule) => {
        const ofYear = paid.get(rule.account) ?? 0;
        return rule.limit !== null && (ofYear >= capFen(rule.capPerYear) || (share?.paidFen ?? 0) >= capFen(rule.capPerStay));
      }),
    );
}

/** Adds what the top-up lines of a case paid to the accounts of the year. */
function addPaid(found: CaseFact, paid: Map<string, Fen>): void {
  for (const { entry, share, rules } of linesOfCase(found)) {
    const account = rules[0]?.account;
    if (entry.definition.shape !== 'top-up' || account === undefined) continue;
    paid.set(account, addFen(paid.get(account) ?? 0, share?.paidFen ?? 0));
  }
}
