/**
 * `npm run settle -- FILE.json`: settles one bill without a server and prints its statement. Same acceptance, same rules,
 * same turns as the running system; nothing is stored. With --batch FILE.ndjson it sends many discharges to the running
 * server instead. Exit code 0 settled, 1 refused, 2 could not run.
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { Problem, PROBLEM_KINDS, SystemClock } from '@oss/host';
import { type Category, PackInvalid } from '@oss/policy';
import { type Refusal, statementText } from '@oss/settlement';
import { builtInPacks, distinctPacks, packFile, PackFilesUnusable, packsIn } from '../../hospital-gateway/policy/pack-files';
import { CliError } from '../registry/server';
import { endWithReader } from '../without-reader';
import { BatchFailed, settleBatch } from './batch';
import { type PackChoice, type Outcome, packWithId, settleBills } from './settle-bills';
import { settleYearEnds, type YearEndOptions } from './year-end';
import { readSettleFile, type SettleFile, SettleFileUnusable } from './settle-file';

/** The founding notice's own case; beside the compiled code as beside the source. */
const EXAMPLE = join(__dirname, 'example.json');

const HELP = `
FILE.json holds { "discharge", "person", "hospital" } and, if there are any, "yearSoFar": the same person's earlier
discharges of the year, settled first, in their order. A member "case" (notes about the file) is not read.

Example:
`;

const MORE_HELP = `
  npm run settle -- bill.json
  npm run settle -- bill.json --pack 360222/2018-01-01
  npm run settle -- bill.json --pack my-county.yaml --json
  npm run settle -- --batch discharges.ndjson --out results.ndjson

批量结算 A batch holds one discharge per line, each as POST /v1/discharges takes it. It goes through the running server and is
recorded; a bad line fails alone; a person's lines are settled in their order; the same file again settles nothing twice.

Environment: POLICY_DIR, a directory with further packs; OSS_URL, where the server answers.
Exit code: 0 settled (of a batch: every line, now or before), 1 refused (of a batch: some lines; or some still pending),
2 could not run.
`;

const YEAR_END_HELP = `
The year must be over (1 January of the next year, China time). Running it again changes nothing; a year with an open case
waits for the next run; a later discharge or correction takes a year's settlement back, and the next run settles it again.

Exit code: 0 every year is settled or has nothing due, 1 some are still open or failed, 2 could not run.
`;

interface Options {
  readonly pack?: string;
  readonly json?: true;
  readonly batch?: string;
  readonly url: string;
  readonly out?: string;
}

async function run(path: string | undefined, options: Options, command: Command): Promise<void> {
  const { batch: file, url, out } = options;
  if (file === undefined) {
    if (path === undefined) command.error("error: missing required argument 'file'");
    if (out !== undefined) command.error('error: --out is for --batch');
    settleOne(path, options);
  } else {
    if (path !== undefined) command.error(`error: give either ${path} or --batch ${file}`);
    if (!(await settleBatch({ file, url, out }))) process.exitCode = 1;
  }
}

function settleOne(path: string, { pack, json }: Options): void {
  const file = readSettleFile(path);
  const outcome = settleBills(file, choiceOf(pack), new SystemClock().todayInChina());
  if ('refused' in outcome) {
    process.exitCode = 1;
    if (json === true) print(JSON.stringify(outcome, null, 2));
    else print(refusalText(outcome.refused, outcome.bill));
    return;
  }
  print(json === true ? JSON.stringify(outcome.settled, null, 2) : statement(file, outcome));
}

/** --pack names a file by its ending, else a pack by its id; without it the pack in force rules. */
function choiceOf(named: string | undefined): PackChoice {
  if (named !== undefined && /\.(ya?ml|json)$/.test(named)) return { only: packFile(named) };
  const policyDir = process.env.POLICY_DIR;
  const among = distinctPacks([...builtInPacks(), ...(policyDir ? packsIn(policyDir) : [])]);
  return named === undefined ? { among } : { only: packWithId(named, among) };
}

