/** What other rules would have cost: sums of the recorded and of the other settlement, side by side. Whole fen; no rounding but of shares in basis points. */
import { addFen, type Fen, ratioBp, sumFen } from '@oss/money';
import { type Category, PAYERS, type Payer } from '@oss/policy';
import type { CaseSums } from '../facts/county-facts';
import { yearEndFen, type YearBoth, yearSelfPay } from './settle-otherwise';

export interface Both {
  readonly recordedFen: Fen;
  readonly otherFen: Fen;
}

/** What payers pay and patients bear on a group of cases; year-end payments are of a year and in no group. */
export interface GroupCost {
  readonly group: string;
  readonly cases: number;
  readonly totalFen: Fen;
  readonly paid: Both;
  readonly selfPay: Both;
}

/** Edges of the self-pay distribution, in basis points of the bill: 0, above 0 up to 500, … */
export const SELF_PAY_EDGES = [0, 500, 1_000, 2_000, 3_000, 5_000, 10_000] as const;
/** Above this share of a year's bills a person counts as above 10 %. */
const TEN_PERCENT_BP = 1_000;
/** Persons told by name of their pseudonym, on each side. */
const TOLD = 20;

export interface PersonChange {
  readonly personKey: string;
  readonly year: string;
  readonly selfPay: Both;
}

export interface Comparison {
  readonly rules: string;
  readonly cases: number;
  readonly persons: number;
  readonly totalFen: Fen;
  /** By payer, year-end payments among them; the hospital's share; the patients' self-pay. */
  readonly payers: readonly (Both & { readonly payer: Payer | 'patient' })[];
  readonly categories: readonly GroupCost[];
  readonly levels: readonly GroupCost[];
  /** Cases by what share of the bill the patient bears, up to each edge. */
  readonly distribution: readonly { readonly upToBp: number; readonly recorded: number; readonly other: number }[];
  /** Persons (and years) that bear more than 10 % of the year's bills: all, and those in a category on any of its cases. */
  readonly above10: Readonly<Record<'all' | 'assisted', { readonly recorded: number; readonly other: number }>>;
  /** Persons (and years) who bear less, more, and as much; how much less and more; those whom it moves most. */
  readonly gain: { readonly persons: number; readonly fen: Fen; readonly most: readonly PersonChange[] };
  readonly lose: { readonly persons: number; readonly fen: Fen; readonly most: readonly PersonChange[] };
  readonly unchanged: number;
  /** Cases that the other rules do not cover, by reason: in no sum above. */
  readonly uncovered: Readonly<Record<string, number>>;
}

/** The same of a part of the persons, as one thread hands it to another. */
export type PartOfComparison = Omit<Comparison, 'rules'>;

/** Sums that grow: changed in place, for every case moves a dozen of them. */
type Growing<T> = { -readonly [K in keyof T]: T[K] extends Both ? Growing<Both> : T[K] };

export class Comparing {
  readonly #payers = new Map<Payer | 'patient', Growing<Both>>();
  readonly #categories = new Map<string, Growing<GroupCost>>();
  readonly #levels = new Map<string, Growing<GroupCost>>();
  readonly #distribution = SELF_PAY_EDGES.map((upToBp) => ({ upToBp, recorded: 0, other: 0 }));
  readonly #above10 = { all: { recorded: 0, other: 0 }, assisted: { recorded: 0, other: 0 } };
  readonly #gain = { persons: 0, fen: 0, most: [] as PersonChange[] };
  readonly #lose = { persons: 0, fen: 0, most: [] as PersonChange[] };
  readonly #uncovered: Record<string, number> = {};
  #unchanged = 0;
  #cases = 0;
  #persons = 0;
  #totalFen = 0;

  constructor(private readonly rules: string) {}

