/** `npm run bench`: measures the speed of the whole system in one run and prints every figure beside its aim. */
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { adjudication } from './cases/adjudication';
import { audit } from './cases/audit';
import { growth } from './cases/growth';
import { keeper } from './cases/keeper';
import { overHttp } from './cases/over-http';
import { FULL, QUICK } from './cases/plan';
import { storeCase } from './cases/store';
import { fdatasyncMs, machine } from './machine';
import { distributed, DISTRIBUTED, DISTRIBUTED_QUICK } from './distributed/distributed';
import { type Figure, progress, table, verdict } from './report';
import { temporaryDirectory } from './server';

/** Adjudication first: it is to be alone, not in a process whose heap and compiled code another case has shaped. */
const CASES = ['adjudication', 'settle', 'postgres', 'store', 'keeper', 'audit', 'growth'] as const;
type Case = (typeof CASES)[number];

const HELP = `
Cases: settle (over HTTP, against a floor that settles nothing), postgres (the same rows through pg), store (the append pipeline against
a bare loop), adjudication (pure, one core), keeper (the system with and without its audit app, which keeps and signs the log's tree),
audit (verify, what-if and checks on a store of 200 000 settlements, against a bare loop that reads the same rows; --settlements for a
smaller one), growth (speed, memory, start and disk as the history grows).

--distributed measures another system, and nothing of the above: every app a process of its own on the KurrentDB test double and a real
Kafka (Java 17, Maven; without them it runs without Kafka and says so): settlements a second, from post to completion and to a
read_committed consumer, and where the time of one settlement goes (a trace, drawn). About two minutes; its store writes no disk.

Everything else is durable and on 127.0.0.1; the load generator runs beside the server on the same cores. Figures are medians of rounds in which
the contenders take turns; "spread" is (greatest − smallest) / median, and a large one says that the machine did other work.
Environment: BENCH_DIR (a directory on the disk to measure; default the temporary directory), DATABASE_URL (PostgreSQL; default 127.0.0.1:5432).`;

function chosen(text: string): Case[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !CASES.some((each) => each === name));
  if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}: choose among ${CASES.join(', ')}`);
  return CASES.filter((each) => names.includes(each));
}

function settlementsOf(given: string): number {
  const settlements = Number(given);
  if (!Number.isInteger(settlements) || settlements < 1) throw new InvalidArgumentError('a whole number from 1');
  return settlements;
}

async function main(): Promise<void> {
  const program = new Command('npm run bench --')
    .description('Measures speed and prints each figure beside its aim, as a table and, on the last line, as JSON.')
    .option('--only <cases>', `cases, separated by commas: ${CASES.join(', ')}`, CASES.join(','))
    .option('--distributed', 'every app apart, on the KurrentDB double and a real Kafka, instead of the cases', false)
    .option('--quick', 'smaller and shorter: a few minutes less, less certain', false)
    .option('--settlements <n>', 'of the store of the case audit (default 200000; 20000 with --quick)', settlementsOf)
    .option('--json <file>', 'writes the figures there, too')
    .addHelpText('after', HELP)
    .parse();
  const {
    only,
    quick,
    distributed: isApart,
    settlements,
    json,
  } = program.opts<{
    only: string;
    quick: boolean;
    distributed: boolean;
    settlements?: number;
    json?: string;
  }>();
  const cases = new Set(isApart ? [] : chosen(only));
  const usual = quick ? QUICK : FULL;
  const plan = settlements === undefined ? usual : { ...usual, auditSettlements: settlements };
  const about = machine();
  const syncMs = fdatasyncMs(temporaryDirectory());
  if (about.loadBefore > 0.5) progress(`the machine is not idle (load ${about.loadBefore}): expect noise`);
  const figures: Figure[] = [];
  if (cases.has('adjudication')) figures.push(adjudication(plan));
  if (cases.has('settle') || cases.has('postgres')) {
    figures.push(...(await overHttp(plan, { settle: cases.has('settle'), postgres: cases.has('postgres') })));
  }
  if (cases.has('store')) figures.push(...(await storeCase(plan)));
  if (cases.has('keeper')) figures.push(...(await keeper(plan)));
  if (cases.has('audit')) figures.push(...(await audit(plan)));
  if (cases.has('growth')) figures.push(...(await growth(plan)));
  const apart = isApart ? await distributed(quick ? DISTRIBUTED_QUICK : DISTRIBUTED) : null;
  if (apart !== null) figures.push(...apart.figures);
  const report = {
    machine: { ...about, fdatasyncMs: syncMs },
    quick,
    figures: figures.map((figure) => ({ ...figure, verdict: verdict(figure) })),
  };
  const { cpu, cores, memoryGb, node, platform, loadBefore } = about;
  process.stdout.write(
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}, fdatasync ${syncMs.toFixed(2)} ms, load before ${loadBefore}\n\n`,
  );
  const trace = apart === null ? '' : `One settlement, the median of those traced:\n${apart.drawn}\n\n`;
  process.stdout.write(`${table(figures)}\n\n${trace}${JSON.stringify(report)}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`the bench could not be finished: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
