/**
 * `npm run demo`: the real system on a fresh store, a made-up county, 240 bills over HTTP as a HIS would post them, and an
 * own reckoning beside it that every answer must meet to the fen. Exit code 0 only if nothing mismatched.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { SystemClock } from '@oss/host';
import { type SettlementView, statementText } from '@oss/settlement';
import { goOnWithoutReader } from '../without-reader';
import { Expectation } from './expectation';
import { HisClient } from './his-client';
import type { County, PlannedPost } from './planned-post';
import { EXAMPLE_PACKS } from './public-examples';
import { type RunningSystem, startSystem } from './running-system';
import { sampleCounty } from './sample-county';
import { categoriesOn, summaryText, Tally } from './tally';

/** Connections on which the demo's HIS posts at the same time. */
const CONNECTIONS = 8;
/** Exit code of a demo that could not show anything. */
const COULD_NOT_RUN = 2;
/** Exit code of a demo that was told to stop before it was done. */
const INTERRUPTED = 130;
/** Mismatches that are printed in full; all are counted. */
const MAX_PRINTED = 20;

interface Options {
  readonly serve?: true;
  readonly keep?: true;
}

async function demo({ serve, keep }: Options): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'one-stop-demo-'));
  const told = new Promise<'told'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('told'));
  });
  say('启动系统 Starting the system on a fresh store …');
  const starting = startSystem(dataDir, EXAMPLE_PACKS);
  try {
    if ((await Promise.race([told, run(starting)])) === 'told') process.exitCode = INTERRUPTED;
    else if (serve === true) await serveOn(await starting, told);
  } finally {
    // Told to stop while it was starting: it is stopped all the same.
    await starting.then(
      (system) => system.stop(),
      () => undefined,
    );
    if (serve === true || keep === true) say(`数据保留在 The data stay in ${dataDir}`);
    else rmSync(dataDir, { recursive: true, force: true });
  }
}

async function run(starting: Promise<RunningSystem>): Promise<void> {
  const his = new HisClient((await starting).url);
  const county = sampleCounty();
  await register(his, county);
  const expectation = new Expectation(new SystemClock().todayInChina());
  const tally = new Tally();
  await postAll(his, county, expectation, tally);
  await report(his, county, expectation, tally);
}

/** Hospitals and every other person by PUT, the rest as a roster, like a county that has both. */
async function register(his: HisClient, { hospitals, persons }: County): Promise<void> {
  say(`登记 Registering ${hospitals.length} hospitals and ${persons.length} persons …`);
  for (const hospital of hospitals) await his.putHospital(hospital);
  await his.importRoster(persons.filter((_, index) => index % 2 === 0));
  for (const person of persons.filter((_, index) => index % 2 === 1)) await his.putPerson(person);
}