  /** Adds what another has compared, of other persons. */
  add(part: PartOfComparison): void {
    this.#cases += part.cases;
    this.#persons += part.persons;
    this.#unchanged += part.unchanged;
    this.#totalFen = addFen(this.#totalFen, part.totalFen);
    for (const { payer, recordedFen, otherFen } of part.payers) this.#pay(payer, recordedFen, otherFen);
    for (const each of part.categories) addTo(this.#categories, each);
    for (const each of part.levels) addTo(this.#levels, each);
    part.distribution.forEach(({ recorded, other }, index) => count(this.#distribution[index]!, recorded, other));
    for (const who of ['all', 'assisted'] as const)
      count(this.#above10[who], part.above10[who].recorded, part.above10[who].other);
    for (const side of ['gain', 'lose'] as const) {
      const { persons, fen, most } = part[side];
      this.#move(side === 'gain' ? this.#gain : this.#lose, persons, fen, most);
    }
    for (const [why, cases] of Object.entries(part.uncovered)) this.#uncovered[why] = (this.#uncovered[why] ?? 0) + cases;
  }

  take(both: YearBoth): void {
    for (const { why } of both.uncovered) this.#uncovered[why] = (this.#uncovered[why] ?? 0) + 1;
    if (both.cases.length === 0) return;
    this.#persons += 1;
    for (const each of both.cases) this.#takeCase(each);
    for (const { payer, paidFen } of both.yearEnd.recorded?.payments ?? []) this.#pay(payer, paidFen, 0);
    for (const { payer, paidFen } of both.yearEnd.other?.payments ?? []) this.#pay(payer, 0, paidFen);
    // What a year-end line pays, patients bear no more.
    this.#pay('patient', -yearEndFen(both.yearEnd.recorded), -yearEndFen(both.yearEnd.other));
    this.#takePerson(both);
  }

  #takeCase({ recorded, other }: YearBoth['cases'][number]): void {
    const { totalFen } = recorded.scope;
    this.#cases += 1;
    this.#totalFen = addFen(this.#totalFen, totalFen);
    for (const { payer, paidFen } of recorded.shares) this.#pay(payer, paidFen, 0);
    for (const { payer, paidFen } of other.shares) this.#pay(payer, 0, paidFen);
    this.#pay('patient', recorded.selfPayFen, other.selfPayFen);
    const selfPay = { recordedFen: recorded.selfPayFen, otherFen: other.selfPayFen };
    const paid = { recordedFen: payersFen(recorded.shares), otherFen: payersFen(other.shares) };
    addTo(this.#categories, { group: categoryOf(recorded), cases: 1, totalFen, paid, selfPay });
    addTo(this.#levels, { group: String(recorded.snapshot.hospital.level), cases: 1, totalFen, paid, selfPay });
    this.#distribution[edgeOf(selfPay.recordedFen, totalFen)]!.recorded += 1;
    this.#distribution[edgeOf(selfPay.otherFen, totalFen)]!.other += 1;
  }

  #pay(payer: Payer | 'patient', recordedFen: number, otherFen: number): void {
    const sums = this.#payers.get(payer);
    if (sums === undefined) this.#payers.set(payer, { recordedFen, otherFen });
    else addBoth(sums, recordedFen, otherFen);
  }

  #takePerson({ personKey, year, cases, yearEnd }: YearBoth): void {
    const recordedFen = yearSelfPay(
      cases.map(({ recorded }) => recorded),
      yearEnd.recorded,
    );
    const otherFen = yearSelfPay(
      cases.map(({ other }) => other),
      yearEnd.other,
    );
    const totalFen = sumFen(cases.map(({ recorded }) => recorded.scope.totalFen));
    const isAssisted = cases.some(({ recorded }) => recorded.snapshot.categories.length > 0);
    for (const counts of isAssisted ? [this.#above10.all, this.#above10.assisted] : [this.#above10.all]) {
      if (isAbove(recordedFen, totalFen)) counts.recorded += 1;
      if (isAbove(otherFen, totalFen)) counts.other += 1;
    }
    if (recordedFen === otherFen) {
      this.#unchanged += 1;
      return;
    }
    const moved = { personKey, year, selfPay: { recordedFen, otherFen } };
    this.#move(otherFen < recordedFen ? this.#gain : this.#lose, 1, Math.abs(recordedFen - otherFen), [moved]);
  }

  #move(
    side: { persons: number; fen: Fen; most: PersonChange[] },
    persons: number,
    fen: Fen,
    most: readonly PersonChange[],
  ): void {
    side.persons += persons;
    side.fen = addFen(side.fen, fen);
    side.most.push(...most);
    if (side.most.length > TOLD * 2) side.most.sort(byChange).splice(TOLD);
  }

  /** What was compared so far, for another to add. */
  part(): PartOfComparison {
    const { rules: _, ...part } = this.result();
    return part;
  }

  result(): Comparison {
    const order: readonly string[] = [...Object.keys(PAYERS), 'patient'];
    const payers = [...this.#payers].map(([payer, both]) => ({ payer, ...both }));
    return {
      rules: this.rules,
      cases: this.#cases,
      persons: this.#persons,
      totalFen: this.#totalFen,
      payers: payers.sort((a, b) => order.indexOf(a.payer) - order.indexOf(b.payer)),
      categories: sorted(this.#categories),
      levels: sorted(this.#levels),
      distribution: this.#distribution,
      above10: this.#above10,
      gain: { ...this.#gain, most: this.#gain.most.sort(byChange).slice(0, TOLD) },
      lose: { ...this.#lose, most: this.#lose.most.sort(byChange).slice(0, TOLD) },
      unchanged: this.#unchanged,
      uncovered: this.#uncovered,
    };
  }
}

/** Exactly above: 1 fen more than a tenth is more. */
function isAbove(selfPayFen: Fen, totalFen: Fen): boolean {
  return BigInt(selfPayFen) * 10_000n > BigInt(totalFen) * BigInt(TEN_PERCENT_BP);
}

/** Place among the edges of what share of the bill the patient bears. */
function edgeOf(selfPayFen: Fen, totalFen: Fen): number {
  const bp = ratioBp(selfPayFen, totalFen);
  return SELF_PAY_EDGES.findIndex((upToBp) => bp <= upToBp);
}

function payersFen(shares: readonly { readonly payer: Payer; readonly paidFen: Fen }[]): Fen {
  let fen = 0;
  for (const { payer, paidFen } of shares) if (payer !== 'hospital') fen = addFen(fen, paidFen);
  return fen;
}

/** The first of the person's categories in the order of the pack: each case counts once. */
function categoryOf({ snapshot, pack }: CaseSums): Category | 'ordinary' {
  return pack!.categories.find((category) => snapshot.categories.includes(category)) ?? 'ordinary';
}

function addTo(groups: Map<string, Growing<GroupCost>>, more: GroupCost): void {
  const sums = groups.get(more.group);
  if (sums === undefined) {
    groups.set(more.group, { ...more, paid: { ...more.paid }, selfPay: { ...more.selfPay } });
    return;
  }
  sums.cases += more.cases;
  sums.totalFen = addFen(sums.totalFen, more.totalFen);
  addBoth(sums.paid, more.paid.recordedFen, more.paid.otherFen);
  addBoth(sums.selfPay, more.selfPay.recordedFen, more.selfPay.otherFen);
}

/** @throws RangeError where a sum would leave the range of amounts, below zero as well */
function addBoth(sums: Growing<Both>, recordedFen: number, otherFen: number): void {
  sums.recordedFen = addFen(sums.recordedFen, recordedFen);
  sums.otherFen = addFen(sums.otherFen, otherFen);
}

function count(counts: { recorded: number; other: number }, recorded: number, other: number): void {
  counts.recorded += recorded;
  counts.other += other;
}

const sorted = (groups: ReadonlyMap<string, GroupCost>): GroupCost[] =>
  [...groups.values()].sort((a, b) => (a.group < b.group ? -1 : 1));

const change = ({ selfPay }: PersonChange): number => Math.abs(selfPay.recordedFen - selfPay.otherFen);
/** Most first; of two alike the one whose key, then whose year comes first. */
const byChange = (a: PersonChange, b: PersonChange): number =>
  change(b) - change(a) || (`${a.personKey} ${a.year}` < `${b.personKey} ${b.year}` ? -1 : 1);
