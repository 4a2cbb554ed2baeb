/**
 * The distributed system on one machine: each app a process, the KurrentDB double another, one real Kafka, the load generator and
 * an insurer who reads, all on the same cores. First its speed, untraced; then the same apps once more, traced, to see where the
 * time of one settlement goes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type CollectedSpan, TraceCollector } from '../../support/trace-collector';
import { CONNECTIONS, LINES } from '../cases/plan';
import { type County, discharge } from '../county';
import { median, quantile, spread } from '../figures';
import { LoadGenerator } from '../load/load-generator';
import type { LoadOrder, LoadResult } from '../load/protocol';
import { type Figure, progress } from '../report';
import { Double, Fleet } from './fleet';
import { Insurer } from './insurer';
import { startKafka } from './kafka';
import { PUBLISH, REQUEST, stepFigures } from './steps';
import { lengthOf, waterfall, wholeTraces } from './waterfall';

const CASE = 'distributed';

export interface DistributedPlan {
  readonly persons: number;
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly latencyRounds: number;
  readonly latencySeconds: number;
  /** Settlements that are posted one by one to see where their time goes. */
  readonly traced: number;
}

export const DISTRIBUTED: DistributedPlan = {
  persons: 2_000,
  warmUpSeconds: 10,
  rounds: 3,
  roundSeconds: 5,
  latencyRounds: 3,
  latencySeconds: 5,
  traced: 40,
};
export const DISTRIBUTED_QUICK: DistributedPlan = {
  persons: 2_000,
  warmUpSeconds: 4,
  rounds: 2,
  roundSeconds: 3,
  latencyRounds: 1,
  latencySeconds: 4,
  traced: 15,
};

const FIRST_GUESS_PER_SECOND = 400;
const HEADROOM = 2;
const SETTLE_DOWN_MS = 500;
/** Each app sends its spans every second: within this time those on their way have come. */
const LAST_SPANS_MS = 2_500;

interface Measured extends LoadResult {
  /** From post to the insurer's reading, ms; empty without Kafka. */
  readonly insurerMs: readonly number[];
  /** CPU of all apps per settlement, ms. */
  readonly cpuMs: number | null;
}

/** Posts discharges, one range of numbers after another, and notes when the insurer had them. */
class Posting {
  #next = 0;
  #perSecond = FIRST_GUESS_PER_SECOND;

  constructor(
    private readonly generator: LoadGenerator,
    private readonly county: County,
    private readonly insurer: Insurer | null,
  ) {}

