/** Whose premium the public purse pays (三(三)1 资助参保): what the report on cover compares the register with. */
import type { Pack } from './pack';
import type { Resolved } from './values';
import type { Category } from './vocabulary';

export interface SubsidisedCategory {
  readonly category: Category;
  /** Clause, source and provenance of the rule. */
  readonly basis: Resolved<readonly Category[]>;
}

/** The categories whose individual premium is paid in full from public money, in the pack's order; empty: none. */
export function subsidisedCategories(pack: Pack): readonly SubsidisedCategory[] {
  return pack.categories.flatMap((category) => {
    const basis = pack.premiumSubsidy.find(({ value }) => value.includes(category));
    return basis === undefined ? [] : [{ category, basis }];
  });
}
