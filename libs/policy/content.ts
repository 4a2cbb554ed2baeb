/**
 * A pack as its author writes it (YAML) and as the log keeps it (JSON): a county's law as dated data. `pack.schema.json`
 * says the same to editors and to the loader. Amounts are whole fen, rates whole basis points, dates YYYY-MM-DD.
 */
import type { AgeRange } from './ages';
import type {
  Base,
  CareType,
  Category,
  HospitalLevel,
  Payer,
  Provenance,
  RuleCategory,
  Shape,
  Timing,
  Transfer,
} from './vocabulary';

/** Where a number comes from. Inherited downwards: pack defaults → line → rule → value. */
export interface Origin {
  /** Key in the pack's `sources`. */
  readonly source?: string;
  /** Clause in that source, as printed there: "三(三)3". */
  readonly clause?: string;
  readonly provenance?: Provenance;
}

/** One number (or list) of the law, with all that a statement or an auditor needs beside it. */
export interface Value<T = number> extends Origin {
  readonly value: T;
  readonly unit?: 'fen' | 'bp' | 'prefixes';
  /** Official label; default the usual term for its place, e.g. 起付线. */
  readonly label?: string;
  /** First and last day in force (inclusive); default those of the pack. */
  readonly from?: string;
  readonly to?: string;
  readonly note?: string;
}

/** One value, or several that follow each other in time. */
export type Dated<T = number> = Value<T> | readonly Value<T>[];

/** One value for all hospital levels, or one for each. */
export type ByLevel = Dated | { readonly byLevel: Readonly<Record<'1' | '2' | '3', Dated>> };

/** When a rule applies: every condition given must hold; one not given always holds. */
export interface When {
  /** Without it the rule is for everyone whom no rule of the line names by category. */
  readonly categories?: readonly RuleCategory[];
  readonly careTypes?: readonly CareType[];
  readonly levels?: readonly HospitalLevel[];
  readonly transfers?: readonly Transfer[];
  readonly designated?: boolean;
  /** Beginnings of division codes: the hospital stands in one of these regions. */
  readonly hospitalRegions?: readonly string[];
  /** Ids of disease programmes; a rule that names one wins over rules that name none. */
  readonly programmes?: readonly string[];
  /** Whether the programme has a fixed amount or price limit for this disease. */
  readonly amountSet?: boolean;
  /** Age in completed months at discharge: from (inclusive) … below (exclusive). */
  readonly ageMonths?: AgeRange;
}

export interface Step {
  /** Upper edge in fen; absent in the last step only. */
  readonly upTo?: Dated;
  readonly rate: ByLevel;
}

export interface Part extends Origin {
  readonly label?: string;
  /** `cutOffBy`: what the cap of an earlier line cut off on this case. */
  readonly base: Base | { readonly accumulator: string } | { readonly cutOffBy: string };
  readonly deductible?: {
    /** `stay`: every time; `year`: what is left of it in this benefit year. Meaningless for an accumulator base. */
    readonly period?: Value<'stay' | 'year'>;
    readonly amount: ByLevel;
    /** The amounts of the year's second, third … stay on which such a rule held; the last holds for all after it. */
    readonly laterStays?: readonly ByLevel[];
    /** Basis points of the amount that apply: 5000 halves it. Rounded half up. */
    readonly factor?: Value;
  };
  readonly rate?: ByLevel;
  readonly bands?: { readonly measuredFrom: Value<'after-deductible' | 'zero'>; readonly steps: readonly Step[] };
  /** Basis points added to the rate, or to each band's rate that is above zero. */
  readonly ratePlus?: Value;
}

export interface Rule extends Origin {
  readonly label?: string;
  readonly when?: When;
  /** The line pays nothing here, for this reason. Excludes everything below. */
  readonly nothing?: string;
  /** Year account of what is paid under this rule, where it is not the line's. */
  readonly account?: string;
  /** proportional, waiver: each part is rounded once; a cap cuts the last part first. */
  readonly parts?: readonly Part[];
  /** top-up: what the patient bears at most. */
  readonly limit?: { readonly percentOf: 'total' | 'in-scope'; readonly rate: ByLevel } | { readonly perYear: ByLevel };
  /** top-up: whether the limit holds the whole self-pay (default) or the in-scope part of it. */
  readonly measures?: 'self-pay' | 'in-scope-self-pay';
  readonly capPerYear?: ByLevel;
  readonly capPerStay?: ByLevel;
}

