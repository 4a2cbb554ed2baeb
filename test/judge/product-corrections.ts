/** The product under the judge's deeds: a person's years as histories, corrected by the product's own decisions, no store. */
import type { Category } from '@oss/policy';
import {
  acceptedDischarge,
  type CorrectionDecision,
  decideResettlement,
  decideReversal,
  caseKey,
  EMPTY_HISTORY,
  evolveHistory,
  type FreshBasis,
  liveFrom,
  recordDischarge,
  type RecordedFact,
  settleOpenCases,
  settlementIdOf,
  type YearHistory,
} from '@oss/settlement';
import type { JudgedCase } from './case';
import type { Deed } from './corrections';
import { inputOf, knownAccounts, onShelves, type Packs, rowShares } from './product';
import type { Row } from './row';

/** A year after all deeds: its live attempts in order, and its accounts. */
export interface CorrectedRows {
  readonly attempts: readonly (Omit<Row, 'accounts'> & { readonly attempt: number; readonly settlement: string })[];
  readonly accounts: Row['accounts'];
}

export class CorrectedProduct {
  /** By year of discharge. */
  readonly #histories = new Map<string, YearHistory>();
  /** The bill that counts last, and its attempt, by the settlement's name. */
  readonly #last = new Map<string, { readonly of: JudgedCase; readonly attempt: number }>();
  readonly #shelves: ReturnType<typeof onShelves>;

  constructor(packs: Packs) {
    this.#shelves = onShelves(packs);
  }

  /** Whether the deed changed anything. */
  take(deed: Deed): boolean {
    if (deed.deed === 'settle' || deed.deed === 'correct') return this.#record(deed.settlement, deed.judgedCase);
    const { of, attempt } = this.#last.get(deed.settlement)!;
    const year = of.dischargedOn.slice(0, 4);
    const history = this.#histories.get(year)!;
    const settlementId = settlementIdOf('H', deed.settlement);
    const order = { settlementId, attempt, operatorCode: 'OP', reason: '测试', stream: `benefit-year-${year}` };
    if (deed.deed === 'reverse') return this.#apply(year, decideReversal(history, { ...order, cascade: deed.cascade }));
    const bases = new Map<string, FreshBasis>();
    for (const live of liveFrom(history, settlementId, attempt)) {
      const bill = this.#last.get(live.encounterNo)!.of;
      const { data } = this.#factOf({ ...bill, categories: deed.categoriesOn(bill.dischargedOn) as Category[] }, live);
      bases.set(caseKey(live.settlementId, live.attempt), { scope: data.scope, snapshot: data.snapshot });
    }
    return this.#apply(year, decideResettlement(history, order, bases));
  }

  #factOf(of: JudgedCase, { encounterNo, attempt }: { readonly encounterNo: string; readonly attempt: number }): RecordedFact {
    const input = inputOf(of, encounterNo, this.#shelves);
    return recordDischarge(acceptedDischarge({ ...input, attempt }), '', input.pack!.pack);
  }

  #record(settlement: string, of: JudgedCase): boolean {
    const attempt = (this.#last.get(settlement)?.attempt ?? 0) + 1;
    const year = of.dischargedOn.slice(0, 4);
    this.#last.set(settlement, { of, attempt });
    const fact = this.#factOf(of, { encounterNo: settlement, attempt });
    this.#settle(year, evolveHistory(this.#histories.get(year) ?? EMPTY_HISTORY, fact));
    return true;
  }

  #apply(year: string, decision: CorrectionDecision): boolean {
    if ('refused' in decision) return false;
    this.#settle(year, decision.after);
    return true;
  }

  /** Every open case of the year decided; the attempts that count now are remembered. */
  #settle(year: string, opened: YearHistory): void {
    const packOf = (digest: string) => this.#shelves.find((file) => file.digest === digest)?.pack ?? null;
    const { events } = settleOpenCases(opened.year, packOf);
    const history = events.reduce(evolveHistory, opened);
    this.#histories.set(year, history);
    for (const { case: live } of history.live) {
      this.#last.set(live.encounterNo, { of: this.#last.get(live.encounterNo)!.of, attempt: live.attempt });
    }
  }

  rows(): Record<string, CorrectedRows> {
    return Object.fromEntries([...this.#histories].map(([year, history]) => [year, rowsOf(history)]));
  }
}

function rowsOf({ live, year }: YearHistory): CorrectedRows {
  const attempts = live.map(({ case: of }) => {
    const paid = (shares: typeof of.shares): number => shares.reduce((sum, { paidFen }) => sum + paidFen, 0);
    return {
      settlement: of.encounterNo,
      attempt: of.attempt,
      inScope: of.scope.inScopeFen,
      shares: rowShares(of.shares),
      hospital: paid(of.shares.filter(({ payer }) => payer === 'hospital')),
      selfPay: of.scope.totalFen - paid(of.shares),
    };
  });
  return { attempts, accounts: knownAccounts(year) };
}
