/**
 * What a check is: a pure function over facts that stream past it, one person after another, then what belongs to the county; with
 * the words for the page that its findings stand on. A finding is a question to a person, never a verdict.
 */
import type { Fen } from '@oss/money';
import type { CaseFact, CountyWide, PersonFile } from '../facts/county-facts';

/** Numbers, days and lists that a county may set; the defaults say of which kind each is. */
export type Parameters = Readonly<Record<string, number | string | boolean | readonly string[]>>;

export interface CheckFinding {
  /** The check's id. */
  readonly check: string;
  readonly personKey?: string;
  readonly settlementId?: string;
  readonly attempt?: number;
  readonly hospitalCode?: string;
  readonly region?: string;
  /** Discharge date, or the day that the finding is about. */
  readonly date?: string;
  /** What is at stake, in fen, where that can be said. */
  readonly amountFen?: Fen;
  /** What is wrong: for an official, then in English. */
  readonly zh: string;
  readonly en: string;
}

export type Told = Omit<CheckFinding, 'check'>;

/** One run of a check: it may remember what it has seen. */
export interface CheckRun {
  person?(file: PersonFile): Iterable<Told>;
  /** After the last person. */
  county?(county: CountyWide): Iterable<Told>;
}

export interface Check<P extends Parameters = Parameters> {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** What a finding means, and what is no fault although it is found. */
  readonly means: { readonly zh: string; readonly en: string };
  readonly falseAlarms: { readonly zh: string; readonly en: string };
  /** Defaults, by name. */
  readonly parameters: P;
  readonly parametersMean: Readonly<Record<keyof P, string>>;
  /** @param today the day of the run in China, YYYY-MM-DD */
  begin(parameters: P, today: string): CheckRun;
}

/** A check whose parameters are typed inside and checked by name and kind outside. */
export function defineCheck<P extends Parameters>(check: Check<P>): Check {
  return check as unknown as Check;
}

/** Which case a finding is about. */
export function aboutCase(personKey: string, found: CaseFact): Omit<Told, 'zh' | 'en'> {
  const { settlementId, attempt, hospitalCode, region, care } = found;
  return { personKey, settlementId, attempt, hospitalCode, region, date: care.dischargedOn };
}

const DAY_MS = 86_400_000;

/** Whole days from one day to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;
}

/** The day that is so many days after another. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
