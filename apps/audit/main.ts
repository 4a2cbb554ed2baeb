/**
 * `npm run audit`: the auditor's tools, read-only beside a running system or on a copy of its data. Reports go to stdout,
 * progress to stderr; exit codes: 0 clean or done, 1 findings, 2 could not run.
 */
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { COULD_NOT_RUN, endWithReader } from './cli/run';

// The young generation that the command line asks for is the main thread's: it would overrule the limits that our threads are given.
setFlagsFromString('--max-semi-space-size=0');

/** In the order of the help. A command is loaded when it is asked for: some bring all of the host, which takes longer than their work. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  verify: async () => (await import('./cli/verify-command.js')).addVerify,
  replay: async () => (await import('./cli/replay-command.js')).addReplay,
  explain: async () => (await import('./cli/explain-command.js')).addExplain,
  prove: async () => (await import('./cli/prove-command.js')).addProve,
  witness: async () => (await import('./cli/witness-command.js')).addWitness,
  checks: async () => (await import('./cli/checks-command.js')).addChecks,
  'what-if': async () => (await import('./cli/what-if-command.js')).addWhatIf,
  promise: async () => (await import('./cli/promise-command.js')).addPromise,
  export: async () => (await import('./cli/export-command.js')).addExport,
};

const program = new Command('npm run audit --')
  .description(
    '审计 What the log holds: verified, replayed, explained, proven, checked. Options of a command: npm run audit -- COMMAND --help',
  )
  .showHelpAfterError('选项见 Options: npm run audit -- COMMAND --help');

async function main([asked = '']: readonly string[]): Promise<void> {
  const loads = Object.hasOwn(COMMANDS, asked) ? [COMMANDS[asked]!] : Object.values(COMMANDS);
  for (const load of loads) (await load())(program);
  // Commands take this over from the program, so that a mistyped option too ends with the code for "could not run".
  for (const each of [program, ...program.commands])
    each.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : COULD_NOT_RUN));
  await program.parseAsync();
}

endWithReader();
void main(process.argv.slice(2));
