/**
 * Items outside the catalogue that a county lets into the scope for some persons (三(三)8: medical rehabilitation of poor
 * disabled persons). Found by the item's code or its exact name.
 */
import type { CompiledAdmission, Pack } from './pack';
import type { Category } from './vocabulary';

const NONE: readonly CompiledAdmission[] = [];

/** The lists that hold for a person with these categories, in the pack's order. */
export function admissionsFor(pack: Pack, categories: readonly Category[]): readonly CompiledAdmission[] {
  if (pack.admissions.length === 0 || categories.length === 0) return NONE;
  const holding = pack.admissions.filter(
    ({ every, oneOf }) =>
      every.every((category) => categories.includes(category)) &&
      (oneOf.length === 0 || oneOf.some((category) => categories.includes(category))),
  );
  return holding.length === 0 ? NONE : holding;
}

/** The first of the lists that holds an item, or null. */
export function admittedBy(
  lists: readonly CompiledAdmission[],
  item: { readonly code: string; readonly name?: string },
): CompiledAdmission | null {
  for (const list of lists) {
    if (list.codes.has(item.code) || (item.name !== undefined && list.names.has(item.name))) return list;
  }
  return null;
}
