/**
 * A span per HTTP request, from its first byte to its answer, under the caller's trace. The span takes the caller's place in the
 * request's own `traceparent` header, so that whoever reads the header follows it without knowing of spans.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tracing, WorkSpan } from './tracing';

/** Asked every few seconds by machines: nothing to learn from them. */
const UNTRACED = /^\/(health|metrics|docs)/;

export function traceRequests(fastify: FastifyInstance, tracing: Tracing): void {
  const spans = new WeakMap<FastifyRequest, WorkSpan>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined && !UNTRACED.test(route)) {
      const given = request.headers['traceparent'];
      const span = tracing.begin(`${request.method} ${route}`, typeof given === 'string' ? given : undefined, 'server');
      delete request.headers['traceparent'];
      if (span !== null) {
        span.set({ 'http.request.method': request.method, 'http.route': route });
        request.headers['traceparent'] = span.traceparent;
        spans.set(request, span);
      }
    }
    done();
  });
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request);
    span?.set({ 'http.response.status_code': statusCode });
    span?.end(statusCode >= 500 ? new ServerError() : undefined);
    done();
  });
}

class ServerError extends Error {
  override readonly name = 'ServerError';
}
