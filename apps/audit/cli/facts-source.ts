/** Where a command's history comes from: the store, or a file of facts. */
import type { CountyFacts } from '../facts/county-facts';
import { countyInLog } from '../facts/county-in-log';
import { factsInFile } from '../facts/facts-file';
import { type LogSource, openLog } from '../log/audited-log';

/** @param bills false leaves the accepted bills unread where a store is read */
export async function withFacts<T>(
  { facts: file, ...source }: LogSource & { readonly facts?: string },
  { bills = true }: { readonly bills?: boolean },
  work: (facts: CountyFacts) => Promise<T>,
): Promise<T> {
  if (file !== undefined) return work(await factsInFile(file));
  const reader = await openLog(source);
  try {
    return await work(await countyInLog(reader, { bills }));
  } finally {
    await reader.close();
  }
}
