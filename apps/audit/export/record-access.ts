/**
 * Records an access to identities in the log of a data directory: by its lock when no system runs there, else through the running
 * system. Either way the fact is then looked for in that very log: a server that keeps another one is found out.
 */
import { randomUUID } from 'node:crypto';
import { collect, type EventReader, openEmbeddedStore } from '@oss/event-store';
import { IDENTITY_ACCESS_STREAM, type IdentityAccessed, Problem, type ProblemBody, recordIdentityAccess } from '@oss/host';
import { AccessRefused } from './identity-export';

/** Accesses by others that may come in between. */
const MAX_LOOK_BACK = 100;

export interface AccessDesk {
  readonly dataDir: string;
  /** Where the running system answers. */
  readonly url: string;
  /** Reads the log of the directory. */
  readonly reader: EventReader;
}

/** @throws AccessRefused when it is not recorded; the message says what to do */
export async function recordAccess({ dataDir, url, reader }: AccessDesk, access: IdentityAccessed): Promise<void> {
  const id = randomUUID();
  const store = await openEmbeddedStore({ directory: dataDir }).catch(() => null);
  if (store === null) await throughServer(url, id, access);
  else {
    try {
      await recordIdentityAccess(store, id, access);
    } catch (error) {
      throw error instanceof Problem ? new AccessRefused(error.detail) : error;
    } finally {
      await store.close();
    }
  }
  const lasts = await collect(reader.readStream(IDENTITY_ACCESS_STREAM, { direction: 'backwards', limit: MAX_LOOK_BACK }));
  if (lasts.some((event) => event.id === id)) return;
  throw new AccessRefused(
    `the system at ${url} recorded the access, but not in the log of ${dataDir}: it keeps another one; give --url of the right one`,
  );
}

async function throughServer(url: string, accessId: string, access: IdentityAccessed): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/$/, '')}/v1/registry/identity-accesses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accessId, ...access }),
    });
  } catch {
    throw new AccessRefused(
      `another process writes in the data directory, and no system answers at ${url}: the access cannot be recorded, so nothing is exported; give --url or OSS_URL`,
    );
  }
  if (response.ok) return;
  const problem = (await response.json().catch(() => null)) as ProblemBody | null;
  const fields = problem?.errors?.map(({ path, message }) => `${path} ${message}`).join('; ') ?? '';
  throw new AccessRefused(
    `the system at ${url} did not record the access (${response.status} ${problem?.detail ?? ''} ${fields})`,
  );
}