/** Each person's posts in their order, several persons at a time. */
async function postAll(his: HisClient, county: County, expectation: Expectation, tally: Tally): Promise<void> {
  const waiting = [...county.queues];
  const progress = new SingleBar(
    {
      format: '结算 Settling {bar} {value}/{total}  {duration_formatted}',
      stream: process.stderr,
      noTTYOutput: true,
      notTTYSchedule: 5_000,
    },
    Presets.shades_classic,
  );
  progress.start(waiting.flat().length, 0);
  const connection = async (): Promise<void> => {
    for (let queue = waiting.shift(); queue !== undefined; queue = waiting.shift()) {
      const answers = new Map<unknown, unknown>();
      for (const post of queue) {
        await postOne(his, post, answers, expectation, tally);
        progress.increment();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  } finally {
    progress.stop();
  }
}

/** @param answers the queue's first answers by body, for the repeats */
async function postOne(
  his: HisClient,
  post: PlannedPost,
  answers: Map<unknown, unknown>,
  expectation: Expectation,
  tally: Tally,
): Promise<void> {
  const { want, body } = post;
  const { status, body: answer } = await his.postDischarge(body);
  const mismatch = (text: string): void => void tally.mismatches.push(`${keyOf(body)}: ${text}`);
  if (want === 'repeat') {
    tally.repeated += 1;
    if (status !== 200 || !isDeepStrictEqual(answer, answers.get(body)))
      mismatch(`the repeat got ${status} ${JSON.stringify(answer)}`);
    return;
  }
  tally.posted += 1;
  if (want !== 'settled') {
    const { code } = answer as { code?: unknown };
    if (status === want.status && code === want.code) tally.refused.set(want.code, (tally.refused.get(want.code) ?? 0) + 1);
    else mismatch(`should be refused with ${want.status} ${want.code}, got ${status} ${JSON.stringify(answer)}`);
    return;
  }
  if (status !== 201) {
    mismatch(`should settle, got ${status} ${JSON.stringify(answer)}`);
    return;
  }
  answers.set(body, answer);
  const view = answer as SettlementView;
  tally.settled.push({ post, view });
  for (const difference of expectation.differences(post, view)) mismatch(difference);
}

function keyOf(body: unknown): string {
  const { hospitalCode, encounterNo } = body as { hospitalCode: string; encounterNo: string };
  return `${hospitalCode}/${encounterNo}`;
}

/** Three statements, the tables, the mismatches if any, and last the line of JSON. */
async function report(his: HisClient, county: County, expectation: Expectation, tally: Tally): Promise<void> {
  for (const post of county.shown) {
    const view = tally.settled.find((settled) => settled.post === post)?.view;
    if (view === undefined) continue;
    const { person, hospital } = post;
    const heading = {
      patientName: person?.name,
      hospitalName: hospital?.name,
      hospitalLevel: hospital?.level,
      categories: categoriesOn(person, view.dischargedOn),
      packName: expectation.packName(view.policy.pack),
      leaf: await his.leafOf(view),
      onTerminal: process.stdout.isTTY === true,
    };
    print(`${statementText(view, heading)}\n`);
  }
  const failed = new Set(tally.mismatches.map((mismatch) => mismatch.split(': ')[0]));
  print(
    summaryText(tally, ({ example, body }) =>
      example === undefined ? null : `${failed.has(keyOf(body)) ? '不符 DIFFERS' : '相符 exact  '} ${example.case.example}`,
    ),
  );
  for (const mismatch of tally.mismatches.slice(0, MAX_PRINTED)) process.stderr.write(`不符 Mismatch: ${mismatch}\n`);
  if (tally.mismatches.length > 0) process.exitCode = 1;
  print(`\n${JSON.stringify(tally.result())}\n`);
}

/** Keeps the system up until it is told to stop, or ends by itself. */
async function serveOn({ url, ended }: RunningSystem, told: Promise<unknown>): Promise<void> {
  const addresses = [`API      ${url}/v1`, `docs     ${url}/docs`, `metrics  ${url}/metrics`, `health   ${url}/health/ready`];
  say(`系统继续运行 The system keeps running (Ctrl-C stops it):\n  ${addresses.join('\n  ')}`);
  await Promise.race([told, ended]);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}

const HELP = `
Made-up persons and hospitals; the public examples of test/cases among the bills. The last line on stdout is JSON:
{"posted","settled","refused","mismatches","totalFen","paidFen","selfPayFen"}; posted = settled + refused, repeats aside.

Environment: PORT (default: any free one), HOST (default 127.0.0.1). Exit code: 0 nothing mismatched, 1 something did, 2 could not run.
`;

goOnWithoutReader();
new Command('npm run demo --')
  .description('Starts the system on a fresh store, settles a sample county over HTTP and checks every fen. 演示')
  .option('--serve', 'keep the system running afterwards and print its addresses')
  .option('--keep', 'keep the data directory')
  .addHelpText('after', HELP)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : COULD_NOT_RUN))
  .action(demo)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`演示失败 The demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = COULD_NOT_RUN;
  });
