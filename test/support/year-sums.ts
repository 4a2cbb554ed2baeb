/** Money added up a second time, from the stored shares alone and without the product's own sums: what must close, closes. */
import assert from 'node:assert/strict';
import type { Pack } from '@oss/policy';
import type { SettlementCompleted, ShareSettled } from '@oss/settlement';

export class YearSums {
  #case: ShareSettled[] = [];
  /** What each account of what was paid must hold. */
  readonly #paid = new Map<string, bigint>();
  #totalFen = 0n;
  #selfPayFen = 0n;

  takeShare(share: ShareSettled, pack: Pack): void {
    for (const fen of [share.paidFen, share.inScopeFen, share.outOfScopeFen]) {
      assert.ok(Number.isSafeInteger(fen) && fen >= 0, `${share.line} pays ${fen} fen`);
    }
    assert.equal(share.inScopeFen + share.outOfScopeFen, share.paidFen);
    this.#case.push(share);
    const line = pack.lines.find(({ id }) => id === share.line || share.line.startsWith(`${id}.`));
    assert.ok(line !== undefined, `pack ${pack.id} has no line ${share.line}`);
    this.#paid.set(line.account, (this.#paid.get(line.account) ?? 0n) + BigInt(share.paidFen));
  }

  takeCompletion(completed: SettlementCompleted): void {
    const { totalFen, selfPayFen, hospitalFen, selfPayBp, accounts } = completed;
    assert.deepEqual(
      completed.shares.map(({ line, payer, paidFen }) => ({ line, payer, paidFen })),
      this.#case.map(({ line, payer, paidFen }) => ({ line, payer, paidFen })),
    );
    const sum = (shares: readonly ShareSettled[]): bigint => shares.reduce((fen, { paidFen }) => fen + BigInt(paidFen), 0n);
    const payers = sum(this.#case.filter(({ payer }) => payer !== 'hospital'));
    assert.ok(selfPayFen >= 0, `self-pay is ${selfPayFen}`);
    assert.equal(BigInt(hospitalFen), sum(this.#case.filter(({ payer }) => payer === 'hospital')));
    assert.equal(payers + BigInt(hospitalFen) + BigInt(selfPayFen), BigInt(totalFen), 'shares + hospital + self-pay ≠ total');
    const share = totalFen === 0 ? 0n : (BigInt(selfPayFen) * 20_000n + BigInt(totalFen)) / (2n * BigInt(totalFen));
    assert.equal(BigInt(selfPayBp), share);
    this.#totalFen += BigInt(totalFen);
    this.#selfPayFen += BigInt(selfPayFen);
    assert.equal(BigInt(accounts['year.total'] ?? 0), this.#totalFen);
    assert.equal(BigInt(accounts['year.self-pay'] ?? 0), this.#selfPayFen);
    for (const [account, fen] of this.#paid)
      assert.equal(BigInt(accounts[account] ?? 0), fen, `account ${account} does not hold what was paid`);
    this.#case = [];
  }
}
