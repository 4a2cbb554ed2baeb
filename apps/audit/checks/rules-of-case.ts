/** The rules of the law that may have decided a line of a case: one for each category, as the line itself would look for them. */
import type { Category, ChainEntry, CompiledRule, Pack, RuleCategory } from '@oss/policy';
import { ruleFor } from '@oss/policy';
import type { CaseFact, CaseShare } from '../facts/county-facts';

export interface LineOfCase {
  readonly entry: ChainEntry;
  /** Null: the line is missing. */
  readonly share: CaseShare | null;
  /** Rules that may have decided; of one whose category is recorded, that alone. */
  readonly rules: readonly CompiledRule[];
}

/** The chain of a case's pack with what each line paid. Empty when the pack is not at hand or does not cover the care. */
export function linesOfCase(found: CaseFact): readonly LineOfCase[] {
  const chain = found.pack?.chains[found.care.type] ?? [];
  return chain.map((entry) => {
    const share = found.shares.find(({ line }) => line === entry.line) ?? null;
    const named = share?.category ?? null;
    return { entry, share, rules: rulesFor(found, entry, named === null ? null : [named]) };
  });
}

function rulesFor(found: CaseFact, { definition }: ChainEntry, named: readonly Category[] | null): readonly CompiledRule[] {
  if (definition.rules.length === 0) return [];
  const { care, snapshot, scope, pack } = found;
  const context = {
    careType: care.type,
    level: snapshot.hospital.level,
    transfer: care.transfer,
    designated: snapshot.hospital.designated,
    programme: scope.programme?.id ?? null,
    amountSet: scope.programme?.amountFen !== undefined,
    ageMonths: snapshot.ageMonths,
    hospitalRegion: snapshot.hospital.region,
  };
  const categories = named ?? known(pack!, snapshot.categories);
  return [...new Set(categories.map((category) => ruleFor(definition, { ...context, category })))];
}

/** The categories that a pack knows, else that of everybody. */
function known(pack: Pack, categories: readonly Category[]): readonly RuleCategory[] {
  const found = pack.categories.filter((category) => categories.includes(category));
  return found.length > 0 ? found : ['ordinary'];
}
