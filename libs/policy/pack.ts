/**
 * A pack, compiled: the one question "which rule, which number, on this day, for this case" answered without searching
 * the authored text again. Immutable; safe to share between all cases of a process.
 */
import { agesMatch, type AgeRange } from './ages';
import type { Accumulation, PackContent, When } from './content';
import type { Base, CareType, Category, HospitalLevel, Payer, RuleCategory, Shape, Timing, Transfer } from './vocabulary';
import type { Levelled, Resolved, Timeline } from './values';

export interface BandStep {
  /** Upper edge, or null in the last step. */
  readonly upTo: Timeline | null;
  readonly rate: Levelled;
}

export interface CompiledPart {
  readonly ref: string;
  /** Place among the parts of its rule: parts at one place share a yearly deductible. */
  readonly index: number;
  readonly label: string | null;
  readonly base: Base | null;
  /** Year account whose growth by this case is the base; then `base` is null. */
  readonly accumulator: string | null;
  /** Line whose cap's cut on this case is the base; then `base` is null. */
  readonly cutOffBy: string | null;
  readonly deductible: {
    readonly period: Resolved<'stay' | 'year'> | null;
    readonly amount: Levelled;
    /** Of the year's second, third … stay; empty where all are alike. */
    readonly laterStays: readonly Levelled[];
    readonly factor: Resolved | null;
  } | null;
  readonly rate: Levelled | null;
  readonly bands: { measuredFrom: Resolved<'after-deductible' | 'zero'>; steps: readonly BandStep[] } | null;
  readonly ratePlus: Resolved | null;
}

export interface CompiledRule {
  readonly ref: string;
  readonly when: When;
  readonly nothing: Resolved<string> | null;
  /** Year account of what is paid under this rule, which its caps count. */
  readonly account: string;
  readonly parts: readonly CompiledPart[];
  readonly limit: { percentOf: 'total' | 'in-scope' | null; amount: Levelled } | null;
  readonly measures: 'self-pay' | 'in-scope-self-pay';
  readonly capPerYear: Levelled | null;
  readonly capPerStay: Levelled | null;
}

export interface CompiledLine {
  readonly id: string;
  readonly label: string;
  readonly labelEn: string;
  readonly shape: Shape;
  readonly account: string;
  readonly accumulates: readonly Accumulation[];
  readonly rules: readonly CompiledRule[];
  /** Whether any of its rules asks for an age. */
  readonly byAge: boolean;
  /** Whether any of its rules asks where the hospital stands. */
  readonly byRegion: boolean;
  /** Whether a later line takes what this line's cap cuts off as its base. */
  readonly tellsCutOff: boolean;
  /** Of a line that is settled when the year is over: the value that says so; else null. */
  readonly yearEnd: Resolved<Timing> | null;
  /** Weights of the payers that share the line, the last null; empty for a line of one payer. */
  readonly weights: readonly (Resolved | null)[];
}

/** One turn in a chain: a line of one payer, or one payer's part of a shared line. */
export interface ChainEntry {
  /** Line id; of a shared line "<id>.<payer>". */
  readonly line: string;
  readonly payer: Payer;
  readonly definition: CompiledLine;
  /** Place among the payers of a shared line; 0 otherwise. */
  readonly part: number;
}

export interface CompiledDisease {
  readonly label: string;
  /** Codes and beginnings; of a range each of its categories. */
  readonly icd10: readonly string[];
  readonly ageMonths: AgeRange | null;
  readonly amount: Levelled | null;
}

/** One code of one disease: where the two stand in the pack, and what it covers. */
export interface IndexedCode {
  readonly programme: number;
  readonly disease: number;
  readonly code: string;
}

export interface CompiledProgramme {
  readonly id: string;
  readonly label: string;
  readonly kind: 'fixed-amount' | 'price-limit' | 'named';
  readonly careTypes: readonly CareType[];
  readonly categories: readonly Category[] | null;
  readonly diseases: readonly CompiledDisease[];
}

