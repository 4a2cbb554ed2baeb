/**
 * Shape 1 (and 3, the hospital's waiver): a rate on a base, after a deductible, in bands, under caps. Each part is rounded
 * half up once; a cap cuts the last part first; no part pays more than the lines before left of its base.
 */
import { excessFen, type Fen, minFen, overlapFen, type RatedPart, shareOf, shareOfParts, subtractFen } from '@oss/money';
import {
  accumulatesHere,
  type CompiledLine,
  type CompiledPart,
  type CompiledRule,
  type HospitalLevel,
  type Levelled,
  valueAt,
} from '@oss/policy';
import { capLeft } from './caps';
import { accountOf, allocate, baseOf, type LineContext, type LineInput, type RuleResult } from './line-input';
import type { Working } from './working';

/**
 * What the line pays under one of its rules. Pure and total for a checked pack.
 * @param workings the steps are added to these
 */
export function proportionalShare(
  line: CompiledLine,
  rule: CompiledRule,
  context: LineContext,
  input: LineInput,
  workings: Working[],
): RuleResult {
  const used: Record<string, Fen> = {};
  const wants = rule.parts.map((part) => partWant(line, part, context, input, used, workings));
  const capFen = capLeft(rule, context.level, input, workings);
  const { inScopeFen, outOfScopeFen } = grant(wants, capFen, input, workings);
  const cutOffFen = line.tellsCutOff ? subtractFen(grant(wants, null, input, []).inScopeFen, inScopeFen) : 0;
  return { cutOffFen, inScopeFen, outOfScopeFen, used };
}

/** What the parts get of their wants: under the cap, the last cut first, and within what is left of their bases. */
function grant(
  wants: readonly Want[],
  capFen: Fen | null,
  input: LineInput,
  workings: Working[],
): { readonly inScopeFen: Fen; readonly outOfScopeFen: Fen } {
  let inScopeFen = 0;
  let outOfScopeFen = 0;
  for (const { wantFen, kind } of wants) {
    const allowed = capFen === null ? wantFen : minFen(wantFen, capFen - inScopeFen - outOfScopeFen);
    const left = { inScopeFen: input.inScopeRestFen - inScopeFen, outOfScopeFen: input.outOfScopeRestFen - outOfScopeFen };
    const given = allocate(allowed, kind, left);
    if (given.inScopeFen + given.outOfScopeFen < allowed) {
      workings.push({ fen: given.inScopeFen + given.outOfScopeFen, ofFen: allowed, step: 'bounded' });
    }
    inScopeFen += given.inScopeFen;
    outOfScopeFen += given.outOfScopeFen;
  }
  return { inScopeFen, outOfScopeFen };
}

interface Want {
  readonly wantFen: Fen;
  readonly kind: 'in-scope' | 'out-of-scope' | 'mixed';
}

/** What one part would pay before caps: F(after) − F(before) of a year account, or F of this case's base. */
function partWant(
  line: CompiledLine,
  part: CompiledPart,
  context: LineContext,
  input: LineInput,
  used: Record<string, Fen>,
  workings: Working[],
): Want {
  let beforeFen = 0;
  let afterFen: Fen;
  let kind: Want['kind'] = 'in-scope';
  if (part.label !== null) workings.push({ fen: 0, ref: part.ref, step: 'part' });
  if (part.accumulator !== null) {
    beforeFen = accountOf(input.accounts, part.accumulator);
    const entry = line.accumulates.find(({ account }) => account === part.accumulator);
    const enters = entry !== undefined && accumulatesHere(entry, context);
    afterFen = enters ? beforeFen + input.inScopeRestFen : beforeFen;
    workings.push({ account: part.accumulator, fen: afterFen, ofFen: beforeFen, step: 'accumulated' });
  } else if (part.cutOffBy !== null) {
    afterFen = input.cutOffs[part.cutOffBy] ?? 0;
    workings.push({ fen: afterFen, ref: part.cutOffBy, step: 'cut-off' });
  } else {
    const base = baseOf(part.base ?? 'in-scope-rest', input);
    afterFen = base.baseFen;
    kind = base.kind;
    workings.push({ fen: afterFen, ref: part.base ?? 'in-scope-rest', step: 'base' });
  }
  const deductibleFen = deductibleOf(line, part, context.level, input, afterFen, used, workings);
  return { wantFen: ratedShare(part, context.level, input.date, { beforeFen, afterFen, deductibleFen }, workings), kind };
}

