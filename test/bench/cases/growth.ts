/**
 * What growing history costs: speed and memory after 100, 10 000 and 200 000 settlements over 60 000 persons, the time to
 * start on that history, bytes on disk per settlement. All of it is made by posting discharges over HTTP.
 */
import type { County } from '../county';
import { median, spread } from '../figures';
import { LoadGenerator } from '../load/load-generator';
import { bytesOnDisk } from '../machine';
import { type Figure, progress } from '../report';
import { ONE_STOP, Server, temporaryDirectory } from '../server';
import { Contender } from './contender';
import { LINES, MANY_LINES, type Plan } from './plan';

/** Discharges of one measured window, and windows per point. */
const WINDOW = 2_000;
const WINDOWS = 5;
/** A fresh process settles so many before its speed is looked at: the engine compiles what is hot. */
const WARM_UP = 2_000;
const STEP = 20_000;
/** A bound, not an expectation: one step takes longer than this only on a machine that is stuck. */
const MAX_STEP_SECONDS = 120;
const STARTS = 3;
const LONG_BILL_PERSONS = 500;
const KB = 1_000;

interface Point {
  readonly at: number;
  readonly rates: readonly number[];
  /** Against the floor in the same moment. */
  readonly ratios: readonly number[];
  /** Of our server, all its threads; null where the system does not tell. */
  readonly cpuMs: number | null;
  readonly residentMb: number;
}

export async function growth(plan: Plan): Promise<Figure[]> {
  const generator = new LoadGenerator();
  try {
    const usual = await grow(plan, generator);
    return [...usual, await longBills(plan, generator)];
  } finally {
    generator.stop();
  }
}

async function grow(plan: Plan, generator: LoadGenerator): Promise<Figure[]> {
  const county: County = { persons: plan.growthPersons };
  const directory = temporaryDirectory();
  progress(`growth: loading ${county.persons} persons through HTTP`);
  const emptyBytes = await withRegistry(directory, county);
  const server = await Server.start(ONE_STOP, { DATA_DIR: directory });
  const floorServer = await Server.start('test/bench/floor/main.js', { CANNED_ANSWER: '{}' });
  const points: Point[] = [];
  let settled = 0;
  try {
    const ours = new Contender('settle', server, county, generator, 0);
    const floor = new Contender('floor', floorServer, county, generator, 0);
    await floor.run({ maxSeconds: MAX_STEP_SECONDS, count: 2 * WARM_UP });
    for (const at of plan.growthPoints) {
      await driveTo(ours, at);
      points.push(await measured(ours, floor, at));
      const { rates, residentMb } = points.at(-1)!;
      progress(`growth: after ${at}: ${Math.round(median(rates))}/s, ${Math.round(residentMb)} MB`);
    }
    settled = ours.next;
  } finally {
    await Promise.all([server.stop(), floorServer.stop()]);
  }
  const starts = await startTimes(directory);
  const perSettlement = (bytesOnDisk(directory) - emptyBytes) / settled / KB;
  return [
    ...pointFigures(points),
    {
      case: 'growth',
      name: `from spawning node to ready, ${settled} settlements`,
      value: median(starts),
      unit: 's',
      aim: { is: 'at most', value: 2 },
      spread: spread(starts),
      note: 'files in the system’s cache',
    },
    {
      case: 'growth',
      name: `on disk per settlement, ${LINES} lines`,
      value: perSettlement,
      unit: 'kB',
      aim: { is: 'at most', value: 10 },
      note: 'all files after a WAL checkpoint, less the registry’s',
    },
  ];
}

/** Loads the registry into a directory; answers the bytes that it takes. */
async function withRegistry(directory: string, county: County): Promise<number> {
  const server = await Server.start(ONE_STOP, { DATA_DIR: directory });
  try {
    await server.loadRegistry(county);
  } finally {
    await server.stop();
  }
  return bytesOnDisk(directory);
}

async function driveTo(ours: Contender, at: number): Promise<void> {
  while (ours.next < at) {
    await ours.run({ maxSeconds: MAX_STEP_SECONDS, count: Math.min(STEP, at - ours.next) });
    if (at > STEP) progress(`growth: ${ours.next} of ${at}`);
  }
}

