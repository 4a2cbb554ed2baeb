/**
 * The load generator's process: builds all requests of an order first, then sends them over keep-alive connections and
 * measures. Closed loop (each connection sends when it has its answer) for the highest rate; open loop for latency, where
 * a request's time counts from the moment it should have been sent.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { discharge, mixed } from '../county';
import { quantile } from '../figures';
import { Connection } from './connection';
import type { LoadAnswer, LoadOrder, LoadResult } from './protocol';

/** Open loop: so many connections stand ready; requests beyond wait, and their wait is counted. */
const OPEN_LOOP_CONNECTIONS = 128;
/** Connections are new to the server, too: it takes them in before the clock starts. */
const CONNECT_PAUSE_MS = 300;
/** Open loop: what arrives in the first half second is sent and not counted. */
const LEAD_IN_MS = 500;

class Run {
  readonly #times: number[] = [];
  /** How late we were with each request, by our own fault or for want of a connection. */
  readonly #delays: number[] = [];
  readonly #sentAt: number[] = [];
  readonly #statuses: Record<string, number> = {};
  #answered = 0;
  #answerBytes = 0;
  #firstOther: string | null = null;
  #next = 0;
  #done: () => void = () => {};
  #fail: (error: Error) => void = () => {};
  #idle: Connection[] = [];
  #under = 0;

  constructor(
    private readonly order: LoadOrder,
    private readonly requests: readonly Buffer[],
  ) {}

  async measure(): Promise<LoadResult> {
    const { port, connections, arrivalsPerSecond } = this.order;
    const wanted = arrivalsPerSecond === undefined ? connections : OPEN_LOOP_CONNECTIONS;
    this.#idle = await Promise.all(Array.from({ length: wanted }, () => Connection.open(port, (error) => this.#fail(error))));
    const all = [...this.#idle];
    await pause(CONNECT_PAUSE_MS);
    const cpu = process.cpuUsage();
    const began = performance.now();
    await new Promise<void>((resolve, reject) => {
      this.#done = resolve;
      this.#fail = reject;
      if (arrivalsPerSecond === undefined) this.#closedLoop(began);
      else this.#openLoop(began, arrivalsPerSecond);
    });
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    for (const connection of all) connection.close();
    return this.#result(seconds, (user + system) / 1e6 / seconds);
  }

  #closedLoop(began: number): void {
    const until = began + this.order.maxSeconds * 1_000;
    const next = (connection: Connection): void => {
      const now = performance.now();
      if (this.#next < this.requests.length && now < until) this.#send(connection, now, true, () => next(connection));
      else if (this.#under === 0) this.#done();
    };
    for (const connection of this.#idle) next(connection);
  }

  #openLoop(began: number, arrivalsPerSecond: number): void {
    const { count, from } = this.order;
    const arrivals: number[] = [];
    let at = began;
    for (let i = 0; i < count; i += 1) {
      at += (-Math.log((mixed(from + i, 99) + 1) / 2 ** 32) * 1_000) / arrivalsPerSecond;
      arrivals.push(at);
    }
    const tick = (): void => {
      const now = performance.now();
      while (this.#next < count && arrivals[this.#next]! <= now) {
        const connection = this.#idle.pop();
        if (connection === undefined) break;
        const arrival = arrivals[this.#next]!;
        const counts = arrival > began + LEAD_IN_MS;
        if (counts) this.#delays.push(now - arrival);
        this.#send(connection, arrival, counts, () => this.#idle.push(connection));
      }
      if (this.#next < count) {
        // To be on time to the microsecond it would have to spin on a core that the server needs; lateness is counted.
        setTimeout(tick, Math.max(1, arrivals[this.#next]! - performance.now()));
      } else if (this.#under > 0) setTimeout(tick, 1);
      else this.#done();
    };
    tick();
  }

  #send(connection: Connection, since: number, counts: boolean, then: () => void): void {
    this.#under += 1;
    if (this.order.tellSent === true) this.#sentAt.push(performance.timeOrigin + since);
    connection.send(this.requests[this.#next]!, ({ status, bytes, text }) => {
      if (counts) this.#times.push(performance.now() - since);
      this.#answered += 1;
      this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
      this.#answerBytes += bytes;
      if (status !== '201') this.#firstOther ??= text.slice(0, 500);
      this.#under -= 1;
      then();
    });
    this.#next += 1;
  }

  #result(seconds: number, generatorCpu: number): LoadResult {
    const answered = this.#answered;
    return {
      answered,
      seconds,
      perSecond: answered / seconds,
      p50Ms: quantile(this.#times, 0.5),
      p99Ms: quantile(this.#times, 0.99),
      maxMs: quantile(this.#times, 1),
      lateP99Ms: this.#delays.length === 0 ? 0 : quantile(this.#delays, 0.99),
      meanBodyBytes: this.requests.reduce((sum, request) => sum + request.length, 0) / this.requests.length,
      meanAnswerBytes: this.#answerBytes / answered,
      statuses: this.#statuses,
      firstOther: this.#firstOther,
      generatorCpu,
      ...(this.order.tellSent === true ? { sentAt: this.#sentAt } : {}),
    };
  }
}

function requestBytes({ port, county, lines }: LoadOrder, number: number): Buffer {
  const body = JSON.stringify(discharge(county, number, lines));
  const head = `POST /v1/discharges HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

async function obey(order: LoadOrder): Promise<LoadAnswer> {
  try {
    const requests = Array.from({ length: order.count }, (_, index) => requestBytes(order, order.from + index));
    return { result: await new Run(order, requests).measure() };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (order: LoadOrder) => {
  void obey(order).then((answer) => process.send!(answer));
});
process.on('disconnect', () => process.exit(0));
