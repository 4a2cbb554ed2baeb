/**
 * One settlement is one trace, on either store: from the caller's request through every turn to what the relay publishes. The
 * trace stands beside the facts, outside their hashes, and tells nobody's name. Without it being asked for nothing of it is there.
 */
import { collect, type RecordedEvent, verifyStream } from '@oss/event-store';
import { loadSettings, Tracing } from '@oss/host';
import { LOG_BEGINNING } from '../../apps/insurer-relay/checkpoint';
import { Reading } from '../../apps/insurer-relay/reading';
import { openTelemetry } from '../../libs/host/tracing/open-telemetry';
import { dischargeOf, EXAMPLE_BILL, HOSPITALS, madeUpPerson } from '../support/county';
import { freshDirectory, inProcess, type System } from '../support/in-process';
import { KurrentDbDouble } from '../support/kurrentdb-double/double';
import { type CollectedSpan, TraceCollector } from '../support/trace-collector';

jest.setTimeout(60_000);
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const person = { ...madeUpPerson(41, { category: 'registered-poor' }), name: '欧阳绝密' };
const STAY = dischargeOf(person, { encounterNo: 'TRACED-1', bill: EXAMPLE_BILL });
const to = (endpoint: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
const SETTLING = /^benefit-year-|^encounter-/;

async function settled(system: System, headers: Record<string, string> = {}): Promise<string> {
  await system.client.registerHospitals(HOSPITALS);
  const personKey = await system.client.register(person);
  expect((await system.client.discharge(STAY, headers)).status).toBe(201);
  return personKey;
}

/** The settlement's facts, each stream verified. */
async function factsOf({ store }: System): Promise<RecordedEvent[]> {
  const facts = (await collect(store.readAll())).filter(({ stream }) => SETTLING.test(stream));
  for (const stream of new Set(facts.map((fact) => fact.stream))) {
    expect((await verifyStream(store.readStream(stream))).broken).toBeNull();
  }
  return facts;
}

const stepsOf = (spans: readonly CollectedSpan[], parent: CollectedSpan): string[] =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId).map(({ name }) => name);

