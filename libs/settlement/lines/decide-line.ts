/**
 * One line of the chain on one case: picks the rule (of several categories the one whose share is largest, on a tie the
 * first in the pack's order), computes, shares among payers where the line is split, and moves the year's accounts.
 */
import { type Fen, splitFen, subtractFen } from '@oss/money';
import { accumulatesHere, type Category, type ChainEntry, type CompiledRule, type Pack } from '@oss/policy';
import { accountOf, type LineContext, type LineInput, NOTHING_USED, type RuleResult } from './line-input';
import { type Option, optionsOf } from './options';
import { proportionalShare } from './proportional';
import { splitWeights } from './split';
import { topUpShare } from './top-up';
import type { AccountChange, Share, Working } from './working';
import { waitingShare } from './year-end';

interface Candidate {
  readonly rule: CompiledRule;
  readonly result: RuleResult;
  readonly workings: Working[];
}

/**
 * What one payer pays with one line on one case. Pure; total for a pack that passed its check.
 * @throws RangeError when an invariant would break (a negative or unsafe amount): the case is then stuck, never guessed.
 */
export function decideLine(
  entry: ChainEntry,
  pack: Pack,
  categories: readonly Category[],
  context: LineContext,
  input: LineInput,
): Share {
  const { definition } = entry;
  if (definition.shape === 'fixed-amount' || definition.shape === 'price-limit') return excessShare(entry, pack, context, input);
  const options = optionsOf(definition, pack, categories, context);
  if (definition.yearEnd !== null) return waitingShare(entry, options, input);
  const { rule, result, workings } = bestCandidate(entry, options, context, input);
  const split = splitShare(entry, result, input, workings);
  assertBounded(entry, split, input);
  const { inScopeFen, outOfScopeFen } = split;
  return {
    accounts: movesOf(entry, rule.account, split, result.used, context, input),
    cutOffFen: result.cutOffFen > 0 ? result.cutOffFen : undefined,
    inScopeFen,
    outOfScopeFen,
    paidFen: inScopeFen + outOfScopeFen,
    workings,
  };
}

function bestCandidate(entry: ChainEntry, options: readonly Option[], context: LineContext, input: LineInput): Candidate {
  let best: Candidate | null = null;
  for (const { category, rule } of options) {
    const workings: Working[] = [];
    if (category !== 'ordinary') workings.push({ fen: 0, ref: category, step: 'category' });
    if (context.programme !== null && rule.when.programmes !== undefined) {
      workings.push({ fen: input.scope.programme?.amountFen ?? 0, ref: `programmes/${context.programme}`, step: 'programme' });
    }
    const result = ruleResult(entry, rule, context, input, workings);
    if (best === null || paid(result) > paid(best.result)) best = { result, rule, workings };
  }
  if (best === null) throw new RangeError(`line ${entry.line} has no rule for this case`);
  return best;
}

function paid(result: RuleResult): Fen {
  return result.inScopeFen + result.outOfScopeFen;
}

function ruleResult(
  entry: ChainEntry,
  rule: CompiledRule,
  context: LineContext,
  input: LineInput,
  workings: Working[],
): RuleResult {
  if (rule.nothing !== null) {
    workings.push({ fen: 0, ref: rule.nothing.ref, step: 'nothing' });
    return { cutOffFen: 0, inScopeFen: 0, outOfScopeFen: 0, used: NOTHING_USED };
  }
  const whole = entry.part === 0 ? input : withoutSiblings(input);
  const { definition } = entry;
  return definition.shape === 'top-up'
    ? topUpShare(rule, context.level, whole, workings)
    : proportionalShare(definition, rule, context, whole, workings);
}

/** A shared line is computed as if none of its payers had paid yet, so that all split the same amount. */
function withoutSiblings(input: LineInput): LineInput {
  const { inScopeFen, outOfScopeFen, accountsBefore } = input.siblings;
  return {
    ...input,
    accounts: { ...input.accounts, ...accountsBefore },
    inScopeRestFen: input.inScopeRestFen + inScopeFen,
    outOfScopeRestFen: input.outOfScopeRestFen + outOfScopeFen,
  };
}

