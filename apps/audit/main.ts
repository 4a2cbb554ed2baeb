/**
 * `npm run audit`: the auditor's tools, read-only beside a running system or on a copy of its data. Reports go to stdout,
 * progress to stderr; exit codes: 0 clean or done, 1 findings, 2 could not run.
 */
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { addChecks } from './cli/checks-command';
import { addExplain } from './cli/explain-command';
import { addExport } from './cli/export-command';
import { addPromise } from './cli/promise-command';
import { addProve } from './cli/prove-command';
import { addReplay } from './cli/replay-command';
import { addVerify } from './cli/verify-command';
import { addWhatIf } from './cli/what-if-command';
import { addWitness } from './cli/witness-command';
import { COULD_NOT_RUN, endWithReader } from './cli/run';

// The young generation that the command line asks for is the main thread's: it would overrule the limits that our threads are given.
setFlagsFromString('--max-semi-space-size=0');

const program = new Command('npm run audit --')
  .description(
    '审计 What the log holds: verified, replayed, explained, proven, checked. Options of a command: npm run audit -- COMMAND --help',
  )
  .showHelpAfterError('选项见 Options: npm run audit -- COMMAND --help');
addVerify(program);
addReplay(program);
addExplain(program);
addProve(program);
addWitness(program);
addChecks(program);
addWhatIf(program);
addPromise(program);
addExport(program);
// Commands take this over from the program, so that a mistyped option too ends with the code for "could not run".
for (const each of [program, ...program.commands])
  each.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : COULD_NOT_RUN));

endWithReader();
void program.parseAsync();
