/** What a line's rule looks at: the case, what the lines before it left, and the person's year so far. */
import { type Fen, minFen, subtractFen } from '@oss/money';
import { BASES, type Base, type RuleContext } from '@oss/policy';
import type { Scope } from '../bill/discharge';

export interface LineInput {
  readonly scope: Scope;
  /** Discharge date, YYYY-MM-DD: decides which dated value is in force. */
  readonly date: string;
  /** What the lines before left of the in-scope and of the out-of-scope cost. */
  readonly inScopeRestFen: Fen;
  readonly outOfScopeRestFen: Fen;
  /** What the hospital bears so far. */
  readonly hospitalFen: Fen;
  /** The year's accounts before this line, in fen. */
  readonly accounts: Readonly<Record<string, Fen>>;
  /** What the caps of earlier lines cut off on this case, by line id; only of lines whose cut another takes as its base. */
  readonly cutOffs: Readonly<Record<string, Fen>>;
  /** Of a shared line: what its earlier payers already took of it, by kind, and the accounts as they found them. */
  readonly siblings: {
    readonly inScopeFen: Fen;
    readonly outOfScopeFen: Fen;
    readonly accountsBefore: Readonly<Record<string, Fen>>;
  };
}

/** A rule's result before accounts of the line are added. */
export interface RuleResult {
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  /** What the caps alone kept the line from paying; 0 where no line asks. */
  readonly cutOffFen: Fen;
  /** Year accounts that the rule itself moved (a yearly deductible). */
  readonly used: Readonly<Record<string, Fen>>;
}

/** Of a rule that moves no account itself. */
export const NOTHING_USED: RuleResult['used'] = {};

/** The base a rate is taken of, and how much of the case is still unpaid there. */
export function baseOf(
  base: Base,
  input: LineInput,
): { readonly baseFen: Fen; readonly kind: 'in-scope' | 'out-of-scope' | 'mixed' } {
  return { baseFen: baseFen(base, input), kind: BASES[base].kind };
}

function baseFen(base: Base, { scope, inScopeRestFen, outOfScopeRestFen }: LineInput): Fen {
  switch (base) {
    case 'total':
      return subtractFen(scope.totalFen, scope.hospitalExcessFen);
    case 'rest':
      return inScopeRestFen + outOfScopeRestFen;
    case 'in-scope':
      return scope.inScopeFen;
    case 'in-scope-rest':
      return inScopeRestFen;
    case 'out-of-catalogue':
      return scope.outOfCatalogueFen;
    case 'out-of-scope':
      return subtractFen(scope.totalFen, scope.inScopeFen + scope.hospitalExcessFen);
    case 'out-of-scope-rest':
      return outOfScopeRestFen;
  }
}

/** Gives a payment to the rest it may come from; a payment on a mixed base takes the in-scope rest first. */
export function allocate(
  wanted: Fen,
  kind: 'in-scope' | 'out-of-scope' | 'mixed',
  left: { readonly inScopeFen: Fen; readonly outOfScopeFen: Fen },
): { readonly inScopeFen: Fen; readonly outOfScopeFen: Fen } {
  const inScopeFen = kind === 'out-of-scope' ? 0 : minFen(wanted, left.inScopeFen);
  const outOfScopeFen = kind === 'in-scope' ? 0 : minFen(wanted - inScopeFen, left.outOfScopeFen);
  return { inScopeFen, outOfScopeFen };
}

export function accountOf(accounts: Readonly<Record<string, Fen>>, name: string): Fen {
  return accounts[name] ?? 0;
}

export type LineContext = Omit<RuleContext, 'category'>;
