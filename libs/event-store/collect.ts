/** Reads to the end into an array; for reads that have a limit, or streams that are known to be short. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
