/** `audit verify`: chains, tree, recomputation; see ../verify/verify.ts. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { AuditFilesUnusable, checkpointsFile, logVerifierKey } from '../checkpoints/audit-files';
import type { VerifierKey } from '../notes/note-keys';
import { reportText } from '../verify/report-text';
import type { Selection } from '../verify/selection';
import { verify } from '../verify/verify';
import { selectionOf, withFilters } from './filters';
import { progressOf } from './progress-lines';
import { auditDirOf, CLEAN, FINDINGS, print, printJson, run, type StoreOptions, withStore } from './run';
import { threadsOption } from './threads';

interface Options extends StoreOptions, Selection {
  readonly key?: string;
  readonly checkpoints?: readonly string[];
  readonly recompute: boolean;
  readonly threads: number;
  readonly json?: true;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description(
      '核验 Was anything changed, and does every amount follow from the rules? Hash chains, tree and checkpoints, recomputation',
    )
    .option('--key <key>', '日志公钥 public key of the log, or the file that holds it (default AUDIT_DIR/log.vkey)')
    .option('--checkpoints <file...>', '另存的检查点 files with checkpoints that were kept elsewhere')
    .option('--no-recompute', '不重新计算 leave the recomputation out')
    .addOption(threadsOption('recompute'))
    .option('--json', 'the report as JSON')
    .addHelpText(
      'after',
      '\nThe filters narrow the recomputation; chains and tree are always checked whole.\nExit code: 0 clean, 1 findings, 2 could not run.\n',
    );
  withFilters(withStore(command), ['from', 'to', 'region', 'payer', 'hospital', 'person']);
  command.action((options: Options) => run(() => verifyAndTell(options)));
}

async function verifyAndTell(options: Options): Promise<number> {
  const { key, checkpoints = [], recompute, json } = options;
  const auditDir = auditDirOf(options);
  for (const file of checkpoints)
    if (!existsSync(file)) throw new AuditFilesUnusable(`there is no file ${file}: correct --checkpoints`);
  const progress = progressOf(options);
  let isReading = true;
  try {
    const report = await verify({
      ...options,
      auditDir,
      key: keyOf(auditDir, key),
      checkpointFiles: [checkpointsFile(auditDir), ...checkpoints],
      selection: selectionOf(options),
      threads: recompute ? options.threads : 0,
      onEvents: (done, known) => {
        isReading = done !== known;
        progress.report('读取日志 log', done, known);
      },
      // The threads begin while the log is read; their bar follows the log's.
      onYears: (done, known) => (isReading ? undefined : progress.report('重新计算 years', done, known)),
    });
    progress.stop();
    if (json === true) printJson(report);
    else print(reportText(report));
    const { clean, events, streams, vouched, recomputed, findings, more } = report;
    progress.summary({ clean, events, streams, vouched, recomputed, findings: findings.length + more });
    return report.clean ? CLEAN : FINDINGS;
  } finally {
    progress.stop();
  }
}

/** Without a key chains and amounts can be verified all the same; a key that was named must be there. */
function keyOf(auditDir: string, given: string | undefined): VerifierKey | null {
  try {
    return logVerifierKey(auditDir, given);
  } catch (error) {
    if (given !== undefined || !(error instanceof AuditFilesUnusable)) throw error;
    process.stderr.write('没有日志公钥，检查点未核对 No public key of the log was found: checkpoints are left out\n');
    return null;
  }
}