/** A list of class C items that count as in scope for some persons, ready to be asked. */
export interface CompiledAdmission {
  readonly id: string;
  readonly label: string;
  readonly every: readonly Category[];
  readonly oneOf: readonly Category[];
  readonly codes: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

/** What selects a rule. */
export interface RuleContext {
  readonly careType: CareType;
  readonly level: HospitalLevel;
  readonly transfer: Transfer;
  readonly designated: boolean;
  readonly programme: string | null;
  readonly amountSet: boolean;
  /** Completed months at discharge; null when unknown. */
  readonly ageMonths: number | null;
  readonly category: RuleCategory;
  /** Division code of the hospital; a rule that asks for one holds for no case without. */
  readonly hospitalRegion?: string;
}

export interface Pack {
  readonly content: PackContent;
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly from: string;
  readonly to: string | null;
  readonly categories: readonly Category[];
  readonly localArea: Resolved<readonly string[]>;
  readonly acceptsUndesignated: boolean;
  readonly premiumSubsidy: readonly Resolved<readonly Category[]>[];
  readonly classBFirstSelfPay: Timeline;
  readonly outOfArea: Partial<Readonly<Record<Transfer, Timeline>>>;
  readonly chains: Partial<Readonly<Record<CareType, readonly ChainEntry[]>>>;
  readonly programmes: readonly CompiledProgramme[];
  readonly admissions: readonly CompiledAdmission[];
  /** The programmes' codes by their first three characters. */
  readonly diseaseIndex: ReadonlyMap<string, readonly IndexedCode[]>;
  readonly lines: readonly CompiledLine[];
  /** Every value by its ref, for the texts of a working. */
  readonly values: ReadonlyMap<string, Resolved<unknown>>;
  readonly timelines: readonly Timeline<unknown>[];
  /** Labels of parts that have one, by the part's ref. */
  readonly partLabels: ReadonlyMap<string, string>;
}

/**
 * All rules of a line that apply and win: exactly one in a checked pack. A rule that names the programme wins over those
 * that do not, then one that names the category, then one with any other condition (level, transfer, age …).
 */
export function matchingRules(line: CompiledLine, context: RuleContext): readonly CompiledRule[] {
  const matching = line.rules.filter((rule) => matches(rule.when, context));
  const ofProgramme = matching.filter((rule) => rule.when.programmes !== undefined);
  const pool = ofProgramme.length > 0 ? ofProgramme : matching;
  const ofCategory = pool.filter((rule) => rule.when.categories !== undefined);
  const named = ofCategory.length > 0 ? ofCategory : pool;
  const conditional = named.filter(({ when }) => Object.keys(when).some((key) => key !== 'categories' && key !== 'programmes'));
  return conditional.length > 0 ? conditional : named;
}

/** The one rule of a line for a case. @throws when the pack has none or several, which its check excludes. */
export function ruleFor(line: CompiledLine, context: RuleContext): CompiledRule {
  const [rule, ...more] = matchingRules(line, context);
  if (rule === undefined || more.length > 0) {
    throw new Error(
      `line ${line.id} has ${rule === undefined ? 'no rule' : 'several rules'} for ${JSON.stringify(context)}: check the pack`,
    );
  }
  return rule;
}

function matches(when: When, context: RuleContext): boolean {
  return (
    holds(when.categories, context.category) &&
    holds(when.careTypes, context.careType) &&
    holds(when.levels, context.level) &&
    holds(when.transfers, context.transfer) &&
    (when.designated === undefined || when.designated === context.designated) &&
    standsIn(when.hospitalRegions, context.hospitalRegion) &&
    (when.programmes === undefined || (context.programme !== null && when.programmes.includes(context.programme))) &&
    (when.amountSet === undefined || when.amountSet === context.amountSet) &&
    agesMatch(when.ageMonths ?? null, context.ageMonths)
  );
}

/** Whether an accumulation counts a case: it is of none of the excepted care types and programmes. */
export function accumulatesHere({ except }: Accumulation, context: Pick<RuleContext, 'careType' | 'programme'>): boolean {
  if (except === undefined) return true;
  const { careTypes = [], programmes = [] } = except;
  return !careTypes.includes(context.careType) && (context.programme === null || !programmes.includes(context.programme));
}

function standsIn(regions: readonly string[] | undefined, hospitalRegion: string | undefined): boolean {
  return regions === undefined || (hospitalRegion !== undefined && regions.some((prefix) => hospitalRegion.startsWith(prefix)));
}

function holds<T>(allowed: readonly T[] | undefined, value: T): boolean {
  return allowed === undefined || allowed.includes(value);
}

/** The year accounts in which a year-end line gathers what its cases come to: total less the hospital's part, and so on. */
export function yearEndAccounts(
  line: string,
): readonly [total: string, inScope: string, selfPay: string, inScopeSelfPay: string] {
  return [`${line}.total`, `${line}.in-scope`, `${line}.self-pay`, `${line}.in-scope-self-pay`];
}

/** The chain for a care type, or null when the pack does not cover it. */
export function chainFor(pack: Pack, careType: CareType): readonly ChainEntry[] | null {
  return pack.chains[careType] ?? null;
}
