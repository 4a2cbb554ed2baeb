/** Where a command's history comes from: the embedded store of a directory, or a file of facts. */
import { openEmbeddedReader } from '@oss/event-store';
import type { CountyFacts } from '../facts/county-facts';
import { countyInLog } from '../facts/county-in-log';
import { factsInFile } from '../facts/facts-file';

/** @param bills false leaves the accepted bills unread where a store is read */
export async function withFacts<T>(
  { dataDir, facts: file }: { readonly dataDir: string; readonly facts?: string },
  { bills = true }: { readonly bills?: boolean },
  work: (facts: CountyFacts) => Promise<T>,
): Promise<T> {
  if (file !== undefined) return work(await factsInFile(file));
  const reader = await openEmbeddedReader({ directory: dataDir });
  try {
    return await work(await countyInLog(reader, { bills }));
  } finally {
    await reader.close();
  }
}
