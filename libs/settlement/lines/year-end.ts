/**
 * A top-up that is settled when the year is over (timing `year-end`): on each bill it pays nothing and gathers the sums that
 * it will need; afterwards it pays, once, what the year left to the patient above the limit of the year's sums.
 */
import { excessFen, type Fen, limitOf, minFen, splitFen, subtractFen } from '@oss/money';
import {
  type Category,
  type ChainEntry,
  type CompiledRule,
  type Pack,
  type Payer,
  type RuleCategory,
  ruleFor,
  valueAt,
  yearEndAccounts,
} from '@oss/policy';
import { accountOf, allocate, type LineInput } from './line-input';
import { splitWeights } from './split';
import type { AccountChange, Share, Working } from './working';

/**
 * What a year-end line says on one bill: nothing to pay, and, for a person whom one of its rules pays, the sums it gathers.
 * @param rules those that the person's categories select
 */
export function waitingShare(
  entry: ChainEntry,
  rules: readonly { readonly category: RuleCategory; readonly rule: CompiledRule }[],
  input: LineInput,
): Share {
  const none = { inScopeFen: 0, outOfScopeFen: 0, paidFen: 0 };
  const entitled = rules.find(({ rule }) => rule.nothing === null);
  if (entitled === undefined) {
    return { accounts: [], ...none, workings: [{ fen: 0, ref: rules[0]?.rule.nothing?.ref, step: 'nothing' }] };
  }
  const workings: Working[] = [{ fen: 0, ref: entry.definition.yearEnd?.ref, step: 'year-end' }];
  if (entitled.category !== 'ordinary') workings.unshift({ fen: 0, ref: entitled.category, step: 'category' });
  return { accounts: entry.part === 0 ? gathered(entry.definition.id, input) : [], ...none, workings };
}

function gathered(line: string, input: LineInput): AccountChange[] {
  const { scope, hospitalFen, inScopeRestFen, outOfScopeRestFen } = input;
  const amounts = [
    subtractFen(scope.totalFen, hospitalFen),
    scope.inScopeFen,
    inScopeRestFen + outOfScopeRestFen,
    inScopeRestFen,
  ];
  return yearEndAccounts(line).flatMap((name, index) => {
    const byFen = amounts[index] ?? 0;
    const beforeFen = accountOf(input.accounts, name);
    return byFen === 0 ? [] : [{ afterFen: beforeFen + byFen, beforeFen, name }];
  });
}

/** What one payer pays for a year with one year-end line. */
export interface YearEndShare extends Share {
  /** As in a chain: of a shared line "<id>.<payer>". */
  readonly line: string;
  readonly payer: Payer;
}

/**
 * What the year-end lines of a pack pay for a year, in the order of its chains; a line stands there also where it pays nothing.
 * A later line finds what the earlier ones left. Pure; total for a checked pack.
 * @param categories all that the year's live cases carried: the one that pays most counts, on a tie the first of the pack
 * @param date day whose values hold, usually 31 December of the year
 * @param accounts the year's accounts, without an earlier year-end settlement
 */
export function yearEndShares(
  pack: Pack,
  categories: readonly Category[],
  date: string,
  accounts: Readonly<Record<string, Fen>>,
): YearEndShare[] {
  const shares: YearEndShare[] = [];
  let state = accounts;
  let paid = { inScopeFen: 0, outOfScopeFen: 0 };
  for (const parts of yearEndLines(pack)) {
    const whole = bestYear(parts, pack, categories, { accounts: state, date, paid });
    let left = { inScopeFen: whole.inScopeFen, outOfScopeFen: whole.outOfScopeFen };
    for (const entry of parts) {
      const share = partOf(entry, whole, left, state);
      left = { inScopeFen: left.inScopeFen - share.inScopeFen, outOfScopeFen: left.outOfScopeFen - share.outOfScopeFen };
      state = { ...state, ...Object.fromEntries(share.accounts.map(({ name, afterFen }) => [name, afterFen])) };
      shares.push(share);
    }
    paid = { inScopeFen: paid.inScopeFen + whole.inScopeFen, outOfScopeFen: paid.outOfScopeFen + whole.outOfScopeFen };
  }
  return shares;
}

/** The year-end lines, each with the payers that share it; a line of several chains stands once. */
function yearEndLines(pack: Pack): ChainEntry[][] {
  const lines = new Map<string, ChainEntry[]>();
  for (const chain of Object.values(pack.chains)) {
    const entries = Map.groupBy(
      chain.filter(({ definition }) => definition.yearEnd !== null),
      ({ definition }) => definition.id,
    );
    for (const [id, parts] of entries) if (!lines.has(id)) lines.set(id, parts);
  }
  return [...lines.values()];
}

interface YearInput {
  readonly accounts: Readonly<Record<string, Fen>>;
  readonly date: string;
  /** What earlier year-end lines paid. */
  readonly paid: { readonly inScopeFen: Fen; readonly outOfScopeFen: Fen };
}

