/**
 * A person's year settled again in memory, on any scope sums, snapshots and packs: by the very turns that the running system takes.
 * Nothing is written; what was recorded stays as it is.
 */
import { type Fen, sumFen } from '@oss/money';
import type { Pack } from '@oss/policy';
import {
  decideYearEnd,
  DISCHARGE_RECORDED,
  type DischargeRecorded,
  EMPTY_HISTORY,
  EMPTY_YEAR,
  evolveHistory,
  evolveYear,
  sayOpenCases,
  type SettlementCompleted,
  type YearEndSettled,
} from '@oss/settlement';
import type { CaseSums, SharePaid } from '../facts/county-facts';

/** What of a case decides its amounts, and which case it is. */
export type CaseAgain = Pick<
  CaseSums,
  'settlementId' | 'attempt' | 'hospitalCode' | 'encounterNo' | 'region' | 'care' | 'scope' | 'snapshot'
> & { readonly pack: Pack };

export interface SettledAgain {
  readonly settlementId: string;
  readonly shares: readonly SharePaid[];
  readonly hospitalFen: Fen;
  readonly selfPayFen: Fen;
}

export interface YearAgain {
  readonly cases: readonly SettledAgain[];
  /** What the year-end lines of the packs pay; null when nothing. */
  readonly yearEnd: YearEndSettled | null;
}

/**
 * @param cases of one person and year, in their order
 * @throws RangeError where an invariant would break
 */
export function settleYearAgain(cases: readonly CaseAgain[]): YearAgain {
  const packs = new Map(cases.map(({ snapshot, pack }) => [snapshot.pack.digest, pack]));
  // Asked at every turn, and nearly always of one pack.
  const [usual, usualPack] = packs.entries().next().value ?? ['', null];
  const packOf = (digest: string): Pack | null => (digest === usual ? usualPack : (packs.get(digest) ?? null));
  const hasYearEnd = cases.some(({ pack }) => pack.lines.some(({ yearEnd }) => yearEnd !== null));
  let year = EMPTY_YEAR;
  let history = EMPTY_HISTORY;
  const settled = cases.map((each): SettledAgain => {
    const recorded = { type: DISCHARGE_RECORDED, data: recordOf(each) };
    const { year: after, events } = sayOpenCases(evolveYear(year, recorded), packOf);
    year = after;
    if (hasYearEnd) history = events.reduce(evolveHistory, evolveHistory(history, recorded));
    const { shares, hospitalFen, selfPayFen } = events.at(-1)!.data as SettlementCompleted;
    return { settlementId: each.settlementId, shares, hospitalFen, selfPayFen };
  });
  if (!hasYearEnd) return { cases: settled, yearEnd: null };
  const decided = decideYearEnd(history, 'a year settled again', '-', packOf);
  return { cases: settled, yearEnd: 'event' in decided ? decided.event.data : null };
}

/** What the payers, the hospital not among them, pay on a case. */
export function paidByPayers({ shares }: Pick<SettledAgain, 'shares'>): Fen {
  return sumFen(shares.filter(({ payer }) => payer !== 'hospital').map(({ paidFen }) => paidFen));
}

/** Of the care, what is recorded stands in it; its diagnoses beside that decide nothing here. */
function recordOf(of: CaseAgain): DischargeRecorded {
  const { settlementId, attempt, hospitalCode, encounterNo, region, care, scope, snapshot } = of;
  return { acceptance: '', attempt, care, encounterNo, hospitalCode, region, scope, settlementId, snapshot };
}