/** This payer's part of a shared line: all but the last half up by weight, the last what remains. */
function splitShare(
  entry: ChainEntry,
  whole: RuleResult,
  input: LineInput,
  workings: Working[],
): { inScopeFen: Fen; outOfScopeFen: Fen } {
  const { weights } = entry.definition;
  if (weights.length === 0) return whole;
  const given = splitWeights(entry.definition);
  const totalFen = paid(whole);
  const partFen = splitFen(totalFen, given)[entry.part] as Fen;
  const weight = weights[entry.part] ?? null;
  workings.push({ bp: given[entry.part], fen: partFen, ofFen: totalFen, ref: weight?.ref, step: 'split' });
  const inScopeFen = Math.min(partFen, subtractFen(whole.inScopeFen, input.siblings.inScopeFen));
  return { inScopeFen, outOfScopeFen: subtractFen(partFen, inScopeFen) };
}

/** Shapes 4 and 5: the hospital bears what the scope step found above the amount. */
function excessShare(entry: ChainEntry, pack: Pack, context: LineContext, input: LineInput): Share {
  const { programme, hospitalExcessFen } = input.scope;
  const kind = pack.programmes.find(({ id }) => id === programme?.id)?.kind;
  if (programme?.amountFen === undefined || kind !== entry.definition.shape) {
    return { accounts: [], inScopeFen: 0, outOfScopeFen: 0, paidFen: 0, workings: [{ fen: 0, step: 'nothing' }] };
  }
  const workings: Working[] = [
    { fen: programme.amountFen, ref: `programmes/${programme.id}`, step: 'programme' },
    { fen: hospitalExcessFen, ofFen: input.scope.totalFen, step: 'excess' },
  ];
  const payment = { inScopeFen: 0, outOfScopeFen: hospitalExcessFen };
  assertBounded(entry, payment, input);
  const accounts = movesOf(entry, entry.definition.account, payment, NOTHING_USED, context, input);
  return { accounts, ...payment, paidFen: hospitalExcessFen, workings };
}

/** @throws RangeError where a payment is more than the lines before left of either cost */
function assertBounded(entry: ChainEntry, { inScopeFen, outOfScopeFen }: Payment, input: LineInput): void {
  if (inScopeFen > input.inScopeRestFen || outOfScopeFen > input.outOfScopeRestFen || inScopeFen < 0 || outOfScopeFen < 0) {
    throw new RangeError(
      `line ${entry.line} would pay ${inScopeFen} + ${outOfScopeFen} of ${input.inScopeRestFen} + ${input.outOfScopeRestFen} fen`,
    );
  }
}

interface Payment {
  readonly inScopeFen: Fen;
  readonly outOfScopeFen: Fen;
}

/** How a share moves the year's accounts: what accumulates, what of a yearly deductible was borne, what was paid. */
function movesOf(
  entry: ChainEntry,
  paidAccount: string,
  { inScopeFen, outOfScopeFen }: Payment,
  used: Readonly<Record<string, Fen>>,
  context: LineContext,
  input: LineInput,
): AccountChange[] {
  const accounts: AccountChange[] = [];
  if (entry.part === 0) {
    for (const each of entry.definition.accumulates) {
      if (accumulatesHere(each, context)) move(accounts, input, each.account, input.inScopeRestFen);
    }
    for (const name in used) {
      const beforeFen = accountOf(input.accounts, name);
      const afterFen = used[name] ?? 0;
      if (afterFen > beforeFen) accounts.push({ afterFen, beforeFen, name });
    }
  }
  move(accounts, input, paidAccount, inScopeFen + outOfScopeFen);
  return accounts;
}

function move(accounts: AccountChange[], input: LineInput, name: string, byFen: Fen): void {
  if (byFen <= 0) return;
  const beforeFen = accountOf(input.accounts, name);
  accounts.push({ afterFen: beforeFen + byFen, beforeFen, name });
}