async function measured(ours: Contender, floor: Contender, at: number): Promise<Point> {
  if (ours.next < WARM_UP) await ours.run({ maxSeconds: MAX_STEP_SECONDS, count: WARM_UP });
  const rates: number[] = [];
  const ratios: number[] = [];
  const cpu: number[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    // The floor before and after: what the machine does meanwhile falls on both.
    const before = await floor.run({ maxSeconds: MAX_STEP_SECONDS, count: WINDOW });
    const { perSecond, cpuMs } = await ours.run({ maxSeconds: MAX_STEP_SECONDS, count: WINDOW });
    const after = await floor.run({ maxSeconds: MAX_STEP_SECONDS, count: WINDOW });
    rates.push(perSecond);
    ratios.push((perSecond * 2) / (before.perSecond + after.perSecond));
    if (cpuMs !== null) cpu.push(cpuMs);
  }
  return { at, rates, ratios, cpuMs: cpu.length === 0 ? null : median(cpu), residentMb: ours.server.residentMb() };
}

function pointFigures(points: readonly Point[]): Figure[] {
  const label = (at: number): string => at.toLocaleString('en-US').replaceAll(',', ' ');
  const kept = (of: (point: Point) => readonly number[]): number => {
    const medians = points.map((point) => median(of(point)));
    return medians.at(-1)! / Math.max(...medians.slice(0, -1));
  };
  return [
    ...points.map(({ at, rates }): Figure => ({
      case: 'growth',
      name: `settlements after ${label(at)}`,
      value: median(rates),
      unit: '/s',
      spread: spread(rates),
      ...(at < WARM_UP ? { note: `windows begin after ${label(WARM_UP)}: a fresh process compiles first` } : {}),
    })),
    {
      case: 'growth',
      name: 'last point / best of the earlier ones, each against the floor of its moments',
      value: kept(({ ratios }) => ratios),
      unit: '×',
      aim: { is: 'at least', value: 0.8 },
      spread: spread(points.at(-1)!.ratios),
      note: `absolute rates, which the machine's own drift of an hour decides: ${kept(({ rates }) => rates).toFixed(2)}`,
    },
    ...points.map(({ at, cpuMs }): Figure => ({
      case: 'growth',
      name: `CPU per settlement after ${label(at)}, all threads`,
      value: cpuMs,
      unit: 'ms',
    })),
    ...points.map(({ at, residentMb }): Figure => ({
      case: 'growth',
      name: `resident memory after ${label(at)}`,
      value: residentMb,
      unit: 'MB',
      aim: { is: 'at most', value: 400 },
    })),
  ];
}

async function startTimes(directory: string): Promise<number[]> {
  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const server = await Server.start(ONE_STOP, { DATA_DIR: directory });
    seconds.push(server.startMs / 1_000);
    await server.stop();
  }
  progress(`growth: ready after ${seconds.map((each) => each.toFixed(2)).join(', ')} s`);
  return seconds;
}

async function longBills(plan: Plan, generator: LoadGenerator): Promise<Figure> {
  const county: County = { persons: LONG_BILL_PERSONS };
  const directory = temporaryDirectory();
  const emptyBytes = await withRegistry(directory, county);
  const server = await Server.start(ONE_STOP, { DATA_DIR: directory });
  let bodyKb = 0;
  try {
    const ours = new Contender('settle', server, county, generator, 0);
    const { meanBodyBytes } = await ours.run({ maxSeconds: MAX_STEP_SECONDS, count: plan.longBills, lines: MANY_LINES });
    bodyKb = meanBodyBytes / KB;
  } finally {
    await server.stop();
  }
  const value = (bytesOnDisk(directory) - emptyBytes) / plan.longBills / KB;
  const limit = 10 + 1.3 * bodyKb;
  progress(`growth: ${value.toFixed(1)} kB per settlement at ${MANY_LINES} lines, body ${bodyKb.toFixed(1)} kB`);
  return {
    case: 'growth',
    name: `on disk per settlement, ${MANY_LINES} lines`,
    value,
    unit: 'kB',
    aim: { is: 'at most', value: limit, text: `≤ ${limit.toFixed(1)} (10 + 1.3 × body)` },
    note: `body ${bodyKb.toFixed(1)} kB`,
  };
}