function statement(file: SettleFile, { settled, pack }: Extract<Outcome, { settled: unknown }>): string {
  const { person, hospital, name, bills } = file;
  const categories = person.categories
    .filter(({ from, to }) => from <= settled.dischargedOn && (to === undefined || settled.dischargedOn <= to))
    .map(({ category }): Category => category);
  const earlier = bills.length - 1;
  const text = statementText(settled, {
    patientName: name,
    hospitalName: hospital.name,
    hospitalLevel: hospital.level,
    categories,
    packName: pack.name,
  });
  return earlier === 0
    ? text
    : `${text}  本年度此前 ${earlier} 笔已先行结算 ${earlier} earlier bills of the year were settled first\n`;
}

function refusalText(refused: readonly Refusal[], bill: string): string {
  const blocks = refused.map(({ code, fields, detail }) => {
    const { titleZh, titleEn, cure } = PROBLEM_KINDS[code];
    return `  ${titleZh} ${titleEn} [${code}]\n    ${detail}\n    字段 Fields: ${fields.join(', ')}\n    处理 Cure: ${cure}`;
  });
  return `不予结算 Refused (${bill})\n${blocks.join('\n')}\n`;
}

/** The person or the hospital would not get into the registry: a refusal as much as one of the bill. */
function problemText({ code, detail, title, cure, fields }: Problem): string {
  return `不予结算 Refused (person)\n  ${title} [${code}]\n    ${detail}\n    字段 Fields: ${fields.map(({ path }) => path).join(', ')}\n    处理 Cure: ${cure}\n`;
}

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function main(): Promise<void> {
  const program = new Command('npm run settle --')
    .enablePositionalOptions()
    .description('Settles one bill from a file, without a server, and prints its statement. 单笔试算')
    .argument('[file]', 'JSON file with the bill, the person and the hospital')
    .option('--pack <id or file>', 'settle under this pack instead of the one in force')
    .option('--json', 'print the settlement as the HTTP contract shows it')
    .addOption(
      new Option('--batch <file.ndjson>', '批量结算 settle many discharges through the running server').conflicts([
        'pack',
        'json',
      ]),
    )
    .addOption(new Option('--url <url>', 'where the server answers').env('OSS_URL').default('http://127.0.0.1:3000'))
    .option('--out <file>', 'write the results of a batch to this file, one per line')
    .addHelpText('after', () => `${HELP}${readFileSync(EXAMPLE, 'utf8')}${MORE_HELP}`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action(run);
  program
    .command('year-end')
    .description('年终结算 Settles the year-end lines of a region’s benefit years through the running server')
    .requiredOption('--region <code>', '参保地: a county, or a city (…00) or province (…0000) with all below it')
    .requiredOption('--year <year>', '年度 benefit year, for example 2018')
    .option('--operator <code>', '经办人 who does this; recorded', 'cli')
    .option('--json', 'print the sums as one line of JSON')
    .addOption(new Option('--url <url>', 'where the server answers').env('OSS_URL').default('http://127.0.0.1:3000'))
    .addHelpText('after', YEAR_END_HELP)
    .action(async (options: YearEndOptions) => {
      if (!(await settleYearEnds(options))) process.exitCode = 1;
    });
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof Problem && error.status === 422) {
      process.exitCode = 1;
      print(problemText(error));
    } else if (isExpected(error)) {
      process.exitCode = 2;
      process.stderr.write(`无法运行 Could not run: ${error.message}\n`);
    } else throw error;
  }
}

/** What whoever typed the command can mend. */
function isExpected(error: unknown): error is Error {
  const kinds = [SettleFileUnusable, PackFilesUnusable, PackInvalid, BatchFailed, CliError];
  return kinds.some((kind) => error instanceof kind);
}

endWithReader();
void main();
