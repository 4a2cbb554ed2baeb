/** A JSON body with one thing changed, by path: how tables of bad input are written. */

/** As the value of `changed`: the field is left out. */
export const ABSENT = Symbol('absent');

/** A deep copy of `body` in which `path` ("bill.lines[0].amountFen") holds `value`. @throws when the way there does not exist */
export function changed<T extends object>(body: T, path: string, value: unknown): T {
  const copy = structuredClone(body);
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() as string;
  let at: Record<string, unknown> = copy as Record<string, unknown>;
  for (const step of steps) {
    const next = at[step];
    if (typeof next !== 'object' || next === null) throw new Error(`${path}: there is no ${step}`);
    at = next as Record<string, unknown>;
  }
  if (value === ABSENT) delete at[last];
  else at[last] = value;
  return copy;
}
