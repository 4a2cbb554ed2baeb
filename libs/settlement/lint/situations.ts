/**
 * The situations that a pack distinguishes: day, care, level, transfer, designation, age, disease programme, categories
 * (each alone, none, each pair). Those for which every line offers the same rules are one; it names the others.
 */
import {
  type Category,
  type CompiledProgramme,
  type HospitalLevel,
  listsDiseases,
  type Pack,
  type RuleCategory,
  ruleFor,
} from '@oss/policy';
import { type CareType, type Transfer, valueAt } from '@oss/policy';
import { placeFor, Probe, type Situation } from './probe';
import { daysOfChange } from './thresholds';

export interface DistinctSituation {
  readonly situation: Situation;
  /** Programme that the disease falls under, by id. */
  readonly programme: string | null;
  /** Sets of categories for which the same holds; the situation's own is the first. */
  readonly categorySets: readonly (readonly Category[])[];
  /** Kinds of transfer for which the same holds; the situation's own is the first. */
  readonly transfers: readonly Transfer[];
  /** No programme, a designated hospital, a grown-up: examined with every pair of categories, transfer and earlier year. */
  readonly isUsual: boolean;
}

interface Variant {
  readonly disease: string;
  readonly designated: boolean;
  readonly ageMonths: number | null;
  readonly isUsual: boolean;
}

/** Codes of diseases that a programme is unlikely to name: the first that none names stands for any other disease. */
const OTHER_DISEASES = ['Z00.0', 'R69', 'T14.9', 'J06.9'];
const LEVELS: readonly HospitalLevel[] = [1, 2, 3];

/** All distinct situations of a pack, in a stable order. */
export function situationsOf(pack: Pack): DistinctSituation[] {
  const found = new Map<string, DistinctSituation>();
  for (const date of daysOfChange(pack))
    for (const careType of Object.keys(pack.chains) as CareType[])
      for (const level of LEVELS)
        for (const variant of variantsOf(pack, careType, level, date))
          for (const categories of categorySetsOf(pack, variant.isUsual))
            for (const transfer of transfersOf(pack, variant.isUsual)) {
              const { isUsual, ...rest } = variant;
              addSituation(found, pack, { date, careType, level, transfer, categories, ...rest }, isUsual);
            }
  return [...found.values()];
}

function addSituation(found: Map<string, DistinctSituation>, pack: Pack, situation: Situation, isUsual: boolean): void {
  const { programme } = new Probe(pack, situation).scope({ costFen: 0, outOfCatalogueFen: 0 });
  // A visit whose disease the pack does not list is refused: no bill of it is ever settled.
  if (programme === undefined && situation.careType === 'outpatient-chronic' && listsDiseases(pack, situation.careType)) return;
  const key = keyOf(pack, situation, programme?.id ?? null, programme?.amountFen);
  const known = found.get(key);
  const { categories, transfer } = situation;
  if (known === undefined) {
    const one = { situation, programme: programme?.id ?? null, categorySets: [categories], transfers: [transfer], isUsual };
    found.set(key, one);
    return;
  }
  const has = known.categorySets.some((set) => set.join() === categories.join());
  const categorySets = has ? known.categorySets : [...known.categorySets, categories];
  const transfers = known.transfers.includes(transfer) ? known.transfers : [...known.transfers, transfer];
  found.set(key, { ...known, categorySets, transfers });
}

/** What decides every fen of a situation's bills: the rules that each line offers, the level, and what the scope step takes. */
function keyOf(pack: Pack, situation: Situation, programme: string | null, amountFen: number | undefined): string {
  const { categories, date, careType, level, transfer, designated, ageMonths } = situation;
  const hospitalRegion = placeFor(pack, transfer);
  const context = {
    careType,
    level,
    transfer,
    designated,
    programme,
    amountSet: amountFen !== undefined,
    ageMonths,
    hospitalRegion,
  };
  const known: readonly RuleCategory[] = pack.categories.filter((category) => categories.includes(category));
  const offered = (pack.chains[careType] ?? []).map(({ definition }) => {
    if (definition.rules.length === 0) return '-';
    const rules = (known.length > 0 ? known : (['ordinary'] as const)).map((category) => {
      return ruleFor(definition, { ...context, category }).ref;
    });
    return [...new Set(rules)].join('+');
  });
  const timeline = pack.outOfArea[transfer];
  const areaBp = timeline === undefined ? 0 : valueAt(timeline, date).value;
  return [date, careType, level, areaBp, programme ?? '', amountFen ?? '', ...offered].join('|');
}

/** None, each category alone and, for usual cases, each pair. */
function categorySetsOf({ categories }: Pack, withPairs: boolean): (readonly Category[])[] {
  const pairs = categories.flatMap((one, index) => categories.slice(index + 1).map((other) => [one, other]));
  return [[], ...categories.map((category) => [category]), ...(withPairs ? pairs : [])];
}

function transfersOf({ outOfArea }: Pack, all: boolean): Transfer[] {
  return ['none', ...(all ? (Object.keys(outOfArea) as Transfer[]) : [])];
}

/** Disease, designation and age: the usual case first, then each that departs from it in one respect. */
function variantsOf(pack: Pack, careType: CareType, level: HospitalLevel, date: string): Variant[] {
  const ages = agesOf(pack);
  const grownUp = ages.at(-1) ?? null;
  const usual: Variant = { disease: otherDisease(pack), designated: true, ageMonths: grownUp, isUsual: true };
  const unusual = { ...usual, isUsual: false };
  return [
    usual,
    ...(pack.acceptsUndesignated ? [{ ...unusual, designated: false }] : []),
    ...ages.slice(0, -1).map((ageMonths) => ({ ...unusual, ageMonths })),
    ...pack.programmes.flatMap((programme) => diseasesOf(programme, careType, level, date, unusual)),
  ];
}

/** One code of a programme without an amount, and those of its smallest and largest amount: the others lie between. */
function diseasesOf(
  { careTypes, diseases }: CompiledProgramme,
  careType: CareType,
  level: HospitalLevel,
  date: string,
  usual: Variant,
): Variant[] {
  if (!careTypes.includes(careType)) return [];
  const priced = diseases
    .flatMap((disease) => (disease.amount === null ? [] : [{ disease, fen: valueAt(disease.amount[level], date).value }]))
    .sort((a, b) => a.fen - b.fen);
  const chosen = [diseases.find(({ amount }) => amount === null), priced[0]?.disease, priced.at(-1)?.disease];
  return [...new Set(chosen)].flatMap((disease) => {
    const code = disease?.icd10[0];
    if (disease === undefined || code === undefined) return [];
    const { from, below } = disease.ageMonths ?? {};
    const ageMonths = from ?? (below === undefined ? usual.ageMonths : below - 1);
    return [{ ...usual, disease: code, ageMonths }];
  });
}

/** An age on either side of every age that a rule names, rising; none when no rule names one. */
function agesOf(pack: Pack): number[] {
  const edges = pack.lines.flatMap(({ rules }) => rules.flatMap(({ when }) => [when.ageMonths?.from, when.ageMonths?.below]));
  const marks = edges.flatMap((edge) => (edge === undefined ? [] : edge === 0 ? [0] : [edge - 1, edge]));
  return [...new Set(marks)].sort((a, b) => a - b);
}

function otherDisease({ programmes }: Pack): string {
  const named = programmes.flatMap(({ diseases }) => diseases.flatMap(({ icd10 }) => icd10));
  return OTHER_DISEASES.find((code) => !named.some((prefix) => code.startsWith(prefix))) ?? 'U99.9';
}
