/**
 * `npm run registry`: import a roster, ask who is covered, erase a person, through the running server (the one process that may write).
 * Progress goes to stderr, the answer to stdout as JSON, so that scripts can read it.
 */
import { Command, Option } from 'commander';
import { endWithReader } from '../without-reader';
import { cover, type CoverOptions } from './cover';
import { erase } from './erase';
import { importFile } from './import-file';
import { CliError } from './server';

/** Exit code of a report that could not be made; 1 says that it has findings. */
const CANNOT_REPORT = 2;

const program = new Command('npm run registry --')
  .description('登记管理 Registry work through the running server (OSS_URL)')
  .showHelpAfterError()
  .addOption(new Option('--url <url>', 'where the server answers').env('OSS_URL').default('http://127.0.0.1:3000'));

program
  .command('import')
  .description('名册导入 Import a roster (CSV in UTF-8 or GB18030, or XLSX; headers as in /docs). Exit code 3 if rows failed.')
  .argument('<file>', 'the file, .csv or .xlsx')
  .option('--operator <code>', '经办人 who does this; recorded')
  .action((file: string, options: { operator?: string }) => importFile(serverUrl(), file, options.operator));

program
  .command('cover')
  .description(
    '参保核查 Cover report: who should be covered and is not, who is covered by the public purse and no longer entitled (三(三)1). ' +
      'Persons stand under their pseudonyms. Exit code 0 nobody, 1 somebody, 2 could not run.',
  )
  .requiredOption('--region <code>', '行政区划代码: a county, or a city (…00) or province (…0000) with all below it')
  .requiredOption('--date <day>', '查询日期, YYYY-MM-DD')
  .option('--csv <file>', 'write all rows to a file (UTF-8 with BOM), show the first on the terminal')
  .option('--json', 'the whole report as JSON on stdout')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : CANNOT_REPORT))
  .action((options: CoverOptions) =>
    cover(serverUrl(), options).catch((error: unknown) => {
      tell(error);
      process.exitCode = CANNOT_REPORT;
    }),
  );

program
  .command('erase')
  .description('删除个人身份信息 Erase who a person is; the history stays and still verifies')
  .option('--person-key <key>', 'the pseudonym, 32 hex digits')
  .option('--id-number <number>', 'the id number; "-" reads it from stdin, so that it stays out of the list of processes')
  .requiredOption('--reason <text>', 'why; recorded, so it must name nobody')
  .option('--operator <code>', '经办人 who does this; recorded')
  .action((options: Parameters<typeof erase>[1]) => erase(serverUrl(), options));

function serverUrl(): string {
  return program.opts<{ url: string }>().url.replace(/\/$/, '');
}

/** What the user can cure is told in words; a defect ends the program with its trace. */
function tell(error: unknown): void {
  if (!(error instanceof CliError)) throw error;
  process.stderr.write(`${error.message}\n`);
}

endWithReader();

program.parseAsync().catch((error: unknown) => {
  tell(error);
  process.exitCode = 1;
});