describe.each(['embedded', 'kurrentdb'] as const)('on %s', (kind) => {
  const directory = freshDirectory();
  let double: KurrentDbDouble | null = null;
  let collector: TraceCollector;
  let system: System;
  let personKey: string;
  let facts: RecordedEvent[];
  let spans: readonly CollectedSpan[];

  beforeAll(async () => {
    collector = await TraceCollector.start();
    if (kind === 'kurrentdb') double = await KurrentDbDouble.start();
    const distributed = double === null ? {} : { kurrentdbUrl: double.url() };
    system = await inProcess({ dataDir: directory.path, environment: to(collector.endpoint), ...distributed });
    personKey = await settled(system, { traceparent: `00-${TRACE}-${CALLER}-01` });
    facts = await factsOf(system);
    // The request may have its answer, and its span be sent, before the copy is at its end. Written together, there is none.
    const ends = kind === 'embedded' ? ['POST /v1/discharges'] : ['POST /v1/discharges', 'copy into the benefit year'];
    const all = await collector.until((came) => ends.every((end) => came.some(({ name }) => name === end)));
    spans = all.filter(({ traceId }) => traceId === TRACE);
  });
  afterAll(async () => {
    await system.stop();
    await collector.stop();
    double?.stop();
    directory.remove();
  });

  test("the caller's trace holds the request, its steps, the copy and its turns", () => {
    const named = (name: string): CollectedSpan => spans.find((span) => span.name === name)!;
    const request = named('POST /v1/discharges');
    expect([request.parentSpanId, request.service, request.failed]).toEqual([CALLER, 'one-stop-settlement', false]);
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/discharges',
      'http.response.status_code': 201,
    });
    const work = named('settle a discharge');
    expect(work.parentSpanId).toBe(request.spanId);
    expect(stepsOf(spans, work)).toEqual(['check', 'append the acceptance', 'wait for the completion']);
    const acceptance = named('append the acceptance');
    const copy = spans.find(({ name }) => name === 'copy into the benefit year');
    expect(copy?.parentSpanId).toBe(kind === 'embedded' ? undefined : acceptance.spanId);
    const entering = copy ?? acceptance;
    expect(stepsOf(spans, entering).slice(-2)).toEqual(['decide', 'append']);
    // One process holds every actor: the turns are taken as the case enters its year, in one append.
    expect(entering.attributes).toEqual({ 'oss.facts': kind === 'embedded' ? facts.length : facts.length - 1 });
  });

  test('every fact carries the trace of the work that wrote it', () => {
    const parents = new Set(spans.map(({ spanId }) => spanId));
    expect(facts.map(({ type }) => type)).toEqual([
      'DischargeAccepted',
      'DischargeRecorded',
      'BasicInsuranceSettled',
      'CriticalIllnessSettled',
      'MedicalAssistanceSettled',
      'FifthLineSettled',
      'MedicalAssistanceSettled',
      'SettlementCompleted',
    ]);
    for (const { trace = '' } of facts) {
      const [version, traceId, spanId, flags] = trace.split('-');
      expect([version, traceId, flags, parents.has(spanId!)]).toEqual(['00', TRACE, '01', true]);
    }
  });

  test('what the relay publishes goes on with it, under a span of its own', async () => {
    const tracing = await openTelemetry(loadSettings(to(collector.endpoint)), 'insurer-relay');
    const batch = await (await Reading.from(system.store, LOG_BEGINNING, tracing)).next();
    for (const span of batch.spans) span.end();
    await tracing.shutdown();
    const published = (await collector.until((all) => all.some(({ service }) => service === 'insurer-relay'))).at(-1)!;
    expect(published).toMatchObject({
      name: 'publish to Kafka',
      traceId: TRACE,
      parentSpanId: facts.at(-1)!.trace!.split('-')[2],
    });
    const carried = batch.messages.map(({ message }) => message.headers!['ce_traceparent']);
    expect(carried.length).toBeGreaterThanOrEqual(5);
    expect(new Set(carried)).toEqual(new Set([`00-${TRACE}-${published.spanId}-01`]));
  });

  test('no span tells who, where or which bill', () => {
    const sent = collector.bodies.join('\n');
    const secrets = [person.name, person.idNumber, personKey, STAY.hospitalCode, STAY.encounterNo, HOSPITALS.H2.name];
    expect(secrets.filter((secret) => sent.includes(secret))).toEqual([]);
    expect(
      spans.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => !/^(http|messaging|oss)\./.test(name)),
    ).toEqual([]);
  });
});

test('a request that its caller does not sample leaves nothing, and neither does one where tracing is off', async () => {
  const collector = await TraceCollector.start();
  for (const [otlpEndpoint, flags] of [
    [collector.endpoint, '00'],
    [undefined, '01'],
  ] as const) {
    const directory = freshDirectory();
    const system = await inProcess({ dataDir: directory.path, environment: otlpEndpoint === undefined ? {} : to(otlpEndpoint) });
    await settled(system, { traceparent: `00-${TRACE}-${CALLER}-${flags}` });
    const facts = await factsOf(system);
    expect([facts.length, facts.filter(({ trace }) => trace !== undefined)]).toEqual([8, []]);
    await system.stop();
    directory.remove();
  }
  expect(collector.spans.filter(({ traceId }) => traceId === TRACE)).toEqual([]);
  await collector.stop();
});

test('a collector that is away holds up neither the settlement nor the stop', async () => {
  const directory = freshDirectory();
  // So that what it tries last ends with this spec.
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '500';
  const system = await inProcess({ dataDir: directory.path, environment: to('http://127.0.0.1:9') });
  await settled(system, { traceparent: 'not a trace' });
  const [accepted] = await factsOf(system);
  expect(accepted!.trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  await system.stop();
  directory.remove();
});

test('off is nothing: no span for any work', () => {
  const traceparent = `00-${TRACE}-${CALLER}-01`;
  expect([Tracing.off.isOn, Tracing.off.begin('work', traceparent), Tracing.off.follow('work', traceparent)]).toEqual([
    false,
    null,
    null,
  ]);
});
