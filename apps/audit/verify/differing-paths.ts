/** Where two facts differ, as a person would name the place: `workings[2].fen: 100 → 200`. */

/** Differences told of one fact. */
const MAX_TOLD = 8;

/** @param recorded what the log holds @param derived what follows again from what went before */
export function differingPaths(recorded: unknown, derived: unknown): string[] {
  const told: string[] = [];
  compare(recorded, derived, '', told);
  return told;
}

function compare(recorded: unknown, derived: unknown, path: string, told: string[]): void {
  if (told.length >= MAX_TOLD || Object.is(recorded, derived)) return;
  if (!isObject(recorded) || !isObject(derived)) {
    told.push(`${path}: ${JSON.stringify(recorded) ?? '—'} → ${JSON.stringify(derived) ?? '—'}`);
    return;
  }
  const inList = Array.isArray(recorded);
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(derived)])) {
    compare(recorded[key], derived[key], inList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, told);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
