/**
 * What a correction did to a settlement, as the contract shows it: that an attempt was reversed, by whom and why; which
 * attempt a new one replaces; and by how much each payer's share and the self-pay changed. Amounts in fen.
 */
import type { Fen } from '@oss/money';
import type { Payer } from '@oss/policy';
import type { SettlementCompleted, SettlementReversed } from '../year/events';

export interface ReversalView {
  readonly reason: string;
  readonly operatorCode: string;
  /** RFC 3339 UTC. */
  readonly reversedAt: string;
  /** Id that all facts of the correction share. */
  readonly correction: string;
  /** The attempt that replaces this one; null when it was reversed for good. */
  readonly supersededBy: number | null;
}

/** The last completed attempt before this one, in sums. */
export interface SupersededView {
  readonly attempt: number;
  readonly totalFen: Fen;
  readonly hospitalFen: Fen;
  readonly selfPayFen: Fen;
  readonly shares: readonly { readonly line: string; readonly payer: Payer; readonly paidFen: Fen }[];
}

/** This attempt less the one that it replaces; a negative amount is to be paid back. */
export interface DifferencesView {
  readonly hospitalFen: number;
  readonly selfPayFen: number;
  readonly shares: readonly { readonly line: string; readonly payer: Payer; readonly paidFen: number }[];
}

export function reversalView(fact: SettlementReversed, reversedAt: string): ReversalView {
  const { attempt, correction, operatorCode, reason, superseded } = fact;
  return { reason, operatorCode, reversedAt, correction, supersededBy: superseded ? attempt + 1 : null };
}

export function supersededView({ attempt, totalFen, hospitalFen, selfPayFen, shares }: SettlementCompleted): SupersededView {
  return { attempt, totalFen, hospitalFen, selfPayFen, shares };
}

/** Line by line in the order of the new attempt; lines that only the old one has come last. */
export function differencesView(before: SettlementCompleted, after: SettlementCompleted): DifferencesView {
  const old = new Map(before.shares.map((share) => [share.line, share]));
  const shares = after.shares.map(({ line, payer, paidFen }) => ({
    line,
    payer,
    paidFen: paidFen - (old.get(line)?.paidFen ?? 0),
  }));
  const kept = new Set(after.shares.map(({ line }) => line));
  const gone = before.shares
    .filter(({ line }) => !kept.has(line))
    .map(({ line, payer, paidFen }) => ({ line, payer, paidFen: -paidFen }));
  return {
    hospitalFen: after.hospitalFen - before.hospitalFen,
    selfPayFen: after.selfPayFen - before.selfPayFen,
    shares: [...shares, ...gone],
  };
}
