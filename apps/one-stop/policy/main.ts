/**
 * `npm run policy`: a county's rules as packs. Checks them (also as law: the lint), shows two side by side, adopts one.
 * Text on stdout, Chinese first; progress on stderr. Exit code 0 done, 1 findings or a refusal, 2 could not run.
 */
import 'reflect-metadata';
import { Presets, SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { PackInvalid } from '@oss/policy';
import { PackFilesUnusable } from '../../hospital-gateway/policy/pack-files';
import { CliError } from '../registry/server';
import { endWithReader } from '../without-reader';
import { checkedJson, checkFiles, isFaulty } from './check';
import { checkText } from './check-text';
import { adopt, type AdoptOptions } from './adopt';
import { diffOf } from './diff';
import { diffText } from './diff-text';
import { filesNamed, sidesNamed } from './pack-arguments';

const CHECK_HELP = `
A file with a problem is refused with path and cure. Of a sound one, every value with its source, and the lint of the law:
  errors (exit code 1)  a bill that cannot be settled; a rule that comes to more than the whole bill; a self-pay, or a sum of
                        shares, that falls by more than 5 fen as the cost rises
  notes (exit code 0)   the same fall where a price limit or fixed amount hands cost to the hospital; a rule that would pay more
                        than the lines before it left, which the system cuts

Exit code: 0 nothing or only notes, 1 problems or errors, 2 could not run.
`;

function check(paths: readonly string[], { json }: { json?: true }): void {
  const bar = new SingleBar(
    { format: '规则检验 {bar} {percentage}% | {eta_formatted} | {file}', stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  );
  const checked = checkFiles(filesNamed(paths), (file, done, total) => {
    if (done === 1) bar.start(total, 0, { file });
    bar.update(done, { file });
    if (done === total) bar.stop();
  });
  print(json === true ? JSON.stringify({ packs: checked.map(checkedJson) }, null, 2) : checked.map(checkText).join('\n'));
  if (checked.some(isFaulty)) process.exitCode = 1;
}

function diff(first: string, second: string | undefined, { json, on }: { json?: true; on: string[] }): void {
  const [before, after] = sidesNamed(first, second, on);
  const found = diffOf(before, after);
  if (json !== true) return print(diffText(before, after, found));
  const head = ({ digest, on: day, pack: { from, id, name, to } }: typeof before) => ({ id, name, from, to, digest, on: day });
  print(JSON.stringify({ before: head(before), after: head(after), ...found }, null, 2));
}

const ADOPT_HELP = `
The whole content is recorded with its digest, for ever; it settles discharges accepted from then on. What was settled keeps
its own. Through the running server; when none answers and --data-dir is given, into that directory (a start finds it there).
--replaces: a confirmed or corrected version takes the place of an adopted pack; the same id is allowed only so.

Exit code: 0 adopted (or adopted before: nothing recorded), 1 refused, 2 could not run.
`;

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

function collected(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

async function main(): Promise<void> {
  const program = new Command('npm run policy --')
    .description("政策包 Packs: check a county's rules, compare two, adopt one")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  program
    .command('check')
    .description('检查规则包并列出每个数值的出处 Check packs and say where every number comes from')
    .argument('<paths...>', 'pack files, or directories of them')
    .option('--json', 'print everything as JSON')
    .addHelpText('after', CHECK_HELP)
    .action(check);
  program
    .command('diff')
    .description('对比两个规则包，或一个规则包的两个日期 Two packs, or one on two days, side by side')
    .argument('<pack>', 'a pack file, or the id of a built-in pack or of one in POLICY_DIR')
    .argument('[other]', 'the other pack; without it --on is given twice')
    .option('--on <day>', 'YYYY-MM-DD: compare what is in force that day; once for both sides or once for each', collected, [])
    .option('--json', 'print everything as JSON')
    .action(diff);
  program
    .command('adopt')
    .description('采用规则包 Record packs as adopted')
    .argument('<paths...>', 'pack files, or directories of them')
    .option('--replaces <id>', 'the adopted pack whose place this one takes; with a single pack only')
    .option('--operator <code>', '经办人 who adopts it; recorded')
    .addOption(new Option('--url <url>', 'where the server answers').env('OSS_URL').default('http://127.0.0.1:3000'))
    .option('--data-dir <directory>', 'the data directory to write to when no server answers')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', ADOPT_HELP)
    .action(async (paths: string[], options: AdoptOptions & { json?: true }) => {
      const report = await adopt(paths, options);
      print(options.json === true ? JSON.stringify(report.done, null, 2) : report.text);
      if (report.isRefused) process.exitCode = 1;
    });
  try {
    await program.parseAsync();
  } catch (error) {
    const known = error instanceof PackFilesUnusable || error instanceof PackInvalid || error instanceof CliError;
    if (!known) throw error;
    process.exitCode = 2;
    process.stderr.write(`无法运行 Could not run: ${error.message}\n`);
  }
}

endWithReader(2);
void main();
