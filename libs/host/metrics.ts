/** Prometheus metrics: one registry per process, the process's own figures, and named instruments that others ask for. */
import { Controller, Get, Injectable, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds, from a quick read to the longest wait of a posted discharge. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Asking twice for one name gives the same instrument. Labels never hold a person, a case or a free text. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return this.known<Counter<L>>(name) ?? new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** `buckets` in the unit that the name ends with; default seconds from 1 ms to 10 s. */
  histogram<L extends string>(name: string, help: string, labelNames: readonly L[] = [], buckets = SECONDS): Histogram<L> {
    return this.known<Histogram<L>>(name) ?? new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  /** A gauge that asks `read` each time it is scraped. */
  registerGauge(name: string, help: string, read: () => number | Promise<number>): void {
    if (this.known(name) !== undefined) throw new Error(`the gauge ${name} is registered twice`);
    const gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        gauge.set(await read());
      },
    });
  }

  /**
   * A counter that looks at `totals` each time it is scraped: for sums that grow several times at every settlement, where finding
   * the series by its labels costs more than adding to it.
   * @param totals by the value of `label`; they only grow
   */
  registerTotals(name: string, help: string, label: string, totals: ReadonlyMap<string, number>): void {
    if (this.known(name) !== undefined) throw new Error(`the totals ${name} are registered twice`);
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        counter.reset();
        for (const [value, total] of totals) counter.inc({ [label]: value }, total);
      },
    });
  }

  gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return this.known<Gauge<L>>(name) ?? new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private known<T>(name: string): T | undefined {
    return this.registry.getSingleMetric(name) as T | undefined;
  }
}

@ApiTags('operation')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiOperation({ summary: '指标 Metrics in the Prometheus text format' })
  @ApiProduces('text/plain')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
