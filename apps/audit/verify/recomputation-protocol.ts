/** What the verifying thread and its helpers say to each other: benefit years to derive again, and what came of it. */
import type { LogSource } from '../log/audited-log';
import type { Finding } from './finding';
import type { Selection } from './selection';

export interface RecomputationSettings extends LogSource {
  readonly selection: Selection;
}

/** Streams of one order: a few milliseconds to a second of work. */
export const YEARS_PER_ORDER = 32;

export interface YearsToRecompute {
  readonly years: readonly string[];
}

export interface OrderDone {
  readonly years: number;
  readonly cases: number;
  readonly compared: number;
  readonly findings: readonly Finding[];
  /** Packs that were named and are not in the log, with the number of years that they hold up. */
  readonly missingPacks: readonly (readonly [string, number])[];
}
