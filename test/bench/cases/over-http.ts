/**
 * Settling over HTTP, beside its floor and beside PostgreSQL: all servers run, and take turns in rounds, so that whatever
 * else the machine does falls on all of them. Ratios are taken round by round.
 */
import { type County, discharge } from '../county';
import { median, quantile, spread } from '../figures';
import { LoadGenerator } from '../load/load-generator';
import { fdatasyncMs } from '../machine';
import { dropSchema, findPostgres, type FoundPostgres, makeSchema } from '../postgres/find-postgres';
import { type Form, FORMS } from '../postgres/rows';
import { type Figure, progress } from '../report';
import { ONE_STOP, Server, temporaryDirectory } from '../server';
import { Contender } from './contender';
import { CONNECTIONS, LINES, type Plan } from './plan';

const LATENCY_ROUNDS = 3;
/** Discharges posted one by one to find an answer of the usual size for the floor. */
const SAMPLES = 41;
const RATIO_AIMS: Readonly<Record<Form, number>> = { 'row-by-row': 1.5, 'multi-row': 0.75 };
const FORM_NAMES: Readonly<Record<Form, string>> = {
  'row-by-row': 'BEGIN + one INSERT per row + COMMIT',
  'multi-row': 'one multi-row INSERT',
};

interface Which {
  readonly settle: boolean;
  readonly postgres: boolean;
}

interface Field {
  readonly ours: Contender;
  readonly floor: Contender | null;
  readonly rivals: ReadonlyMap<Form, Contender>;
  readonly postgres: FoundPostgres | null;
}

/** Runs the cases `settle` and `postgres`, or one of them. */
export async function overHttp(plan: Plan, which: Which): Promise<Figure[]> {
  const generator = new LoadGenerator();
  const directory = temporaryDirectory();
  const schemas: string[] = [];
  const servers: Server[] = [];
  const postgres = which.postgres ? await findPostgres() : null;
  try {
    const start = async (program: string, environment: Record<string, string>): Promise<Server> => {
      const server = await Server.start(program, environment);
      servers.push(server);
      return server;
    };
    const county = { persons: plan.persons };
    progress(`settle: loading ${county.persons} persons through HTTP`);
    const ours = await start(ONE_STOP, { DATA_DIR: directory });
    await ours.loadRegistry(county);
    const canned = await usualAnswer(ours, county);
    const floor = which.settle ? await start('test/bench/floor/main.js', { CANNED_ANSWER: canned }) : null;
    const rivals = new Map<Form, Contender>();
    if (postgres !== null) {
      for (const form of FORMS) {
        const schema = await makeSchema(postgres.url, form.replaceAll('-', '_'));
        schemas.push(schema);
        const environment = {
          DATABASE_URL: postgres.url,
          BENCH_SCHEMA: schema,
          BENCH_FORM: form,
          BENCH_PERSONS: String(county.persons),
        };
        rivals.set(form, new Contender(form, await start('test/bench/postgres/main.js', environment), county, generator, 0));
      }
    }
    const field: Field = {
      ours: new Contender('settle', ours, county, generator, SAMPLES),
      floor: floor === null ? null : new Contender('floor', floor, county, generator, 0),
      rivals,
      postgres,
    };
    await inTurns(field, plan);
    const figures = which.settle ? [...settleFigures(field), ...(await latencyFigures(field.ours, directory, plan))] : [];
    return which.postgres ? [...figures, ...postgresFigures(field)] : figures;
  } finally {
    generator.stop();
    await Promise.all(servers.map((server) => server.stop()));
    if (postgres !== null) for (const schema of schemas) await dropSchema(postgres.url, schema);
  }
}

/** The answer of median length among the first discharges. */
async function usualAnswer(ours: Server, county: County): Promise<string> {
  const answers: string[] = [];
  for (let number = 0; number < SAMPLES; number += 1)
    answers.push(await ours.post('/v1/discharges', discharge(county, number, LINES)));
  answers.sort((a, b) => a.length - b.length);
  return answers[SAMPLES >> 1]!;
}

async function inTurns({ ours, floor, rivals }: Field, plan: Plan): Promise<void> {
  const all = [ours, ...(floor === null ? [] : [floor]), ...rivals.values()];
  const warmUps = Math.ceil(plan.warmUpSeconds / plan.roundSeconds);
  for (let warmUp = 1; warmUp <= warmUps; warmUp += 1) {
    for (const contender of all) await contender.run({ maxSeconds: plan.roundSeconds });
    progress(`settle: warm-up ${warmUp} of ${warmUps}`);
  }
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const contender of all) await contender.round(plan.roundSeconds);
    const rates = all.map(({ name, rounds }) => `${name} ${Math.round(rounds.at(-1)!.perSecond)}/s`);
    progress(`settle: round ${round} of ${plan.rounds}: ${rates.join(', ')}`);
  }
}

