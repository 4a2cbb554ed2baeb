/** Talking to the running server from the command line: one place that turns its refusals into readable text. */
import type { ProblemBody } from '@oss/host';

/** The command cannot be done; the message says why and what to do. */
export class CliError extends Error {}

export interface Call {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | ReadableStream<Uint8Array>;
}

/** @throws CliError when the server does not answer or refuses */
export async function call<T>(url: string, { method, path, headers, body }: Call): Promise<T> {
  const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const streamed = typeof body === 'string' ? {} : { duplex: 'half' as const };
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, { method, headers: Object.fromEntries(given), body, ...streamed });
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new CliError(`no answer from ${url} (${reason}): start the system with npm start, or give --url or OSS_URL`);
  }
  if (response.ok) return (await response.json()) as T;
  if (!response.headers.get('content-type')?.includes('problem+json')) {
    throw new CliError(`${url} answered ${response.status}: is it One-Stop Settlement?`);
  }
  const problem = (await response.json()) as ProblemBody;
  const fields = problem.errors.map(({ path: field, message }) => `  ${field}: ${message}`);
  throw new CliError([`${problem.title}: ${problem.detail}`, ...fields, `办法 Cure: ${problem.cure}`].join('\n'));
}