/** The deductible that holds for this part: after its factor, less what of a yearly one was already borne this year. */
function deductibleOf(
  line: CompiledLine,
  part: CompiledPart,
  level: HospitalLevel,
  input: LineInput,
  baseFen: Fen,
  used: Record<string, Fen>,
  workings: Working[],
): Fen {
  if (part.deductible === null) return 0;
  const { factor, laterStays } = part.deductible;
  let amount = part.deductible.amount;
  if (laterStays.length > 0) {
    const name = `${line.id}.stays`;
    const earlier = accountOf(input.accounts, name);
    amount = earlier === 0 ? amount : (laterStays[Math.min(earlier, laterStays.length) - 1] ?? amount);
    used[name] = earlier + 1;
  }
  const value = valueAt(amount[level], input.date);
  let deductibleFen = value.value;
  if (factor !== null) {
    deductibleFen = shareOf(value.value, factor.value);
    workings.push({ bp: factor.value, fen: deductibleFen, ofFen: value.value, ref: factor.ref, step: 'deductible-factor' });
  }
  if (part.deductible.period?.value === 'year') {
    const name = part.index === 0 ? `${line.id}.deductible` : `${line.id}.deductible.${part.index + 1}`;
    const borneFen = used[name] ?? accountOf(input.accounts, name);
    deductibleFen = excessFen(deductibleFen, borneFen);
    used[name] = borneFen + minFen(deductibleFen, baseFen);
  }
  workings.push({ fen: deductibleFen, ref: value.ref, step: 'deductible' });
  return deductibleFen;
}

interface Span {
  readonly beforeFen: Fen;
  readonly afterFen: Fen;
  readonly deductibleFen: Fen;
}

/** The pieces of [before, after) that lie in each band above the deductible, each at its rate; rounded once. */
function ratedShare(part: CompiledPart, level: HospitalLevel, date: string, span: Span, workings: Working[]): Fen {
  const { beforeFen, afterFen, deductibleFen } = span;
  if (part.ratePlus !== null) workings.push({ bp: part.ratePlus.value, fen: 0, ref: part.ratePlus.ref, step: 'rate-plus' });
  if (part.bands === null) {
    const { bp, ref } = rateOf(part.rate, part, level, date);
    const ofFen = overlapFen(beforeFen, afterFen, deductibleFen, null);
    const fen = shareOf(ofFen, bp);
    workings.push({ bp, fen, ofFen, ref, step: 'rate' });
    return fen;
  }
  const offset = part.bands.measuredFrom.value === 'after-deductible' ? deductibleFen : 0;
  const pieces: RatedPart[] = [];
  let lowFen = 0;
  for (const step of part.bands.steps) {
    const { bp, ref } = rateOf(step.rate, part, level, date);
    const edgeFen = step.upTo === null ? null : valueAt(step.upTo, date).value;
    const highFen = edgeFen === null ? null : edgeFen + offset;
    const ofFen = overlapFen(beforeFen, afterFen, Math.max(lowFen + (lowFen === 0 ? 0 : offset), deductibleFen), highFen);
    if (ofFen > 0) {
      pieces.push({ fen: ofFen, bp });
      workings.push({ bp, fen: shareOf(ofFen, bp), ofFen, ref, step: 'band' });
    }
    lowFen = edgeFen ?? 0;
  }
  const fen = shareOfParts(pieces);
  workings.push({ fen, step: 'sum' });
  return fen;
}

function rateOf(rate: Levelled | null, part: CompiledPart, level: HospitalLevel, date: string): { bp: number; ref: string } {
  if (rate === null) throw new Error(`part ${part.ref} has neither rate nor bands: check the pack`);
  const { value, ref } = valueAt(rate[level], date);
  const plus = value > 0 ? (part.ratePlus?.value ?? 0) : 0;
  return { bp: Math.min(10_000, value + plus), ref };
}
