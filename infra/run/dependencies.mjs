/**
 * Installed dependencies that match package-lock.json, and the Node that this project is pinned to (npm package `node`).
 * The stamp node_modules/.oss-lock says which lock file was installed; a tree that npm installed by hand is recognised.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError, say } from './tell.mjs';

const stampFile = join(ROOT, 'node_modules', '.oss-lock');
const lockFile = join(ROOT, 'package-lock.json');

/** Installs with `npm ci` unless what the lock file asks for is installed already. */
export function ensureDependencies() {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  if (!installedByHand()) install();
  writeFileSync(stampFile, wanted);
}

/** npm notes what it installed in node_modules/.package-lock.json: does it hold every package that we need, in our version? */
function installedByHand() {
  const noteFile = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(noteFile)) return false;
  const installed = JSON.parse(readFileSync(noteFile, 'utf8')).packages ?? {};
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, item]) => path === '' || item.optional || item.devOptional || item.peer || installed[path]?.version === item.version,
  );
}

function install() {
  say('installing dependencies from package-lock.json (npm ci) …');
  const began = Date.now();
  // Under `npm run`, npm names its own program file: the same npm, without asking PATH or a shell.
  const npmFile = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result =
    npmFile && /\.c?js$/.test(npmFile)
      ? spawnSync(process.execPath, [npmFile, ...args], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 })
      : spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20, shell: process.platform === 'win32' });
  if (result.error) throw new SetupError(`npm could not be started (${result.error.message}): install Node.js with npm first`);
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}`);
    throw new SetupError(
      `npm ci failed with code ${result.status ?? result.signal}: its output stands above; cure that, then run the command again`,
    );
  }
  say(`dependencies installed in ${Math.round((Date.now() - began) / 1000)} s`);
}

/** Path of the pinned Node; of the running one where the pinned is absent but the running one is new enough. */
export function pinnedNode() {
  const pinned = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies.node;
  const file = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const found = versionOf(file);
  if (found === `v${pinned}`) return file;
  if (major(process.version) >= major(pinned)) return process.execPath;
  const what = found === null ? 'is not there or does not run' : `is ${found}`;
  throw new SetupError(
    [
      `Node ${pinned} is needed; this is ${process.version}, and node_modules/node/bin/node ${what}.`,
      'The npm package "node" fetches it in an install script. package.json allows that script (allowScripts), but your npm may block',
      'scripts altogether. Cure: npm config get ignore-scripts (should be false), then npm rebuild node;',
      `or put Node ${major(pinned)} or later on PATH yourself and run the command again.`,
    ].join('\n  '),
  );
}

function versionOf(file) {
  try {
    return execFileSync(file, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

const major = (version) => Number(/\d+/.exec(version)[0]);
