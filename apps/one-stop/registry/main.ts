/**
 * `npm run registry`: import a roster or erase a person, through the running server (the one process that may write).
 * Progress goes to stderr, the answer to stdout as JSON, so that scripts can read it.
 */
import { Command, Option } from 'commander';
import { erase } from './erase';
import { importFile } from './import-file';
import { CliError } from './server';

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

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CliError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
