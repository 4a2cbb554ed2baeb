/**
 * The rules that a line offers a case. Few combinations of what selects rules exist in a county and they come again and
 * again, so what was found once for a pack, a kind of case and a line is kept, up to a bound.
 */
import { type Category, type CompiledLine, type CompiledRule, type Pack, type RuleCategory, ruleFor } from '@oss/policy';
import type { LineContext } from './line-input';

/** A category that the person has and the pack knows, with the rule that it selects. */
export interface Option {
  readonly category: RuleCategory;
  readonly rule: CompiledRule;
}

/** By line; where a line asks for an age or a place as well, by its id and those. */
type Found = Map<CompiledLine | string, readonly Option[]>;

const MAX_KINDS = 1_024;
const MAX_FOUND_OF_KIND = 1_024;
const foundByPack = new WeakMap<Pack, Map<string, Found>>();

/** The case asked about last: its lines follow each other, and one look-up serves them all. */
let last: {
  readonly pack: Pack;
  readonly categories: readonly Category[];
  readonly context: LineContext;
  readonly found: Found;
} | null = null;

/**
 * One option for each of the person's categories in the pack's order (a rule that two of them select stands once, under the
 * first), or the ordinary one.
 */
export function optionsOf(
  line: CompiledLine,
  pack: Pack,
  categories: readonly Category[],
  context: LineContext,
): readonly Option[] {
  const found = foundFor(pack, categories, context);
  const key = line.byAge || line.byRegion ? `${line.id}|${context.ageMonths}|${context.hospitalRegion}` : line;
  const known = found.get(key);
  if (known !== undefined) return known;
  const options = selected(line, pack, categories, context);
  if (found.size < MAX_FOUND_OF_KIND) found.set(key, options);
  return options;
}

function foundFor(pack: Pack, categories: readonly Category[], context: LineContext): Found {
  if (last !== null && last.context === context && last.categories === categories && last.pack === pack) return last.found;
  let kinds = foundByPack.get(pack);
  if (kinds === undefined) foundByPack.set(pack, (kinds = new Map<string, Found>()));
  const { careType, level, transfer, designated, programme, amountSet } = context;
  const kind = `${categories.join()}|${level}|${careType}|${transfer}|${designated}|${programme}|${amountSet}`;
  let found = kinds.get(kind);
  if (found === undefined) {
    found = new Map();
    if (kinds.size < MAX_KINDS) kinds.set(kind, found);
  }
  last = { pack, categories, context, found };
  return found;
}

function selected(line: CompiledLine, pack: Pack, categories: readonly Category[], context: LineContext): readonly Option[] {
  const known = pack.categories.filter((category) => categories.includes(category));
  const options: Option[] = [];
  for (const category of known.length > 0 ? known : (['ordinary'] as const)) {
    const rule = ruleFor(line, { ...context, category });
    if (!options.some((option) => option.rule === rule)) options.push({ category, rule });
  }
  return options;
}
