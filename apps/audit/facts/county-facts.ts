/**
 * A county's history as the checks, the what-if and the export see it: one person after another, each with the registry's last word
 * and the live cases of all years in their order. Cases that were reversed or replaced do not count and are not here. The same shape
 * whether it comes from a log or from a file that another system wrote.
 */
import type { Bp, Fen } from '@oss/money';
import type { Category, Pack, Payer } from '@oss/policy';
import type {
  Bill,
  Care,
  ListRecorded,
  PaymentRecorded,
  RegisteredPerson,
  Scope,
  Snapshot,
  Span,
  YearEndSettled,
} from '@oss/settlement';

/** What a line paid. */
export interface SharePaid {
  readonly line: string;
  readonly payer: Payer;
  readonly paidFen: Fen;
}

export interface CaseShare extends SharePaid {
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  /** What the line's deductibles took of this case, in fen, those on a year's account left out; null where nobody says. */
  readonly deductibleFen: Fen | null;
  /** The one rate of the line; null where there are bands or several, or nobody says. */
  readonly rateBp: Bp | null;
  /** Category under which the line decided; null: ordinary, or nobody says. */
  readonly category: Category | null;
}

/** A case as its sums tell it: all that settling it again, and comparing what each paid, needs. */
export interface CaseSums {
  readonly settlementId: string;
  readonly attempt: number;
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly care: Care;
  /** Null where only its sums are known. */
  readonly bill: Bill | null;
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  readonly shares: readonly SharePaid[];
  readonly hospitalFen: Fen;
  readonly selfPayFen: Fen;
  /** The pack that the case names; null when it is not at hand. */
  readonly pack: Pack | null;
}

export interface CaseFact extends CaseSums {
  readonly shares: readonly CaseShare[];
  /** When its last completion was recorded, RFC 3339 UTC; null in foreign facts. */
  readonly completedAt: string | null;
}

/** What the registry says last of a person. */
export interface PersonRecordFact extends Pick<RegisteredPerson, 'region' | 'cover' | 'categories'> {
  readonly diedOn?: string;
  readonly memberNos: Readonly<Record<string, string>>;
}

export interface PersonSums {
  readonly personKey: string;
  /** Live, completed cases: years ascending, in a year the order of their recording. */
  readonly cases: readonly CaseSums[];
  /** Year-end settlements that stand. */
  readonly yearEnds: readonly YearEndSettled[];
}

export interface PersonFile extends PersonSums {
  /** Null: not registered; `erased`: nobody may know any more. */
  readonly record: PersonRecordFact | 'erased' | null;
  readonly cases: readonly CaseFact[];
}

/** What belongs to no single person. */
export interface CountyWide {
  readonly payments: readonly PaymentRecorded[];
  /** Of each kind, region, day and part the last one reported. */
  readonly lists: readonly ListRecorded[];
}

export interface CountyFacts {
  readonly county: CountyWide;
  /** Persons that `persons` will yield. */
  readonly personCount: number;
  persons(): AsyncIterable<PersonFile>;
}

/** Whether a span of days covers a day; both ends are inclusive. */
export function covers({ from, to }: Span, day: string): boolean {
  return from <= day && (to === undefined || day <= to);
}

/** The cases of each benefit year, in order. */
export function yearsOf<C extends CaseSums>(cases: readonly C[]): ReadonlyMap<string, readonly C[]> {
  return Map.groupBy(cases, ({ care }) => care.dischargedOn.slice(0, 4));
}
