/** Talking to the running server from the command line: one place that turns its refusals into readable text. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { ProblemBody } from '@oss/host';

/** The command cannot be done; the message says why and what to do. */
export class CliError extends Error {}

/** Nobody listens there, or the answer broke off. */
export class NoAnswer extends CliError {}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | ReadableStream<Uint8Array>;
}

/** @throws NoAnswer when the server does not answer, CliError when it refuses */
export async function call<T>(url: string, asked: Call): Promise<T> {
  return (await (await answerOf(url, asked)).json()) as T;
}

/**
 * The answer's lines of JSON, as they come.
 * @throws CliError when the server does not answer, refuses, or breaks off
 */
export async function* callWithLines<T>(url: string, { headers, ...asked }: Call): AsyncGenerator<T> {
  const { body } = await answerOf(url, { ...asked, headers: { ...headers, accept: 'application/x-ndjson' } });
  try {
    for await (const line of createInterface({ input: Readable.fromWeb(body! as WebStream) })) {
      if (line !== '') yield JSON.parse(line) as T;
    }
  } catch (error) {
    throw unanswered(url, error);
  }
}

/** What a refusal says, for a terminal. */
export function refusal({ title, detail, errors, cure }: ProblemBody): CliError {
  const fields = errors.map(({ path: field, message }) => `  ${field}: ${message}`);
  return new CliError([`${title}: ${detail}`, ...fields, `办法 Cure: ${cure}`].join('\n'));
}

async function answerOf(url: string, { method, path, headers = {}, body }: Call): Promise<Response> {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const streamed = typeof body === 'object' ? { duplex: 'half' as const } : {};
  const sent = body === undefined ? {} : { body };
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, { method, headers: Object.fromEntries(given), ...sent, ...streamed });
  } catch (error) {
    throw unanswered(url, error);
  }
  if (response.ok) return response;
  if (!response.headers.get('content-type')?.includes('problem+json')) {
    throw new CliError(`${url} answered ${response.status}: is it One-Stop Settlement?`);
  }
  throw refusal((await response.json()) as ProblemBody);
}

function unanswered(url: string, error: unknown): NoAnswer {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new NoAnswer(`no answer from ${url} (${reason}): start the system with npm start, or give --url or OSS_URL`);
}
