/**
 * One way to start and to stop any of our apps: Fastify with the limits and headers that all share, the validation pipe, the
 * problem filter, the OpenAPI page; on SIGTERM or SIGINT it stops accepting, finishes what runs, closes the modules, exits 0.
 * Modules release what requests need (the store) in `onApplicationShutdown`: Nest calls `onModuleDestroy` before the server has closed.
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { Logger } from 'pino';
import type { Clock } from './clock';
import { Health } from './health';
import { HostModule } from './host.module';
import { createLogger, NestLogger } from './logging';
import { type ApiTexts, serveApiPage } from './openapi';
import { Problem } from './problem';
import { ProblemFilter, sendProblem } from './problem-filter';
import type { Settings } from './settings';
import { tracingOf } from './tracing/open-telemetry';
import { traceRequests } from './tracing/traced-requests';
import type { Tracing } from './tracing/tracing';
import { EdgeValidation } from './validation';

/** One discharge; routes that stream set their own. */
export const BODY_LIMIT_BYTES = 512 * 1024;

const IDLE_SWEEP_MS = 50;
const DRAIN_TIMEOUT_MS = 30_000;
/** A terminal sends Ctrl-C to the whole group and npm hands it on once more: within this time it is the same signal. */
const SAME_SIGNAL_MS = 1_000;

export interface AppOptions {
  readonly settings: Settings;
  readonly modules: readonly (Type | DynamicModule)[];
  readonly texts: ApiTexts;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** The app's name in traces; default that of the whole system. */
  readonly service?: string;
  /** Default as the settings say. */
  readonly tracing?: Tracing;
}

/** Builds the application, ready to listen or to be injected into by a test. */
export async function createApp(options: AppOptions): Promise<NestFastifyApplication> {
  const logger = options.logger ?? createLogger(options.settings.logLevel);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: (request: IncomingMessage) => safeRequestId(request.headers['x-request-id']) ?? randomUUID(),
    requestIdHeader: false,
    trustProxy: false,
    forceCloseConnections: 'idle',
    // Fastify's own refusal while it closes is no problem document; `refuseWhileDraining` says the same in ours.
    return503OnClosing: false,
    logger: false,
    routerOptions: { maxParamLength: 200 },
  });
  const tracing = options.tracing ?? (await tracingOf(options.settings, options.service));
  const host = HostModule.with(options.settings, logger, options.clock, tracing);
  const root = { module: RootModule, imports: [host, ...options.modules] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    // Fastify's own JSON parser alone: Nest's would read forms too, and Fastify's other one plain text.
    bodyParser: false,
  });
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  setSecurityHeaders(app.getHttpAdapter().getInstance());
  logRequestsAtDebug(app.getHttpAdapter().getInstance(), logger);
  if (tracing.isOn) traceRequests(app.getHttpAdapter().getInstance(), tracing);
  refuseWhileDraining(app.getHttpAdapter().getInstance(), app.get(Health));
  app.useGlobalPipes(new EdgeValidation());
  app.useGlobalFilters(new ProblemFilter(logger));
  serveApiPage(app, options.texts);
  return app;
}

class RootModule {}

/** A caller's request id is kept if it is harmless in logs. */
function safeRequestId(given: string | string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : undefined;
}

/** The OpenAPI page needs its own styles and pictures. */
const SECURITY: HelmetOptions = {
  contentSecurityPolicy: {
    directives: { styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'], upgradeInsecureRequests: null },
  },
};

/**
 * Helmet says which headers, once: with these options none depends on the request. Its plugin for Fastify asks it at each
 * request, through closures over request and reply that outlive both: most of what the garbage collector then held as old.
 * They go among the reply's own headers, which Fastify hands over all at once: were some set on Node's response before, Node would
 * then take in each of the reply's one by one.
 */
function setSecurityHeaders(fastify: FastifyInstance): void {
  const headers = new Map<string, string>();
  const answer = {
    setHeader: (name: string, value: string) => headers.set(name.toLowerCase(), value),
    removeHeader: (name: string) => headers.delete(name.toLowerCase()),
  };
  helmet(SECURITY)({} as IncomingMessage, answer as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error as Error;
  });
  const entries = [...headers];
  fastify.addHook('onRequest', (_request, reply, next) => {
    for (const [name, value] of entries) void reply.header(name, value);
    next();
  });
}

function logRequestsAtDebug(fastify: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('debug')) return;
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    logger.debug(
      { requestId: request.id, method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'request',
    );
    done();
  });
}

/** A request that comes on an open connection while the process stops is told so; the probes go on answering. */
function refuseWhileDraining(fastify: FastifyInstance, health: Health): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!health.isDraining || request.routeOptions.url?.startsWith('/health/') === true) return done();
    void reply.header('connection', 'close');
    sendProblem(reply, new Problem('server-stopping', 'this process takes no new requests'), request.id);
  });
}

export interface RunningApp {
  readonly app: NestFastifyApplication;
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Drains and closes; the process goes on. */
  close(): Promise<void>;
}

/** Builds, listens on HOST:PORT and answers the address. */
export async function listen(options: AppOptions): Promise<RunningApp> {
  const app = await createApp(options);
  const { host, port } = options.settings;
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.getHttpServer().address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  return { app, url, close: () => drain(app) };
}

async function drain(app: NestFastifyApplication): Promise<void> {
  app.get(Health).beginDraining();
  // A connection that was busy when the closing began would be kept open for its next request: close each as it falls idle.
  const server = app.getHttpServer();
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
  }
}

/** Stops a running app on SIGTERM or SIGINT and exits: 0 after a clean stop, 1 if it took too long, 130 when asked twice. */
export function stopOnSignals(running: RunningApp, logger: Logger): void {
  let began = 0;
  const stop = (signal: NodeJS.Signals) => {
    const now = Date.now();
    if (began > 0) {
      if (now - began > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    began = now;
    logger.info({ signal }, 'stopping: no new requests, finishing those that run');
    setTimeout(() => {
      logger.error({ seconds: DRAIN_TIMEOUT_MS / 1000 }, 'stopping took too long: leaving; the store is durable at any instant');
      process.exit(1);
    }, DRAIN_TIMEOUT_MS).unref();
    running.close().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
