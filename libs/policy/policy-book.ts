/** Which pack rules: that of the insured person's county, else its city, else its province, in force on the day. */

/** Anything with a region and its first and last day; lets a caller search a list of heads before loading packs. */
export interface PackHead {
  readonly region: string;
  readonly from: string;
  readonly to: string | null;
}

/** The regions whose packs may rule a county, nearest first: 360222 → 360222, 360200, 360000. */
export function regionsFor(region: string): readonly string[] {
  const city = `${region.slice(0, 4)}00`;
  const province = `${region.slice(0, 2)}0000`;
  const wider = city === province ? [province] : [city, province];
  return region === city ? wider : [region, ...wider];
}

/**
 * The pack that rules on a day for persons insured in a region, or null. Of several in one region the one that began
 * last; of two that began on the same day the one adopted later (later in the list).
 */
export function packInForce<T extends PackHead>(packs: readonly T[], region: string, date: string): T | null {
  for (const candidate of regionsFor(region)) {
    let best: T | null = null;
    for (const pack of packs) {
      if (pack.region !== candidate || pack.from > date || (pack.to !== null && pack.to < date)) continue;
      if (best === null || pack.from >= best.from) best = pack;
    }
    if (best !== null) return best;
  }
  return null;
}
