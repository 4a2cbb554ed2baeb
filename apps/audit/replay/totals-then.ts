/** What each payer had paid as it was known at an instant: completions added up, one pass over the log, no state but sums. */
import type { EventReader } from '@oss/event-store';
import { addFen, type Fen } from '@oss/money';
import type { Payer } from '@oss/policy';
import { BENEFIT_YEAR_PREFIX, SETTLEMENT_COMPLETED, type SettlementCompleted } from '@oss/settlement';
import { type Selection, selectsCase, selectsYear } from '../verify/selection';

export interface PayerTotal {
  readonly payer: Payer;
  /** Completed settlements in which it paid something. */
  readonly settlements: number;
  readonly paidFen: Fen;
}

export interface TotalsThen {
  readonly knownAt: string | null;
  readonly settlements: number;
  readonly totalFen: Fen;
  readonly selfPayFen: Fen;
  /** Payers that paid, by name; of one payer alone when the selection names it. */
  readonly payers: readonly PayerTotal[];
}

/** @param at RFC 3339 UTC as the log writes it; null for now */
export async function totalsThen(
  reader: EventReader,
  selection: Selection,
  at: string | null,
  onEvents: (position: number) => void = () => undefined,
): Promise<TotalsThen> {
  const payers = new Map<Payer, PayerTotal>();
  let [settlements, totalFen, selfPayFen] = [0, 0, 0];
  const filter = { streamPrefixes: [BENEFIT_YEAR_PREFIX], types: [SETTLEMENT_COMPLETED] };
  for await (const event of reader.readAll({ filter })) {
    onEvents(Number(event.position));
    // Clocks of streams differ a little: the log is not in the order of its instants.
    if ((at !== null && event.recordedAt > at) || !selectsYear(selection, event.stream)) continue;
    const completed = event.data as SettlementCompleted;
    if (!selectsCase(selection, completed)) continue;
    settlements += 1;
    totalFen = addFen(totalFen, completed.totalFen);
    selfPayFen = addFen(selfPayFen, completed.selfPayFen);
    addShares(payers, completed, selection.payer);
  }
  const sorted = [...payers.values()].sort((a, b) => (a.payer < b.payer ? -1 : 1));
  return { knownAt: at, settlements, totalFen, selfPayFen, payers: sorted };
}

function addShares(payers: Map<Payer, PayerTotal>, { shares }: SettlementCompleted, only: string | undefined): void {
  const ofCase = new Map<Payer, Fen>();
  for (const { payer, paidFen } of shares) ofCase.set(payer, addFen(ofCase.get(payer) ?? 0, paidFen));
  for (const [payer, paidFen] of ofCase) {
    if (paidFen === 0 || (only !== undefined && payer !== only)) continue;
    const before = payers.get(payer) ?? { payer, settlements: 0, paidFen: 0 };
    payers.set(payer, { payer, settlements: before.settlements + 1, paidFen: addFen(before.paidFen, paidFen) });
  }
}
