/** Which of the types that a route has suits the Accept header best (RFC 9110 §12.5.1). */

/** @param offered in the order of preference @returns null when none of them is accepted */
export function acceptedOf<T extends string>(header: string | undefined, offered: readonly T[]): T | null {
  if (header === undefined || header.trim() === '') return offered[0] ?? null;
  const ranges = header.split(',').map(rangeOf);
  const quality = (type: string): number => {
    const fitting = ranges.filter(({ range }) => range === type || range === '*/*' || range === `${type.split('/')[0]}/*`);
    // The most specific range decides.
    return fitting.toSorted((a, b) => wildcards(a.range) - wildcards(b.range))[0]?.quality ?? 0;
  };
  const [best] = offered.map((type) => ({ type, quality: quality(type) })).toSorted((a, b) => b.quality - a.quality);
  return best === undefined || best.quality === 0 ? null : best.type;
}

function rangeOf(text: string): { range: string; quality: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((each) => each.startsWith('q='))?.slice(2);
  return { range, quality: given === undefined ? 1 : Number(given) || 0 };
}

const wildcards = (range: string): number => range.split('*').length - 1;
