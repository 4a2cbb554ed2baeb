/** What one case still leaves to pay, in scope and out of scope; every line takes from it, and the judge itself sees that none takes too much. */
import type { JudgedCase, JudgedPayer, JudgedShare, Judgement } from './case';
import { least, most, sum } from './fraction';
import { type Scoped, scopeOf } from './scope';

export class Purse {
  readonly shares: JudgedShare[] = [];
  readonly scoped: Scoped;
  inScopeRest: bigint;
  outOfScopeRest: bigint;

  constructor(
    of: JudgedCase,
    private readonly earlier: readonly Judgement[],
  ) {
    this.scoped = scopeOf(of);
    this.inScopeRest = this.scoped.inScope;
    this.outOfScopeRest = this.scoped.total - this.scoped.inScope;
  }

  get selfPay(): bigint {
    return this.inScopeRest + this.outOfScopeRest;
  }

  /** Everything that these lines have paid this year, under any category or law (rule 6). */
  paidThisYear(...lines: readonly string[]): bigint {
    const shares = this.earlier.flatMap((judgement) => judgement.shares);
    return sum(shares.filter(({ line }) => lines.includes(line)).map(({ paid }) => paid));
  }

  /** Rule 6: what a cap leaves a line; a line without a cap has no end. */
  leftOf(cap: bigint | undefined, ...lines: readonly string[]): bigint | undefined {
    return cap === undefined ? undefined : most(0n, cap - this.paidThisYear(...lines));
  }

  /** @throws RangeError when a line pays more than the lines before it left (rule 7) */
  pay(line: string, payer: JudgedPayer, inScope: bigint, outOfScope = 0n): void {
    if (inScope < 0n || outOfScope < 0n || inScope > this.inScopeRest || outOfScope > this.outOfScopeRest)
      throw new RangeError(`${line} pays ${inScope} + ${outOfScope} of ${this.inScopeRest} + ${this.outOfScopeRest}`);
    this.inScopeRest -= inScope;
    this.outOfScopeRest -= outOfScope;
    this.shares.push({ line, payer, paid: inScope + outOfScope, inScope, outOfScope });
  }

  /** Rule 7: a payment on a mixed base takes the in-scope rest first. */
  payMixed(line: string, payer: JudgedPayer, amount: bigint): void {
    const inScope = least(amount, this.inScopeRest);
    this.pay(line, payer, inScope, amount - inScope);
  }
}

/** Not above the cap left, where there is one. */
export const within = (amount: bigint, left: bigint | undefined): bigint => (left === undefined ? amount : least(amount, left));
