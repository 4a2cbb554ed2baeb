/** What every app of ours answers before it has any route of its own: problem details, probes, metrics, docs, and a clean stop. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { IsInt } from 'class-validator';
import { BODY_LIMIT_BYTES, createApp, listen } from './bootstrap';
import { dayInChina } from './clock';
import { Health } from './health';
import { createLogger } from './logging';
import { Metrics } from './metrics';
import { PROBLEM_KINDS } from './problem-codes';
import { loadSettings } from './settings';

class Amount {
  @IsInt()
  amountFen: number;
}

@Controller('probe')
class ProbeController {
  @Post()
  take(@Body() body: Amount): Amount {
    return body;
  }

  @Get('broken')
  broken(): void {
    throw new Error('inside: secret');
  }

  @Get('slow')
  async slow(): Promise<string> {
    slowRequest.begun.resolve();
    await slowRequest.mayEnd.promise;
    return 'done';
  }
}

/** A request whose beginning is seen and whose end is ours to give. */
const newSlowRequest = () => ({ begun: Promise.withResolvers<void>(), mayEnd: Promise.withResolvers<void>() });
let slowRequest = newSlowRequest();

@Module({ controllers: [ProbeController] })
class ProbeModule {}

const options = () => ({
  settings: loadSettings({ PORT: '0' }),
  modules: [ProbeModule],
  texts: { title: 'probe', description: 'a probe', version: '1' },
  logger: createLogger('silent'),
});

describe('an app of ours', () => {
  let app: Awaited<ReturnType<typeof createApp>>;
  beforeAll(async () => {
    app = await createApp(options());
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
  });
  afterAll(() => app.close());

  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/probe', payload, headers: { 'content-type': type } });

  it.each([
    ['a valid body', '{"amountFen":5}', 'application/json', 201, undefined],
    ['a text for an amount', '{"amountFen":"5"}', 'application/json', 400, 'invalid-body'],
    ['no body', '', 'application/json', 400, 'malformed-json'],
    ['half a body', '{"amountFen":', 'application/json', 400, 'malformed-json'],
    ['null', 'null', 'application/json', 400, 'invalid-body'],
    ['a poisoned prototype', '{"__proto__":{"x":1},"amountFen":5}', 'application/json', 400, 'malformed-json'],
    ['another type', '<a/>', 'application/xml', 415, 'unsupported-media-type'],
    [
      'a body above the limit',
      JSON.stringify({ amountFen: 'x'.repeat(BODY_LIMIT_BYTES) }),
      'application/json',
      413,
      'body-too-large',
    ],
  ])('answers %s', async (_what, payload, type, status, code) => {
    const answer = await post(payload, type);
    expect(answer.statusCode).toBe(status);
    if (code === undefined) return;
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code, status, type: `urn:oss:problem:${code}`, cure: expect.any(String) as string });
    expect(answer.json<{ instance: string }>().instance).toMatch(/^urn:oss:request:/);
  });

  it('says 404 for an unknown route, without its query', async () => {
    const answer = await app.inject('/nothing?idNumber=11010519491231002X');
    expect(answer.json()).toMatchObject({ code: 'not-found', status: 404 });
    expect(answer.body).not.toContain('11010519491231002X');
  });

  it.each(['/health/live', '/nothing', '/probe/broken'])("puts helmet's headers on %s, refused or not", async (url) => {
    expect((await app.inject(url)).headers).toMatchObject({
      'content-security-policy':
        "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';" +
        "img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' 'unsafe-inline'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
      'x-download-options': 'noopen',
      'x-frame-options': 'SAMEORIGIN',
      'x-permitted-cross-domain-policies': 'none',
      'x-xss-protection': '0',
    });
  });

  it('says nothing of its inside on an unexpected error', async () => {
    const answer = await app.inject('/probe/broken');
    expect(answer.json()).toMatchObject({ code: 'internal', status: 500 });
    expect(answer.body).not.toContain('secret');
  });

  it('is ready when every indicator is up, and says why when not', async () => {
    expect((await app.inject('/health/live')).statusCode).toBe(200);
    expect((await app.inject('/health/ready')).statusCode).toBe(200);
    app.get(Health).register('store', () => 'opening');
    const answer = await app.inject('/health/ready');
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'not ready', checks: { store: 'opening' } }]);
    app.get(Health).register('store', () => true);
  });

  it('serves metrics, and the API page with every error code', async () => {
    app.get(Metrics).registerGauge('probe_depth', 'a gauge', () => 7);
    expect((await app.inject('/metrics')).body).toContain('probe_depth 7');
    expect((await app.inject('/docs')).statusCode).toBe(200);
    const document = (await app.inject('/docs/openapi.json')).body;
    for (const code of Object.keys(PROBLEM_KINDS)) expect(document).toContain(code);
  });
});

it('finishes running requests before it stops', async () => {
  const running = await listen(options());
  slowRequest = newSlowRequest();
  const answer = fetch(`${running.url}/probe/slow`);
  await slowRequest.begun.promise;
  const closed = running.close();
  slowRequest.mayEnd.resolve();
  await closed;
  expect(await (await answer).text()).toBe('done');
  await expect(fetch(`${running.url}/health/live`)).rejects.toThrow('fetch failed');
});

it('a request that comes on an open connection while it stops is told so, and when to ask again; the probes answer', async () => {
  const running = await listen(options());
  const server = running.app.getHttpServer();
  slowRequest = newSlowRequest();
  /** A connection on which a slow request runs; on it, while the process stops, another is asked. */
  const busy = async (): Promise<{ ask: (path: string) => Promise<void>; received: Promise<string> }> => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    const ask = async (path: string): Promise<void> => {
      const seen = once(server, 'request');
      socket.write(`GET ${path} HTTP/1.1\r\nHost: probe\r\n\r\n`);
      await seen;
    };
    await ask('/probe/slow');
    return { ask, received: text(socket) };
  };
  const [one, two] = [await busy(), await busy()];
  await slowRequest.begun.promise;
  const closed = running.close();
  await one.ask('/probe/broken');
  await two.ask('/health/ready');
  slowRequest.mayEnd.resolve();
  await closed;
  const answersOf = (received: string): string[] => received.split(/(?=HTTP\/1\.1 )/);
  const [slow = '', refused = ''] = answersOf(await one.received);
  expect(slow).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\ndone$/s);
  expect(answersOf(await two.received)[1]).toMatch(/^HTTP\/1\.1 503 .*"server":"stopping"/s);
  expect(refused).toMatch(/^HTTP\/1\.1 503 /);
  const [head = '', body = ''] = refused.split('\r\n\r\n');
  expect(head.toLowerCase().split('\r\n')).toEqual(
    expect.arrayContaining(['retry-after: 5', 'connection: close', 'content-type: application/problem+json; charset=utf-8']),
  );
  expect(JSON.parse(body)).toMatchObject({
    code: 'server-stopping',
    status: 503,
    title: '服务正在停止 The server is stopping',
    cure: PROBLEM_KINDS['server-stopping'].cure,
  });
});

it('knows the day in China', () => {
  expect(dayInChina(new Date('2018-03-18T15:59:59Z'))).toBe('2018-03-18');
  expect(dayInChina(new Date('2018-03-18T16:00:00Z'))).toBe('2018-03-19');
});
