/** The filters of an export as they are recorded: known names, short texts in the form of each, so that none can hold a name. */
import type { FieldProblem } from '../problem';

const FORMS: Readonly<Record<string, RegExp>> = {
  from: /^\d{4}-\d{2}-\d{2}$/,
  to: /^\d{4}-\d{2}-\d{2}$/,
  region: /^\d{2,6}$/,
  hospital: /^[A-Za-z0-9_.-]{1,64}$/,
  person: /^[0-9a-f]{32}$/,
};

/** What of the filters cannot be recorded, and why. */
export function wrongFilters(given: Readonly<Record<string, unknown>>): FieldProblem[] {
  return Object.entries(given)
    .filter(([name, value]) => typeof value !== 'string' || FORMS[name]?.test(value) !== true)
    .map(([name]) => ({
      path: `filters.${name}`,
      message: `is no filter, or not in its form; known: ${Object.keys(FORMS).join(', ')}`,
    }));
}
