/** Money added up a second time, from the stored shares alone and without the product's own sums: what must close, closes. */
import assert from 'node:assert/strict';
import type { Pack } from '@oss/policy';
import { caseKey, type SettlementCompleted, type SettlementReversed, type ShareSettled } from '@oss/settlement';

/** What one attempt has moved, until it is reversed. */
interface Moved {
  readonly shares: ShareSettled[];
  readonly paid: Map<string, bigint>;
  totalFen: bigint;
  selfPayFen: bigint;
}

export class YearSums {
  readonly #cases = new Map<string, Moved>();

  #case({ settlementId, attempt }: { readonly settlementId: string; readonly attempt: number }): Moved {
    const key = caseKey(settlementId, attempt);
    const known = this.#cases.get(key) ?? { shares: [], paid: new Map<string, bigint>(), totalFen: 0n, selfPayFen: 0n };
    this.#cases.set(key, known);
    return known;
  }

  takeShare(share: ShareSettled, pack: Pack): void {
    for (const fen of [share.paidFen, share.inScopeFen, share.outOfScopeFen]) {
      assert.ok(Number.isSafeInteger(fen) && fen >= 0, `${share.line} pays ${fen} fen`);
    }
    assert.equal(share.inScopeFen + share.outOfScopeFen, share.paidFen);
    const { shares, paid } = this.#case(share);
    shares.push(share);
    const line = pack.lines.find(({ id }) => id === share.line || share.line.startsWith(`${id}.`));
    assert.ok(line !== undefined, `pack ${pack.id} has no line ${share.line}`);
    const own = new Set([line.account, ...line.rules.map(({ account }) => account)]);
    const account = share.accounts.find(({ name }) => own.has(name))?.name ?? line.account;
    paid.set(account, (paid.get(account) ?? 0n) + BigInt(share.paidFen));
  }

  /** All that the attempt moved is given back, and the fact names just what is taken from each payer. */
  takeReversal(reversed: SettlementReversed): void {
    const { shares } = this.#case(reversed);
    assert.deepEqual(
      reversed.shares,
      shares.map(({ line, paidFen, payer }) => ({ line, paidFen, payer })),
    );
    this.#cases.delete(caseKey(reversed.settlementId, reversed.attempt));
    this.#assertAccounts(reversed.accounts);
  }

  takeCompletion(completed: SettlementCompleted): void {
    const { totalFen, selfPayFen, hospitalFen, selfPayBp, accounts } = completed;
    const of = this.#case(completed);
    assert.deepEqual(
      completed.shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen })),
      of.shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen })),
    );
    const sum = (shares: readonly ShareSettled[]): bigint => shares.reduce((fen, { paidFen }) => fen + BigInt(paidFen), 0n);
    const payers = sum(of.shares.filter(({ payer }) => payer !== 'hospital'));
    assert.ok(selfPayFen >= 0, `self-pay is ${selfPayFen}`);
    assert.equal(BigInt(hospitalFen), sum(of.shares.filter(({ payer }) => payer === 'hospital')));
    assert.equal(payers + BigInt(hospitalFen) + BigInt(selfPayFen), BigInt(totalFen), 'shares + hospital + self-pay ≠ total');
    const share = totalFen === 0 ? 0n : (BigInt(selfPayFen) * 20_000n + BigInt(totalFen)) / (2n * BigInt(totalFen));
    assert.equal(BigInt(selfPayBp), share);
    of.totalFen = BigInt(totalFen);
    of.selfPayFen = BigInt(selfPayFen);
    this.#assertAccounts(accounts);
  }

  #assertAccounts(accounts: Readonly<Record<string, number>>): void {
    const paid = new Map<string, bigint>();
    let totalFen = 0n;
    let selfPayFen = 0n;
    for (const of of this.#cases.values()) {
      for (const [account, fen] of of.paid) paid.set(account, (paid.get(account) ?? 0n) + fen);
      totalFen += of.totalFen;
      selfPayFen += of.selfPayFen;
    }
    assert.equal(BigInt(accounts['year.total'] ?? 0), totalFen);
    assert.equal(BigInt(accounts['year.self-pay'] ?? 0), selfPayFen);
    for (const [account, fen] of paid)
      assert.equal(BigInt(accounts[account] ?? 0), fen, `account ${account} does not hold what was paid`);
  }
}
