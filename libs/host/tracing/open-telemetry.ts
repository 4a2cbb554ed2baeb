/**
 * Tracing through the OpenTelemetry SDK, which is loaded only where it is on: it is no small part of a start. Spans go out in
 * batches, and a collector that is away costs spans, never work.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Span, SpanContext, Tracer } from '@opentelemetry/api';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace';
import { type Settings, tracesAreOn } from '../settings';
import { type SpanFacts, type SpanKindName, Tracing, type WorkSpan } from './tracing';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NOTHING = /^0+$/;
const LONGEST_SHUTDOWN_MS = 3_000;
/** Spans wait so long for company. */
const SEND_EVERY_MS = 1_000;
/** As the SDK numbers them. */
const KINDS: Readonly<Record<SpanKindName, number>> = { internal: 0, server: 1, producer: 3, consumer: 4 };

const loadApi = () => import('@opentelemetry/api');
const loadSdk = () => import('@opentelemetry/sdk-trace');
type Api = Awaited<ReturnType<typeof loadApi>>;
type Sdk = Awaited<ReturnType<typeof loadSdk>>;

const WHOLE_SYSTEM = 'one-stop-settlement';

/** Tracing as the settings ask for it. @param service the app's name, unless OTEL_SERVICE_NAME gives another */
export async function tracingOf(settings: Settings, service = WHOLE_SYSTEM): Promise<Tracing> {
  return tracesAreOn(settings) ? openTelemetry(settings, service) : Tracing.off;
}

/**
 * Tracing that is on.
 * @param exporter default OTLP over HTTP, which reads the other OTEL_EXPORTER_OTLP_… variables by itself
 */
export async function openTelemetry(settings: Settings, service: string, exporter?: SpanExporter): Promise<Tracing> {
  const [api, sdk, { defaultResource, detectResources, envDetector, resourceFromAttributes }] = await Promise.all([
    loadApi(),
    loadSdk(),
    import('@opentelemetry/resources'),
  ]);
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service }))
    .merge(detectResources({ detectors: [envDetector] }));
  const sending = new sdk.BatchSpanProcessor({
    exporter: exporter ?? (await collector(settings)),
    scheduledDelayMillis: SEND_EVERY_MS,
  });
  const provider = new sdk.TracerProvider({ resource, sampler: samplerOf(sdk, settings), spanProcessors: [sending] });
  return new OpenTelemetryTracing(api, provider.getTracer('one-stop-settlement'), () => provider.shutdown());
}

async function collector({ otlpEndpoint }: Settings): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter(otlpEndpoint === undefined ? {} : { url: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces` });
}

/** A caller's decision holds; without a caller the settings decide. */
function samplerOf(sdk: Sdk, { tracesSampler, tracesSamplerRatio }: Settings): Sampler {
  if (tracesSampler === 'parentbased_always_off') return new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() });
  const root = new sdk.TraceIdRatioBasedSampler(tracesSampler === 'parentbased_traceidratio' ? tracesSamplerRatio : 1);
  return new sdk.ParentBasedSampler({ root });
}

class OpenTelemetryTracing extends Tracing {
  readonly isOn = true;

  constructor(
    private readonly api: Api,
    private readonly tracer: Tracer,
    private readonly stop: () => Promise<void>,
  ) {
    super();
  }

  begin(name: string, parent: string | undefined, kind: SpanKindName = 'internal'): WorkSpan | null {
    return this.#start(name, parent === undefined ? null : spanContextOf(parent), kind);
  }

  follow(name: string, parent: string | undefined, kind: SpanKindName = 'internal'): WorkSpan | null {
    const context = parent === undefined ? null : spanContextOf(parent);
    return context === null ? null : this.#start(name, context, kind);
  }

  async shutdown(): Promise<void> {
    const sent = this.stop().catch(() => undefined);
    await Promise.race([sent, pause(LONGEST_SHUTDOWN_MS, undefined, { ref: false })]);
  }

  #start(name: string, parent: SpanContext | null, kind: SpanKindName): WorkSpan | null {
    const { ROOT_CONTEXT, trace } = this.api;
    const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.tracer.startSpan(name, { kind: KINDS[kind] }, context);
    return span.isRecording() ? new SdkSpan(this.api, this.tracer, span) : null;
  }
}

class SdkSpan implements WorkSpan {
  constructor(
    private readonly api: Api,
    private readonly tracer: Tracer,
    private readonly span: Span,
  ) {}

  get traceparent(): string {
    const { traceId, spanId } = this.span.spanContext();
    return `00-${traceId}-${spanId}-01`;
  }

  set(facts: SpanFacts): void {
    this.span.setAttributes({ ...facts });
  }

  step(name: string): WorkSpan {
    const { ROOT_CONTEXT, trace } = this.api;
    return new SdkSpan(this.api, this.tracer, this.tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, this.span)));
  }

  readonly watch = (name: string): (() => void) => {
    const step = this.step(name);
    return () => step.end();
  };

  end(error?: unknown): void {
    if (error !== undefined) {
      const message = error instanceof Error ? error.name : typeof error;
      this.span.setStatus({ code: this.api.SpanStatusCode.ERROR, message });
    }
    this.span.end();
  }
}

/** Null for what is none: a trace that cannot be read is no reason to refuse work. */
function spanContextOf(traceparent: string): SpanContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || NOTHING.test(traceId) || NOTHING.test(spanId)) return null;
  return { traceId, spanId, traceFlags: parseInt(flags!, 16) & 1, isRemote: true };
}