function settleFigures({ ours, floor }: Field): Figure[] {
  if (floor === null) return [];
  const ratios = ours.ratiosTo(floor);
  const cpu = { ours: ours.cpuMs(), floor: floor.cpuMs() };
  const bytes = `body ${Math.round(ours.median('meanBodyBytes'))} B, answer ${Math.round(ours.median('meanAnswerBytes'))} B`;
  const generator = `the load generator used ${Math.round(ours.median('generatorCpu') * 100)} % of a core`;
  const rows: Figure[] = [
    {
      case: 'settle',
      name: `settlements over HTTP, ${CONNECTIONS} connections, ${LINES} lines`,
      value: ours.median('perSecond'),
      unit: '/s',
      spread: ours.spread(),
      note: `${bytes}; ${generator}`,
    },
    { case: 'settle', name: 'p50 at full load', value: ours.median('p50Ms'), unit: 'ms' },
    { case: 'settle', name: 'p99 at full load', value: ours.median('p99Ms'), unit: 'ms' },
    {
      case: 'settle',
      name: 'floor: same route, body, validation; canned answer',
      value: floor.median('perSecond'),
      unit: '/s',
      spread: floor.spread(),
      note: `answer ${Math.round(floor.median('meanAnswerBytes'))} B; the load generator used ${Math.round(floor.median('generatorCpu') * 100)} %`,
    },
    {
      case: 'settle',
      name: 'ratio to the floor',
      value: median(ratios),
      unit: '×',
      aim: { is: 'at least', value: 0.4, defect: 0.3 },
      spread: spread(ratios),
    },
  ];
  if (cpu.ours !== null && cpu.floor !== null) {
    rows.push({
      case: 'settle',
      name: 'CPU per settlement, all threads',
      value: cpu.ours,
      unit: 'ms',
      note: `the floor: ${cpu.floor.toFixed(2)} ms; least disturbed by other work`,
    });
  }
  return rows;
}

/** Open loop at half of the highest rate. */
async function latencyFigures(ours: Contender, directory: string, plan: Plan): Promise<Figure[]> {
  const rate = ours.median('perSecond') / 2;
  const syncs = [fdatasyncMs(directory)];
  const p99s: number[] = [];
  const p50s: number[] = [];
  const late: number[] = [];
  for (let round = 1; round <= LATENCY_ROUNDS; round += 1) {
    const { p99Ms, p50Ms, lateP99Ms } = await ours.run({ maxSeconds: plan.latencySeconds, arrivalsPerSecond: rate });
    p99s.push(p99Ms);
    p50s.push(p50Ms);
    late.push(lateP99Ms);
    syncs.push(fdatasyncMs(directory));
    progress(`settle: ${Math.round(rate)}/s arriving, p99 ${p99Ms.toFixed(1)} ms (${round} of ${LATENCY_ROUNDS})`);
  }
  const sync = median(syncs);
  const limit = 20 + 10 * sync;
  return [
    { case: 'settle', name: 'fdatasync of the data disk, median', value: sync, unit: 'ms', spread: spread(syncs) },
    {
      case: 'settle',
      name: `p99 at half of the highest rate (${Math.round(rate)}/s, random arrivals)`,
      value: quantile(p99s, 0.5),
      unit: 'ms',
      aim: { is: 'at most', value: limit, text: `≤ ${limit.toFixed(1)} (20 + 10 × fdatasync)` },
      spread: spread(p99s),
      note: `p50 ${quantile(p50s, 0.5).toFixed(1)} ms; the generator itself was late by ${quantile(late, 0.5).toFixed(1)} ms (p99)`,
    },
  ];
}

function postgresFigures({ ours, rivals, postgres }: Field): Figure[] {
  if (postgres === null) {
    const note = 'no PostgreSQL answers on 127.0.0.1:5432; DATABASE_URL names another';
    return FORMS.map((form) => ({
      case: 'postgres',
      name: `ours / PostgreSQL, ${FORM_NAMES[form]}`,
      value: null,
      unit: '×',
      aim: { is: 'at least', value: RATIO_AIMS[form] },
      note,
    }));
  }
  return [...rivals].flatMap(([form, rival]): Figure[] => {
    const ratios = ours.ratiosTo(rival);
    const cpu = rival.cpuMs();
    return [
      {
        case: 'postgres',
        name: `PostgreSQL ${postgres.version}, ${FORM_NAMES[form]}`,
        value: rival.median('perSecond'),
        unit: '/s',
        spread: rival.spread(),
        note: `p99 ${rival.median('p99Ms').toFixed(1)} ms${cpu === null ? '' : `; CPU ${cpu.toFixed(2)} ms without the database's own`}`,
      },
      {
        case: 'postgres',
        name: `ours / PostgreSQL, ${FORM_NAMES[form]}`,
        value: median(ratios),
        unit: '×',
        aim: { is: 'at least', value: RATIO_AIMS[form] },
        spread: spread(ratios),
      },
    ];
  });
}
