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

/** Errors that say "not now": the connection, an election, a server that starts. */
const PASSING: readonly string[] = [
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.NOT_LEADER,
  ErrorType.TIMEOUT,
];

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
    await this.client.dispose();
  }
}

export function isPassing(error: unknown): boolean {
  return error instanceof Error && isCommandError(error) && PASSING.includes(error.type);
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
  const inner = client as unknown as { supports: (method: { path: string }, feature?: string) => Promise<boolean> };
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
