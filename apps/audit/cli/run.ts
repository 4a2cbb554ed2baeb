/**
 * What the commands share: where the store is, exit codes that scripts can use, and errors as text. 0: clean, or done;
 * 1: findings; 2: could not run.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { cureOf } from '@oss/event-store';
import { auditDirectory } from '../checkpoints/audit-files';
import type { LogSource } from '../log/audited-log';
import { inPortions } from '../tables/portions';

export const CLEAN = 0;
export const FINDINGS = 1;
export const COULD_NOT_RUN = 2;

export interface StoreOptions extends LogSource {
  readonly auditDir?: string;
  /** How progress is told on stderr; default a bar. */
  readonly progress?: 'bar' | 'json';
}

/** Adds the options that say which store is meant. */
export function withStore(command: Command): Command {
  return command
    .addOption(
      new Option('--data-dir <dir>', '数据目录 directory of the embedded store, or of a copy of it')
        .env('DATA_DIR')
        .default('./data'),
    )
    .addOption(
      new Option(
        '--kurrentdb <url>',
        '分布式存储 connection string of KurrentDB, in place of --data-dir; better: KURRENTDB_URL with EVENT_STORE=kurrentdb, out of sight',
      ).default(kurrentdbOf(process.env), 'KURRENTDB_URL'),
    )
    .addOption(new Option('--audit-dir <dir>', 'where the audit app keeps its files (default DATA_DIR/audit)').env('AUDIT_DIR'))
    .addOption(
      new Option('--progress <form>', 'how progress is told on stderr, for programs').choices(['bar', 'json']).hideHelp(),
    );
}

/** As the system itself reads its settings: a distributed store that lacks its address is refused when it is opened. */
function kurrentdbOf({ EVENT_STORE, KURRENTDB_URL }: NodeJS.ProcessEnv): string | undefined {
  return EVENT_STORE === 'kurrentdb' ? (KURRENTDB_URL ?? '') : undefined;
}

/** A misspelt store must not become the embedded one of some directory. @throws RangeError */
function assertKnownStore({ EVENT_STORE }: NodeJS.ProcessEnv): void {
  if (EVENT_STORE && !['embedded', 'kurrentdb'].includes(EVENT_STORE))
    throw new RangeError(`EVENT_STORE=${EVENT_STORE} must be embedded or kurrentdb`);
}

export function auditDirOf({ dataDir, auditDir }: StoreOptions): string {
  return auditDirectory(dataDir, auditDir);
}

/** Runs a command's work and turns its answer into the exit code, an error into text and code 2. */
export async function run(work: () => Promise<number>): Promise<void> {
  try {
    assertKnownStore(process.env);
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = COULD_NOT_RUN;
    const cure = cureOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`无法运行 Could not run: ${reason}${cure === null ? '' : ` (${cure})`}\n`);
  }
}

/** Whoever reads our output (`| head`) has had enough: the command ends without a word, and has neither a clean result nor findings. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(COULD_NOT_RUN);
    throw error;
  });
}

/** Parses a whole number on the command line. */
export function whole(given: string): number {
  if (!/^\d{1,15}$/.test(given)) throw new InvalidArgumentError('a whole number');
  return Number(given);
}

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Prints a long text as it is made; whoever reads it sets the pace. */
export async function printPieces(pieces: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inPortions(pieces)), process.stdout, { end: false });
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
