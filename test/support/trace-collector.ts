/** An OpenTelemetry collector for tests and the bench: takes spans (OTLP over HTTP, JSON) on loopback and keeps them in memory. */
import { createServer, type Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a trace's first. */
  readonly parentSpanId: string;
  /** Milliseconds since 1970, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** As OTLP's JSON mapping has them; only what is read here. */
interface OtlpAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly OtlpAttribute[];
  readonly status?: { readonly code?: number };
}
interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const STATUS_ERROR = 2;
const NANOSECONDS_PER_MS = 1e6;

export class TraceCollector {
  spans: CollectedSpan[] = [];
  /** What came, as it came. */
  readonly bodies: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        collector.#take(Buffer.concat(chunks).toString('utf8'));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    const collector = new TraceCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  /** As OTEL_EXPORTER_OTLP_ENDPOINT says it. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  /** Waits until the spans satisfy. @throws after `patienceMs`, naming those that came */
  async until(satisfied: (spans: readonly CollectedSpan[]) => boolean, patienceMs = 20_000): Promise<readonly CollectedSpan[]> {
    const late = performance.now() + patienceMs;
    while (!satisfied(this.spans)) {
      if (performance.now() > late) throw new Error(`spans are missing; came: ${this.spans.map(({ name }) => name).join(', ')}`);
      await pause(20);
    }
    return this.spans;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #take(body: string): void {
    this.bodies.push(body);
    for (const { resource, scopeSpans } of (JSON.parse(body) as OtlpRequest).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) for (const span of spans) this.spans.push(collected(service, span));
    }
  }
}

function collected(service: string, span: OtlpSpan): CollectedSpan {
  const { name, traceId, spanId, parentSpanId = '', startTimeUnixNano, endTimeUnixNano, attributes = [], status } = span;
  return {
    service,
    name,
    traceId,
    spanId,
    parentSpanId,
    start: milliseconds(startTimeUnixNano),
    end: milliseconds(endTimeUnixNano),
    attributes: valuesOf(attributes),
    failed: status?.code === STATUS_ERROR,
  };
}

function milliseconds(nanoseconds: string): number {
  const whole = BigInt(nanoseconds) / 1_000n;
  return Number(whole) / (NANOSECONDS_PER_MS / 1_000);
}

function valuesOf(attributes: readonly OtlpAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
