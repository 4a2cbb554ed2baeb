/**
 * What the main thread and the periods thread say to each other. Answers come in the order of asking, so no message carries
 * an identity; a question is answered after every row that was sent before it.
 */

/** The place in the log that the file has reached: its last completion. */
export interface Progress {
  /** 0: nothing yet. */
  readonly position: number;
  /** Hash of the event at that position: tells whether the file belongs to this log. */
  readonly hash: string;
}

/** Completions and what corrections did to them, in the order of the log, field by field: stored texts travel as they are, for the main thread parses nothing. */
export interface CompletionBatch {
  readonly positions: number[];
  readonly instants: string[];
  readonly types: string[];
  /** Stored text of each fact. */
  readonly texts: string[];
  /** Hash of the last event. */
  readonly hash: string;
}

/** Which settlements; days inclusive, YYYY-MM-DD. */
export interface PeriodFilter {
  readonly hospitalCode: string | null;
  readonly payer: string | null;
  readonly from: string;
  readonly to: string;
}

/** Where the next page begins, and the log position at which the first one froze the list. */
export interface PagePlace {
  readonly day: string;
  readonly position: number;
  readonly upTo: number;
}

export interface PeriodQuestion extends PeriodFilter {
  /** Null: the first page. */
  readonly after: PagePlace | null;
  readonly limit: number;
}

/** A settlement as reconciliation needs it: what was paid, without the workings. */
export interface PeriodItem {
  readonly settlementId: string;
  readonly attempt: number;
  readonly status: 'completed';
  readonly hospitalCode: string;
  readonly encounterNo: string;
  readonly region: string;
  readonly dischargedOn: string;
  readonly completedAt: string;
  readonly totalFen: number;
  readonly inScopeFen: number;
  readonly hospitalFen: number;
  readonly selfPayFen: number;
  readonly shares: readonly { readonly line: string; readonly payer: string; readonly paidFen: number }[];
}

/** Σ payers (the hospital among them) + selfPayFen = totalFen. */
export interface PeriodSums {
  readonly count: number;
  readonly totalFen: number;
  readonly inScopeFen: number;
  readonly hospitalFen: number;
  readonly selfPayFen: number;
  /** Every payer there is, also where it paid nothing. */
  readonly payers: Readonly<Record<string, number>>;
}

export interface PeriodPage {
  readonly items: readonly PeriodItem[];
  readonly sums: PeriodSums;
  /** Settlements of the period and filter that are being settled again: in no item and no sum until that is done. */
  readonly resettling: number;
  readonly next: PagePlace | null;
}

export type ToPeriods =
  | { readonly write: CompletionBatch }
  | { readonly question: PeriodQuestion }
  /** Forget everything: the file belongs to another log. */
  | { readonly command: 'start anew' }
  | { readonly command: 'close' };

/** `opened` is the first message, and the answer to `start anew`. A thread that cannot write ends with its error. */
export type FromPeriods =
  { readonly opened: Progress } | { readonly written: number } | { readonly page: PeriodPage } | { readonly refused: string };

export interface PeriodsSettings {
  readonly file: string;
  /** The vocabulary of payers; the position of a payer names its column. */
  readonly payers: readonly string[];
}