/** A year account that grows by the in-scope rest which the line finds, whether it pays or not. */
export interface Accumulation {
  readonly account: string;
  readonly label: string;
  /** Cases of these care types, and those of these programmes, do not enter it; absent: every case of the line does. */
  readonly except?: Pick<When, 'careTypes' | 'programmes'>;
}

export interface Line extends Origin {
  readonly id: string;
  readonly label: string;
  readonly labelEn?: string;
  /** Who bears it; absent where `split` names several. */
  readonly payer?: Payer;
  readonly shape: Shape;
  /** top-up: `year-end` pays nothing on a bill and once for the year's sums; default `window`. */
  readonly timing?: Value<Timing>;
  /** Year account that holds what the line has paid, which its caps count; default "<id>.paid". */
  readonly account?: string;
  readonly accumulates?: readonly Accumulation[];
  /** Payers that share one line: all but the last with a weight in basis points, the last takes the remainder. */
  readonly split?: readonly { readonly payer: Payer; readonly weight?: Value }[];
  /** Empty for fixed-amount and price-limit, whose amounts stand in the programmes. */
  readonly rules?: readonly Rule[];
}

/** One disease of a list; where its place in the list comes from, if not from where the programme does. */
export interface Disease extends Origin {
  readonly label: string;
  /** ICD-10 codes, prefixes ("C16" covers C16.0 … C16.9) or ranges of three-character codes ("A15-A19"). */
  readonly icd10: readonly string[];
  readonly ageMonths?: AgeRange;
  readonly note?: string;
  /** Fixed amount or price limit in fen; absent where the county has set none. */
  readonly amount?: ByLevel;
}

export interface Programme extends Origin {
  readonly id: string;
  readonly label: string;
  /** `fixed-amount`, `price-limit`: shapes 4 and 5. `named`: only a name that rules can refer to. */
  readonly kind: 'fixed-amount' | 'price-limit' | 'named';
  readonly careTypes: readonly CareType[];
  /** For whom; absent: for everyone. */
  readonly categories?: readonly Category[];
  /** A remark that the working prints with the programme. */
  readonly note?: string;
  readonly diseases: readonly Disease[];
}

/** One item of a list: its official name, and the codes under which hospitals bill it, where they are known. */
export interface AdmittedItem extends Origin {
  readonly name: string;
  readonly codes?: Value<readonly string[]>;
  readonly note?: string;
}

/** Items of class C that count as in scope for some persons. */
export interface AdmittedItems extends Origin {
  readonly id: string;
  readonly label: string;
  /** For whom: a person with every category of `every` and, where `oneOf` is given, at least one of it. */
  readonly for: { readonly every?: readonly Category[]; readonly oneOf?: readonly Category[] };
  readonly items: readonly AdmittedItem[];
}

export interface PackContent {
  readonly schema: 1;
  /** "<region>/<from>", e.g. "360222/2018-01-01"; a variant may add a suffix. */
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly nameEn?: string;
  readonly from: string;
  readonly to?: string;
  readonly notes?: readonly string[];
  readonly sources: Readonly<Record<string, { readonly title: string; readonly number?: string; readonly date?: string }>>;
  readonly defaults?: Origin;
  /** Division-code prefixes of the area whose hospitals count as local. */
  readonly localArea: Value<readonly string[]>;
  /** Categories that this pack knows, in the order that decides a tie. Others count as ordinary. */
  readonly categories: readonly Category[];
  readonly acceptsUndesignated?: Value<boolean>;
  /** Whose individual premium the public purse pays in full (资助参保). Several values where their origins differ. */
  readonly premiumSubsidy?: readonly Value<readonly Category[]>[];
  readonly scope: {
    readonly classBFirstSelfPay: Dated;
    /** First self-pay out of area, by kind of transfer. A kind that is absent is not covered by the pack. */
    readonly outOfArea?: Partial<Readonly<Record<Exclude<Transfer, 'none'>, Dated>>>;
  };
  /** The chain for each care type, in order; a care type that is absent is not covered. */
  readonly care: Partial<Readonly<Record<CareType, { readonly chain: readonly string[] }>>>;
  readonly programmes?: readonly Programme[];
  readonly admittedItems?: readonly AdmittedItems[];
  readonly lines: readonly Line[];
}
