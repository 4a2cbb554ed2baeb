/** The year's accounts: what has been paid and borne so far, by name. Their order is part of the facts' canonical bytes. */
import type { Fen } from '@oss/money';

/** Amounts in fen. In facts, the names stand in alphabetical order. */
export type Accounts = Readonly<Record<string, Fen>>;

/** The same accounts with their names in order; the very same object where they are already, as they are from a year's second case on. */
export function inOrder(accounts: Accounts): Accounts {
  let before = '';
  for (const name in accounts) {
    if (name < before) return rebuilt(accounts);
    before = name;
  }
  return accounts;
}

function rebuilt(accounts: Accounts): Accounts {
  const ordered: Record<string, Fen> = {};
  for (const name of Object.keys(accounts).sort()) ordered[name] = accounts[name] as Fen;
  return ordered;
}
