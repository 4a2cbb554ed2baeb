/** `audit export`: settlements and facts for other tools, under pseudonyms. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { eventRows } from '../export/event-rows';
import { settlementRows } from '../export/settlement-rows';
import { factsFileLines } from '../facts/facts-file';
import { openLog } from '../log/audited-log';
import type { Selection } from '../verify/selection';
import { withFacts } from './facts-source';
import { refuseFilters, selectionOf, withFilters } from './filters';
import { Progress } from './progress';
import { CLEAN, run, type StoreOptions, withStore } from './run';

interface Options extends StoreOptions, Selection {
  readonly what: 'settlements' | 'facts' | 'events';
  readonly format: 'csv' | 'ndjson';
  readonly out?: string;
}

const TEXT = `
  settlements   live settlements, a row each: sums per payer, self-pay, categories, pack. The filters choose among them.
  facts         persons, packs, live cases with their bills, payments, lists, as "audit checks --facts" reads them (NDJSON alone)
  events        the log as it stands, event by event

No name and no id number is in any of them: the log holds none. "facts" and "events" hold the numbers of encounters and invoices.
Exit code: 0 done, 2 could not run.
`;

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('导出 Settlements and facts for other tools, under pseudonyms')
    .addOption(new Option('--what <what>', '内容').choices(['settlements', 'facts', 'events']).default('settlements'))
    .addOption(new Option('--format <format>', '格式').choices(['csv', 'ndjson']).default('ndjson'))
    .option('--out <file>', 'write there (default stdout)')
    .addHelpText('after', TEXT);
  withFilters(withStore(command), ['from', 'to', 'region', 'hospital', 'person']);
  refuseFilters(command, ['payer'], 'a row holds what every payer paid: choose among its columns');
  command.action((options: Options) => run(() => exportRows(options)));
}

async function exportRows(options: Options): Promise<number> {
  const { what, format, out } = options;
  const selection = selectionOf(options);
  if (what === 'facts' && format === 'csv') throw new RangeError('facts of several kinds are no table: use --format ndjson');
  if (what !== 'settlements' && Object.keys(selection).length > 0)
    throw new RangeError(`filters choose settlements; ${what} are written whole`);
  const progress = new Progress();
  const tell = (done: number, total: number | null): void => {
    // On a terminal the bar would run through the rows themselves.
    if (out !== undefined) progress.report('导出 export', done, total);
  };
  try {
    if (what === 'events') {
      const reader = await openLog(options);
      try {
        await write(out, eventRows(reader, format, tell));
      } finally {
        await reader.close();
      }
    } else
      await withFacts(options, { bills: what === 'facts' }, (facts) =>
        write(out, what === 'facts' ? factsFileLines(facts) : settlementRows(facts, { format, selection, onPersons: tell })),
      );
    return CLEAN;
  } finally {
    progress.stop();
  }
}

function write(out: string | undefined, lines: AsyncIterable<string>): Promise<void> {
  const from = Readable.from(lines);
  return out === undefined ? pipeline(from, process.stdout, { end: false }) : pipeline(from, createWriteStream(out));
}
