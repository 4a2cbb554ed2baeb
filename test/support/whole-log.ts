/** Everything that a data directory holds: the log event by event, and a fingerprint of the identity store. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { collect, openEmbeddedReader, type RecordedEvent } from '@oss/event-store';

/** The whole log in commit order; beside a running system or after it. */
export async function wholeLog(dataDir: string): Promise<RecordedEvent[]> {
  const reader = await openEmbeddedReader({ directory: dataDir });
  try {
    return await collect(reader.readAll());
  } finally {
    await reader.close();
  }
}

/** Changes whenever a row of the identity store does. */
export function identityFingerprint(dataDir: string): string {
  const file = join(dataDir, 'identity.sqlite');
  if (!existsSync(file)) return 'none';
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const hash = createHash('sha256');
    for (const row of database.prepare('SELECT * FROM identity ORDER BY person_key').iterate()) {
      for (const value of Object.values(row)) hash.update(value instanceof Uint8Array ? value : String(value)).update('\0');
    }
    return hash.digest('hex');
  } finally {
    database.close();
  }
}
