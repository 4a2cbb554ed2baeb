/**
 * The one entry of every `npm run …` command: on a fresh machine it installs, finds the pinned Node, builds, then runs.
 * Plain JavaScript without dependencies, because it must work on any Node from 20 on, before anything is installed.
 * Set-up speaks on stderr; stdout belongs to the command.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, describeCommands } from './commands.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies, pinnedNode } from './dependencies.mjs';
import { withSetupLock } from './lock.mjs';
import { ROOT, SetupError, say } from './tell.mjs';

const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(describeCommands());
} else if (!(name in COMMANDS)) {
  process.stderr.write(`unknown command: ${name}\n\n${describeCommands()}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await prepareAndRun(COMMANDS[name], args);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

async function prepareAndRun(command, args) {
  const node = await withSetupLock(() => {
    ensureDependencies();
    const found = pinnedNode();
    if (command.needsBuild) ensureBuilt(found);
    return found;
  });
  for (const step of command.steps(args)) {
    const entry = join(ROOT, step.file);
    if (!existsSync(entry)) throw new SetupError(`${step.file} does not exist: this checkout does not hold that command yet`);
    const code = await run(node, step, entry);
    if (code !== 0) return code;
  }
  return 0;
}

/** Runs one step with our own terminal, hands signals on, and answers its exit code (128 + signal if one ended it). */
function run(node, step, entry) {
  const child = spawn(node, [...(step.nodeFlags ?? []), entry, ...step.args], {
    cwd: step.keepDirectory ? process.cwd() : ROOT,
    env: { ...process.env, ...step.env },
    stdio: 'inherit',
  });
  const handOn = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, handOn);
      resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0));
    });
  });
}
