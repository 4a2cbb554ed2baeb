/**
 * JSON logs on stdout without personal data: no bodies, no query strings, and what looks like an id number is struck out
 * of every message and error, wherever it came from. Requests are logged at debug only: the hot path writes nothing.
 */
import type { LoggerService } from '@nestjs/common';
import pino, { type DestinationStream, type Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const ID_NUMBER = /(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])/g;

/** Strikes out what looks like a resident's id number (GB 11643: 17 digits and a check digit or X). */
export function withoutIdNumbers(text: string): string {
  return text.replace(ID_NUMBER, '[id number]');
}

/** An error for the log: name, message, stack and cause (at most four deep), scrubbed; no other members, they may hold data. */
function describeError(error: unknown, depth = 4): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? withoutIdNumbers(error) : undefined;
  const cause = depth > 0 && error.cause !== undefined ? { cause: describeError(error.cause, depth - 1) } : {};
  return { type: error.name, message: withoutIdNumbers(error.message), stack: withoutIdNumbers(error.stack ?? ''), ...cause };
}

export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['body', 'query', 'headers', 'name', 'idNumber', '*.name', '*.idNumber', '*.body', '*.headers'],
      remove: true,
    },
    serializers: { err: (error: unknown) => describeError(error), req: () => undefined, res: () => undefined },
    hooks: {
      logMethod(args, method) {
        method.apply(
          this,
          args.map((each: unknown) => (typeof each === 'string' ? withoutIdNumbers(each) : each)) as typeof args,
        );
      },
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Nest's own messages, through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    // Nest tells of every route at start: useful when something is missing, noise otherwise.
    this.logger.debug({ context }, text(message));
  }
  error(message: unknown, stackOrContext?: string, context?: string): void {
    this.logger.error({ context: context ?? stackOrContext, err: message instanceof Error ? message : undefined }, text(message));
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, text(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, text(message));
  }
  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, text(message));
  }
}

const text = (message: unknown): string => (message instanceof Error ? message.message : String(message));
