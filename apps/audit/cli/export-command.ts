/** `audit export`: settlements and facts for other tools, under pseudonyms; with names only by the master key, and recorded. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { DistributedIdentityReader, EmbeddedIdentityReader, type IdentityReader, parseKey } from '@oss/host';
import { eventRows } from '../export/event-rows';
import { AccessRefused, IDENTITY_COLUMNS, type IdNumbers, identityRows } from '../export/identity-export';
import { assertRecordable, recordAccess } from '../export/record-access';
import { ROW_FORMATS, type Row, type RowFormat, rowFile } from '../export/row-file';
import { SETTLEMENT_COLUMNS, settlementRows } from '../export/settlement-rows';
import { factsFileLines } from '../facts/facts-file';
import { assertConnection, type LogSource, openLog } from '../log/audited-log';
import type { Selection } from '../verify/selection';
import { withFacts } from './facts-source';
import { refuseFilters, selectionOf, withFilters } from './filters';
import { Progress } from './progress';
import { CLEAN, run, type StoreOptions, withStore } from './run';

interface Options extends StoreOptions, Selection {
  readonly what: 'settlements' | 'facts' | 'events';
  readonly format: RowFormat;
  readonly out?: string;
  readonly withIdentity?: true;
  readonly operator?: string;
  readonly reason?: string;
  readonly idNumber?: IdNumbers;
  readonly url: string;
}

/** A file with names is for its owner alone. */
const OWNER_ONLY = 0o600;

const TEXT = `
  settlements   live settlements, a row each: sums per payer, self-pay, categories, pack. The filters choose among them.
  facts         persons, packs, live cases with their bills, payments, lists, as "audit checks --facts" reads them (NDJSON alone)
  events        the log as it stands, event by event

No name and no id number is in any of them: the log holds none. "facts" and "events" hold the numbers of encounters and invoices.

带身份导出 With --with-identity settlements carry name and id number (masked unless --id-number whole). It needs the master key
(OSS_MASTER_KEY, or keys/master.key of the data directory; on KurrentDB only OSS_MASTER_KEY), --operator and --reason, and is itself
recorded as a fact, before the first row leaves: on KurrentDB in its log, on the embedded store through the system that runs on it (--url),
else in the data directory. Persons who were erased stay erased.
Exit code: 0 done, 2 could not run.
`;

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description('导出 Settlements and facts for other tools, under pseudonyms')
    .addOption(new Option('--what <what>', '内容').choices(['settlements', 'facts', 'events']).default('settlements'))
    .addOption(new Option('--format <format>', '格式').choices(ROW_FORMATS).default('ndjson'))
    .option('--out <file>', 'write there (default stdout)')
    .option('--with-identity', '带身份 names and id numbers beside the pseudonyms; needs the master key, and is recorded')
    .option('--operator <code>', '经办人 who looks (with --with-identity); recorded')
    .option('--reason <text>', '事由 why (with --with-identity); recorded, so it must name nobody')
    .addOption(new Option('--id-number <how>', '身份证号码 id numbers').choices(['masked', 'whole']).default(undefined, 'masked'))
    .addOption(new Option('--url <url>', 'where the running system answers').env('OSS_URL').default('http://127.0.0.1:3000'))
    .addHelpText('after', TEXT);
  withFilters(withStore(command), ['from', 'to', 'region', 'hospital', 'person']);
  refuseFilters(command, ['payer'], 'a row holds what every payer paid: choose among its columns');
  command.action((options: Options) => run(() => exportRows(options)));
}

async function exportRows(options: Options): Promise<number> {
  const { what, format, out } = options;
  const selection = selectionOf(options);
  if (what === 'facts' && format !== 'ndjson') throw new RangeError('facts of several kinds are no table: use --format ndjson');
  if (what !== 'settlements' && Object.keys(selection).length > 0)
    throw new RangeError(`filters choose settlements; ${what} are written whole`);
  if (!options.withIdentity && (options.operator ?? options.reason ?? options.idNumber) !== undefined)
    throw new RangeError('--operator, --reason and --id-number go with --with-identity: without it no identity is shown');
  if (options.withIdentity && what !== 'settlements') throw new RangeError(`identities go with settlements, not with ${what}`);
  if (format === 'parquet' && out === undefined && process.stdout.isTTY)
    throw new RangeError('Parquet is no text for a terminal: name a file with --out');
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
    } else if (options.withIdentity) await exportIdentities(options, tell);
    else
      await withFacts(options, { bills: what === 'facts' }, async (facts) => {
        if (what === 'facts') await write(out, factsFileLines(facts));
        else await write(out, rowFile(SETTLEMENT_COLUMNS, settlementRows(facts, selection, tell), format));
      });
    return CLEAN;
  } finally {
    progress.stop();
  }
}

type Tell = (done: number, total: number | null) => void;

/** Everything that is refused is refused before the history is read. */
async function exportIdentities(options: Options, onPersons: Tell): Promise<void> {
  const { format, idNumber: idNumbers = 'masked', operator, out, reason, url } = options;
  if (!operator?.trim() || !reason?.trim())
    throw new AccessRefused('--with-identity needs --operator CODE and --reason TEXT: the access is recorded with both');
  const access = { operatorCode: operator.trim(), reason: reason.trim(), idNumbers };
  const selection = selectionOf(options);
  const filters = { ...selection };
  assertRecordable({ ...access, filters });
  const identities = await openIdentities(options);
  const record = async (persons: number): Promise<void> => {
    await recordAccess({ source: options, url }, { ...access, persons, filters });
    process.stderr.write(
      `已记录 Recorded: ${access.operatorCode} 查看 ${persons} 人的身份 looks at the identities of ${persons} persons\n`,
    );
  };
  try {
    await withFacts(options, { bills: false }, async (facts) => {
      const rows = identityRows({ ...access, facts, identities, selection, onPersons, record });
      // The file is made only when the access is recorded: that is when the first row comes.
      await write(out, rowFile(IDENTITY_COLUMNS, await begun(rows), format), OWNER_ONLY);
    });
  } finally {
    await identities.close();
  }
}

/** Of the same place as the log. @throws AccessRefused, IdentityKeysError, NoConnection */
async function openIdentities({ dataDir, kurrentdb }: LogSource): Promise<IdentityReader> {
  const given = process.env['OSS_MASTER_KEY'];
  const key = given ? parseKey(given) : undefined;
  if (key === null) throw new AccessRefused('OSS_MASTER_KEY must be 32 bytes, as 64 hex digits or in base64');
  if (kurrentdb === undefined) return EmbeddedIdentityReader.open(dataDir, key);
  assertConnection(kurrentdb);
  return DistributedIdentityReader.open(kurrentdb, key);
}

/** The same rows, once the first of them has come. */
async function begun(rows: AsyncGenerator<Row>): Promise<AsyncIterable<Row>> {
  const first = await rows.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* rows;
  })();
}

async function write(out: string | undefined, pieces: AsyncIterable<string | Uint8Array>, mode?: number): Promise<void> {
  const from = Readable.from(pieces);
  if (out === undefined) return pipeline(from, process.stdout, { end: false });
  const file = await open(out, 'w', mode);
  // A file that stood there before has a mode of its own.
  if (mode !== undefined) await file.chmod(mode);
  await pipeline(from, file.createWriteStream());
}
