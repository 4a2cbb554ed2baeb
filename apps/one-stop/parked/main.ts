/**
 * `npm run parked`: the events that a subscription gave up on, listed and delivered again. Exit code 0 nothing is parked (any
 * more), 1 something is, 2 could not run.
 */
import 'reflect-metadata';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Problem } from '@oss/host';
import { endWithReader } from '../without-reader';
import { openDesk, type ParkedDesk } from './desk';
import { replayAndWatch } from './replay';
import { listText, replayText } from './report';

const SOMETHING_PARKED = 1;
const COULD_NOT_RUN = 2;
/** Longer than all attempts of a handler that fails at once: what is off the list then has been handled, as a rule. */
const MIN_WAIT_SECONDS = 3;
const MAX_WAIT_SECONDS = 600;

interface Options {
  readonly subscription?: string;
  readonly json?: true;
  readonly url: string;
  readonly dataDir?: string;
}

interface ReplayOptions extends Options {
  readonly operator: string;
  readonly wait: number;
}

const WHERE = `
An event whose handler failed at every attempt is parked: it delays nobody, and waits for a replay. oss_parked_events in /metrics
counts them; they are asked for
  of the running server     --url URL or OSS_URL, by default http://127.0.0.1:3000
  of KurrentDB itself       EVENT_STORE=kurrentdb KURRENTDB_URL=… npm run parked -- …
  of a data directory       --data-dir DIR: the embedded store, read also while a server works in it`;

const LIST_HELP = `${WHERE}

Exit code: 0 nothing is parked, 1 something is, 2 could not run.
`;

const REPLAY_HELP = `${WHERE}

First mend what the reason names, and start the new version. A replay is harmless: an event is a nudge, and what has been done
already is not done twice. What fails again is parked again, its attempts added up. With --data-dir no server may run there: the
command starts the system without a port and without Kafka, as npm start would (the same settings), and stops it again.
In KurrentDB only the gateway can deliver what gateway-copier parked, and does so by itself within five minutes; at once: --url.

Exit code: 0 nothing is parked any more, 1 something still is, 2 could not run.
`;

async function list(desk: ParkedDesk, { json, subscription }: Options): Promise<number> {
  const found = await desk.list(subscription);
  print(
    json === true
      ? JSON.stringify({ where: desk.where, ...found }, null, 2)
      : listText({ where: desk.where, subscription }, found),
  );
  return found.total === 0 ? 0 : SOMETHING_PARKED;
}

async function replay(desk: ParkedDesk, { json, operator, subscription, wait }: ReplayOptions): Promise<number> {
  const report = await replayAndWatch(desk, { operatorCode: operator, subscription }, wait * 1_000);
  print(
    json === true
      ? JSON.stringify({ where: desk.where, ...report }, null, 2)
      : replayText({ where: desk.where, subscription }, report),
  );
  return report.left.total === 0 ? 0 : SOMETHING_PARKED;
}

/** Opens the desk that the options name, does the work there, and turns whatever happens into the exit code. */
async function run(work: (desk: ParkedDesk) => Promise<number>, { dataDir, url }: Options, command: Command): Promise<void> {
  try {
    const isUrlGiven = command.getOptionValueSource('url') !== 'default';
    const desk = await openDesk({ url, isUrlGiven, dataDir }, process.env);
    try {
      process.exitCode = await work(desk);
    } finally {
      await desk.close();
    }
  } catch (error) {
    process.exitCode = COULD_NOT_RUN;
    process.stderr.write(
      `无法运行 Could not run: ${error instanceof Problem ? fieldsOf(error) : String((error as Error).message)}\n`,
    );
  }
}

function fieldsOf({ detail, fields }: Problem): string {
  return [detail, ...fields.map(({ path, message }) => `  ${path}: ${message}`)].join('\n');
}

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

function operatorCode(given: string): string {
  if (!/\S/.test(given) || given.length > 64) throw new InvalidArgumentError('1 to 64 characters, not blank');
  return given;
}

function seconds(given: string): number {
  const number = /^\d{1,3}$/.test(given) ? Number(given) : NaN;
  if (number >= MIN_WAIT_SECONDS && number <= MAX_WAIT_SECONDS) return number;
  throw new InvalidArgumentError(`${MIN_WAIT_SECONDS} to ${MAX_WAIT_SECONDS}`);
}

function withPlace(command: Command): Command {
  return command
    .option('--subscription <name>', '订阅 of one subscription alone, such as medical-assistance')
    .option('--json', 'print everything as JSON')
    .addOption(new Option('--url <url>', '服务地址 where the server answers').env('OSS_URL').default('http://127.0.0.1:3000'))
    .option('--data-dir <directory>', '数据目录 the directory of the embedded store, in place of a server');
}

const program = new Command('npm run parked --').description(
  '搁置的事件 Parked events: list them, deliver them again. Options of a command: npm run parked -- COMMAND --help',
);
withPlace(program.command('list'))
  .description('列出搁置的事件 Which events wait, since when, and why')
  .addHelpText('after', LIST_HELP)
  .action((options: Options, command: Command) => run((desk) => list(desk, options), options, command));
withPlace(program.command('replay'))
  .description('重新投递 Deliver parked events again, and see what comes of it')
  .addOption(
    new Option('--operator <code>', '经办人 who does this; logged by the server, without one on stderr')
      .default('cli')
      .argParser(operatorCode),
  )
  .addOption(
    new Option('--wait <seconds>', '等待 how long at most to wait for what comes of it, 3 to 600').default(10).argParser(seconds),
  )
  .addHelpText('after', REPLAY_HELP)
  .action((options: ReplayOptions, command: Command) => run((desk) => replay(desk, options), options, command));
// Commands take this over from the program, so that a mistyped option too ends with the code for "could not run".
for (const each of [program, ...program.commands])
  each.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : COULD_NOT_RUN));

endWithReader(COULD_NOT_RUN);

void program.parseAsync();