interface YearResult {
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
  readonly account: string;
  readonly workings: readonly Working[];
}

function bestYear(parts: readonly ChainEntry[], pack: Pack, categories: readonly Category[], year: YearInput): YearResult {
  const { definition } = parts[0] as ChainEntry;
  const known = pack.categories.filter((category) => categories.includes(category));
  let best: YearResult | null = null;
  for (const category of known.length > 0 ? known : (['ordinary'] as const)) {
    const rule = ruleFor(definition, { ...YEAR_CONTEXT, category });
    const result = yearResult(definition.id, rule, year);
    const workings: Working[] = category === 'ordinary' ? [] : [{ fen: 0, ref: category, step: 'category' }];
    if (best === null || paidOf(result) > paidOf(best)) best = { ...result, workings: [...workings, ...result.workings] };
  }
  if (best === null) throw new RangeError(`line ${definition.id} has no rule for a year`);
  return best;
}

/** A year has no hospital, transfer or programme: a checked pack asks for none of them at year end. */
const YEAR_CONTEXT = {
  careType: 'inpatient',
  level: 1,
  transfer: 'none',
  designated: true,
  programme: null,
  amountSet: false,
  ageMonths: null,
} as const;

function paidOf({ inScopeFen, outOfScopeFen }: { readonly inScopeFen: Fen; readonly outOfScopeFen: Fen }): Fen {
  return inScopeFen + outOfScopeFen;
}

/** Limit of the year's sums, what is above it, the cap. */
function yearResult(line: string, rule: CompiledRule, { accounts, date, paid }: YearInput): YearResult {
  const { account, nothing, limit } = rule;
  if (nothing !== null) {
    return { inScopeFen: 0, outOfScopeFen: 0, account, workings: [{ fen: 0, ref: nothing.ref, step: 'nothing' }] };
  }
  if (limit === null) throw new RangeError(`top-up rule ${rule.ref} has no limit: check the pack`);
  const [totalFen = 0, inScopeFen = 0, selfPayFen = 0, inScopeSelfPayFen = 0] = yearEndAccounts(line).map((name) =>
    accountOf(accounts, name),
  );
  const left = {
    inScopeFen: excessFen(inScopeSelfPayFen, paid.inScopeFen),
    outOfScopeFen: excessFen(subtractFen(selfPayFen, inScopeSelfPayFen), paid.outOfScopeFen),
  };
  const inScopeOnly = rule.measures === 'in-scope-self-pay';
  const measuredFen = inScopeOnly ? left.inScopeFen : paidOf(left);
  const workings: Working[] = [{ fen: measuredFen, ref: rule.measures, step: 'year-measured' }];
  const value = valueAt(limit.amount[YEAR_CONTEXT.level], date);
  const ofFen = limit.percentOf === 'total' ? totalFen : inScopeFen;
  const limitFen = limit.percentOf === null ? value.value : limitOf(ofFen, value.value);
  workings.push(
    limit.percentOf === null
      ? { fen: limitFen, ref: value.ref, step: 'limit' }
      : { bp: value.value, fen: limitFen, ofFen, ref: value.ref, step: 'limit' },
  );
  let shareFen = excessFen(measuredFen, limitFen);
  workings.push({ fen: shareFen, step: 'above-limit' });
  if (rule.capPerYear !== null) {
    const cap = valueAt(rule.capPerYear[YEAR_CONTEXT.level], date);
    const leftFen = excessFen(cap.value, accountOf(accounts, account));
    workings.push({ fen: leftFen, ofFen: cap.value, ref: cap.ref, step: 'cap' });
    shareFen = minFen(shareFen, leftFen);
  }
  return { ...allocate(shareFen, inScopeOnly ? 'in-scope' : 'mixed', left), account, workings };
}

/** One payer's part: of a shared line by weight, in-scope first; `left` is what its earlier payers left of the whole. */
function partOf(
  { line, payer, part, definition }: ChainEntry,
  whole: YearResult,
  left: { readonly inScopeFen: Fen; readonly outOfScopeFen: Fen },
  accounts: Readonly<Record<string, Fen>>,
): YearEndShare {
  const workings = [...whole.workings];
  let paidFen = paidOf(whole);
  if (definition.weights.length > 0) {
    const weights = splitWeights(definition);
    paidFen = splitFen(paidOf(whole), weights)[part] as Fen;
    workings.push({ bp: weights[part], fen: paidFen, ofFen: paidOf(whole), ref: definition.weights[part]?.ref, step: 'split' });
  }
  const inScopeFen = minFen(paidFen, left.inScopeFen);
  const beforeFen = accountOf(accounts, whole.account);
  const moved = paidFen === 0 ? [] : [{ afterFen: beforeFen + paidFen, beforeFen, name: whole.account }];
  return { accounts: moved, inScopeFen, line, outOfScopeFen: subtractFen(paidFen, inScopeFen), paidFen, payer, workings };
}