  /** The next discharge's body, for whoever posts it himself. */
  body(): object {
    return discharge(this.county, this.#next++, LINES);
  }

  async run(fleet: Fleet, maxSeconds: number, arrivalsPerSecond?: number): Promise<Measured> {
    const from = this.#next;
    const count = Math.ceil((arrivalsPerSecond ?? this.#perSecond * HEADROOM) * maxSeconds);
    const place = { port: fleet.gateway.port, county: this.county, from, count, lines: LINES, connections: CONNECTIONS };
    const order: LoadOrder = {
      ...place,
      maxSeconds,
      tellSent: true,
      ...(arrivalsPerSecond === undefined ? {} : { arrivalsPerSecond }),
    };
    const before = fleet.cpuSeconds();
    const result = await this.generator.run(order);
    const after = fleet.cpuSeconds();
    this.#next += result.answered;
    if (arrivalsPerSecond === undefined) this.#perSecond = result.perSecond;
    const insurerMs = (await this.insurer?.delays(from, result.sentAt!)) ?? [];
    await pause(SETTLE_DOWN_MS);
    return {
      ...result,
      insurerMs,
      cpuMs: before === null || after === null ? null : ((after - before) * 1_000) / result.answered,
    };
  }
}

export interface Distributed {
  readonly figures: Figure[];
  /** The median one of the traced settlements, drawn. */
  readonly drawn: string;
}

export async function distributed(plan: DistributedPlan): Promise<Distributed> {
  const generator = new LoadGenerator();
  const county = { persons: plan.persons };
  const kafka = await startKafka();
  const missing = 'missing' in kafka ? kafka.missing : null;
  if (missing !== null) progress(`distributed: without Kafka, and so without its figures: ${missing}`);
  const running: { stop(): void | Promise<void> }[] = [generator];
  if ('brokers' in kafka) running.push(kafka);
  const keep = <T extends { stop(): void | Promise<void> }>(each: T): T => {
    running.push(each);
    return each;
  };
  try {
    const double = keep(await Double.start());
    const where = { store: double.url, ...('brokers' in kafka ? { brokers: kafka.brokers } : {}) };
    const fleet = keep(await Fleet.start(where));
    progress(`distributed: ${fleet.processes} apps run; loading ${plan.persons} persons through HTTP`);
    await fleet.gateway.loadRegistry(county);
    const insurer = 'brokers' in kafka ? keep(await Insurer.start(kafka.brokers)) : null;
    const posting = new Posting(generator, county, insurer);
    const figures = await speed(plan, fleet, posting, missing);
    await fleet.stop();
    const collector = keep(await TraceCollector.start());
    const traced = keep(await Fleet.start({ ...where, collector: collector.endpoint }));
    const trace = await traces(plan, traced, posting, collector, insurer !== null);
    return { figures: [...figures, ...stepFigures(trace)], drawn: waterfall(trace[trace.length >> 1]!) };
  } finally {
    for (const each of running.toReversed()) await each.stop();
  }
}

async function speed(plan: DistributedPlan, fleet: Fleet, posting: Posting, missing: string | null): Promise<Figure[]> {
  await posting.run(fleet, plan.warmUpSeconds);
  const rounds: Measured[] = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    rounds.push(await posting.run(fleet, plan.roundSeconds));
    progress(`distributed: round ${round} of ${plan.rounds}: ${Math.round(rounds.at(-1)!.perSecond)}/s`);
  }
  const highest = median(rounds.map(({ perSecond }) => perSecond));
  const calm: Measured[] = [];
  for (let round = 1; round <= plan.latencyRounds; round += 1) {
    calm.push(await posting.run(fleet, plan.latencySeconds, highest / 2));
    progress(`distributed: ${Math.round(highest / 2)}/s arriving, p99 ${calm.at(-1)!.p99Ms.toFixed(0)} ms`);
  }
  const cpu = rounds.flatMap(({ cpuMs }) => (cpuMs === null ? [] : [cpuMs]));
  const half = `at half of the highest rate (${Math.round(highest / 2)}/s, random arrivals)`;
  return [
    {
      case: CASE,
      name: `settlements over HTTP, ${fleet.processes} apps apart, ${CONNECTIONS} connections, ${LINES} lines`,
      value: highest,
      unit: '/s',
      spread: spread(rounds.map(({ perSecond }) => perSecond)),
      note: 'KurrentDB is its test double, in memory: no disk, no cluster',
    },
    ...latencies(rounds, 'at full load', missing),
    ...latencies(calm, half, missing),
    { case: CASE, name: 'CPU per settlement, all apps', value: cpu.length === 0 ? null : median(cpu), unit: 'ms' },
  ];
}

function latencies(rounds: readonly Measured[], when: string, missing: string | null): Figure[] {
  const figure = (name: string, values: readonly number[]): Figure => ({
    case: CASE,
    name: `${name} ${when}`,
    value: values.length === 0 ? null : median(values),
    unit: 'ms',
    ...(values.length === 0 ? { note: missing ?? 'not measured' } : { spread: spread(values) }),
  });
  const read = rounds.filter(({ insurerMs }) => insurerMs.length > 0);
  return [
    figure(
      'post to completion, p50,',
      rounds.map(({ p50Ms }) => p50Ms),
    ),
    figure(
      'post to completion, p99,',
      rounds.map(({ p99Ms }) => p99Ms),
    ),
    figure(
      'post to a read_committed consumer, p50,',
      read.map(({ insurerMs }) => quantile(insurerMs, 0.5)),
    ),
    figure(
      'post to a read_committed consumer, p99,',
      read.map(({ insurerMs }) => quantile(insurerMs, 0.99)),
    ),
  ];
}

/** Settlements posted one by one to a warm fleet: whole traces, the shortest first. */
async function traces(
  plan: DistributedPlan,
  fleet: Fleet,
  posting: Posting,
  collector: TraceCollector,
  published: boolean,
): Promise<CollectedSpan[][]> {
  await posting.run(fleet, plan.warmUpSeconds / 2);
  progress(`distributed: tracing ${plan.traced} settlements, one by one`);
  await pause(LAST_SPANS_MS);
  collector.spans = [];
  for (let n = 0; n < plan.traced; n += 1) await fleet.gateway.post('/v1/discharges', posting.body());
  const wanted = [REQUEST, 'turn of settlement', ...(published ? [PUBLISH] : [])];
  await collector.until((all) => wholeTraces(all, wanted).length >= plan.traced);
  await pause(LAST_SPANS_MS);
  return wholeTraces(collector.spans, wanted).toSorted((a, b) => lengthOf(a) - lengthOf(b));
}
