/** The year's accounts: what has been paid and borne so far, by name. Their order is part of the facts' canonical bytes. */
import type { Fen } from '@oss/money';

/** Amounts in fen; names in alphabetical order. */
export type Accounts = Readonly<Record<string, Fen>>;

/** The same accounts, their names in order. */
export function inOrder(accounts: Accounts): Record<string, Fen> {
  const ordered: Record<string, Fen> = {};
  for (const name of Object.keys(accounts).sort()) ordered[name] = accounts[name] as Fen;
  return ordered;
}
