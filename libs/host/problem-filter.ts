/**
 * The one place where an error becomes an answer. Expected refusals are Problems; what Fastify and Nest refuse by themselves
 * (size, syntax, media type, unknown route) is put into the same words; anything else is 500 and says nothing of its inside.
 */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Problem } from './problem';
import type { ProblemCode } from './problem-codes';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** A restart takes a few seconds, and so does a store that was slow. */
const RETRY_AFTER_SECONDS = 5;

/** The store's own errors, by name: this library must not know the store to say "try again". */
const STORE_ERRORS = new Set(['StoreClosed', 'AppendOutcomeUnknown', 'StoreUnavailable']);

/** What the framework refuses by itself. Its own messages are not repeated: a JSON parser quotes the body. */
const BY_STATUS: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  400: ['malformed-json', 'the body is empty or is not JSON'],
  404: ['not-found', 'there is no such route'],
  405: ['not-found', 'there is no such route for this method'],
  406: ['unsupported-media-type', 'the route cannot answer in the type that was asked for'],
  413: ['body-too-large', 'the body is above 512 KiB'],
  415: ['unsupported-media-type', 'the route does not read this Content-Type'],
};

/** Puts any error into problem details. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error && STORE_ERRORS.has(error.name)) {
    return new Problem('store-unavailable', 'the store did not confirm in time; send the same again', { cause: error });
  }
  const status = statusOf(error);
  const [code, detail] =
    BY_STATUS[status] ?? (status >= 400 && status < 500 ? BY_STATUS[400]! : ['internal', 'an unexpected error; it was logged']);
  return new Problem(code, detail, { cause: error });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = asProblem(error);
    if (problem.status >= 500) {
      // The route's pattern, never its URL: a query string may name a person.
      const context = { requestId: request.id, route: request.routeOptions?.url, code: problem.code };
      this.logger.error({ ...context, err: problem.cause ?? problem }, 'request failed');
    }
    if (reply.sent) return;
    sendProblem(reply, problem, request.id);
  }
}

/** Answers with a problem; what is away for a moment says when to ask again. */
export function sendProblem(reply: FastifyReply, problem: Problem, requestId: string): void {
  if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  void reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE).send(problem.toBody(requestId));
}
