/** The connection to the server: bounded retries of what may be asked again, and what the client's errors mean. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ErrorType, isCommandError, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { StreamsService } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb';
import { StoreUnavailable } from '../event-store';

/** Reads are asked again for so long, with growing pauses, before the store counts as unreachable. */
const LONGEST_OUTAGE_MS = 10_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;
const FAREWELL_MS = 1_000;

/**
 * Errors that say "not now": the connection, an election, a server that starts. A function, as everywhere in this folder:
 * the client takes 15 MB, and is loaded when it is first used (`lazy` in .swcrc), which an embedded store never does.
 */
const passing = (): readonly string[] => [
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.NOT_LEADER,
  ErrorType.TIMEOUT,
];

/** UNAVAILABLE, CANCELLED, DEADLINE_EXCEEDED, INTERNAL of gRPC. */
const PASSING_STATUS: readonly unknown[] = [14, 1, 4, 13];

/**
 * How the client's reads, which go through another transport, speak of a connection that broke under them, and how servers
 * speak of an election and of waiting in vain for the other nodes.
 */
const NOT_NOW = /transport|\bh2\b|connection|broken pipe|timed out|no leader info/i;

export class Connection {
  readonly client: KurrentDBClient;
  #hurried = false;

  /** @throws when the connection string cannot be read; the message does not repeat it, for it may hold a password. */
  constructor(url: string) {
    this.client = clientOf(url);
  }

  /** Asks until it is answered, at most for so long; only for what changes nothing when it is asked twice. */
  async ask<T>(what: string, question: () => Promise<T>): Promise<T> {
    const until = Date.now() + LONGEST_OUTAGE_MS;
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        return await question();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (this.#hurried || Date.now() + wait > until) throw new StoreUnavailable(what, { cause: error });
        await pause(wait);
      }
    }
  }

  /** From now on nothing is asked twice: whoever closes does not wait for a server that is gone. */
  hurry(): void {
    this.#hurried = true;
  }

  async close(): Promise<void> {
    await withinReason(this.client.dispose());
    // The client leaves its channel open, and with it the process.
    const { getChannel } = this.client as unknown as Inner;
    (await getChannel()).close();
  }
}

export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isCommandError(error)) {
    return passing().includes(error.type) || (error.type === ErrorType.UNKNOWN && NOT_NOW.test(error.message));
  }
  // The client's question for the server's features fails with the transport's own error.
  return PASSING_STATUS.includes((error as { code?: unknown }).code);
}

/** Waits for a farewell to the server, but not for one that hangs or fails: whoever leaves, leaves. */
export async function withinReason(farewell: Promise<unknown> | null | undefined): Promise<void> {
  const timeUp = new AbortController();
  const patience = pause(FAREWELL_MS, undefined, { signal: timeUp.signal });
  await Promise.race([farewell, patience]).catch(() => {});
  timeUp.abort();
  await patience.catch(() => {});
}

/** Members of version 1.3.1 that its types hide. */
interface Inner {
  supports: (method: { readonly path: string }, feature?: string) => Promise<boolean>;
  readonly getChannel: () => Promise<{ close(): void }>;
}

/** Whether the client's error is of this kind. */
export function isKind(error: unknown, kind: ErrorType): boolean {
  return error instanceof Error && isCommandError(error) && error.type === kind;
}

/**
 * Version 1.3.1 of the client sends appends through one shared call (BatchAppend) when the server knows it. When that call
 * breaks while writes wait, it leaves promises rejected that nobody can catch, which ends the process; and it has no deadline
 * of its own. One call per append has neither flaw.
 */
function clientOf(url: string): KurrentDBClient {
  let client: KurrentDBClient;
  try {
    client = KurrentDBClient.connectionString(named(url));
  } catch (error) {
    throw new Error(`KURRENTDB_URL is no connection string of KurrentDB (kurrentdb://host:port?…): ${withoutUrl(error, url)}`);
  }
  const inner = client as unknown as Inner;
  const supports = inner.supports;
  inner.supports = async (method, feature) =>
    method.path !== StreamsService.batchAppend.path && (await supports(method, feature));
  return client;
}

/** The name under which the server's own pages list the connection. */
function named(url: string): string {
  if (/[?&]connectionName=/i.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}connectionName=one-stop-${randomUUID()}`;
}

function withoutUrl(error: unknown, url: string): string {
  const [firstLine = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return firstLine.replaceAll(url, '…').replace(/\/\/[^@\s]*@/g, '//…@');
}
