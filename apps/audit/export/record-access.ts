/**
 * Records an access to identities in the log that they belong to. In a data directory by its lock when no system runs there, else
 * through the running system; in KurrentDB directly, for any process may write there. Either way the fact is then looked for in
 * that very log: a server that keeps another one is found out.
 */
import { randomUUID } from 'node:crypto';
import { collect, DirectoryLocked, type EventStore, openEmbeddedStore, openKurrentStore } from '@oss/event-store';
import {
  assertRecordableAccess,
  IDENTITY_ACCESS_STREAM,
  type IdentityAccessed,
  Problem,
  type ProblemBody,
  recordIdentityAccess,
} from '@oss/host';
import { type LogSource, openLog } from '../log/audited-log';
import { AccessRefused } from './identity-export';

/** Accesses by others that may come in between. */
const MAX_LOOK_BACK = 100;

export interface AccessDesk {
  /** The log that the identities belong to. */
  readonly source: LogSource;
  /** Where the system answers that runs on the directory. */
  readonly url: string;
}

/** Before anything is read: what could not be recorded afterwards. @throws AccessRefused naming every field */
export function assertRecordable(access: Pick<IdentityAccessed, 'filters' | 'operatorCode' | 'reason'>): void {
  try {
    assertRecordableAccess(access);
  } catch (error) {
    throw notRecorded(error);
  }
}

/** @throws AccessRefused when it is not recorded; the message says what to do */
export async function recordAccess({ source, url }: AccessDesk, access: IdentityAccessed): Promise<void> {
  const id = randomUUID();
  const { dataDir, kurrentdb } = source;
  const store = kurrentdb === undefined ? await unlockedStore(dataDir) : openKurrentStore({ url: kurrentdb });
  if (store === null) await throughServer(url, id, access);
  else await inStore(store, id, access);
  if (await stands(source, id)) return;
  throw new AccessRefused(
    store === null
      ? `the system at ${url} recorded the access, but not in the log of ${dataDir}: it keeps another one; give --url of the right one`
      : 'the access was recorded, but is not found in the log, so nothing is exported: run "npm run audit -- verify"',
  );
}

async function stands(source: LogSource, id: string): Promise<boolean> {
  const reader = await openLog(source);
  try {
    const lasts = await collect(reader.readStream(IDENTITY_ACCESS_STREAM, { direction: 'backwards', limit: MAX_LOOK_BACK }));
    return lasts.some((event) => event.id === id);
  } finally {
    await reader.close();
  }
}

/** The store of a directory; null while another process holds its lock. @throws AccessRefused when it cannot be written otherwise */
async function unlockedStore(directory: string): Promise<EventStore | null> {
  try {
    return await openEmbeddedStore({ directory });
  } catch (error) {
    if (error instanceof DirectoryLocked) return null;
    throw notRecorded(error);
  }
}

async function inStore(store: EventStore, id: string, access: IdentityAccessed): Promise<void> {
  try {
    await recordIdentityAccess(store, id, access);
  } catch (error) {
    throw notRecorded(error);
  } finally {
    await store.close();
  }
}

function notRecorded(error: unknown): AccessRefused {
  const reason = error instanceof Problem ? told(error.toBody()) : error instanceof Error ? error.message : String(error);
  return new AccessRefused(`the access cannot be recorded, so nothing is exported: ${reason}`, { cause: error });
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
  const reason = problem === null ? '' : ` ${told(problem)}`;
  throw new AccessRefused(`the system at ${url} did not record the access, so nothing is exported (${response.status}${reason})`);
}

/** What a refusal says, field by field. */
function told({ detail, errors }: Partial<ProblemBody>): string {
  return [detail, ...(errors ?? []).map(({ path, message }) => `${path} ${message}`)].filter(Boolean).join('; ');
}
