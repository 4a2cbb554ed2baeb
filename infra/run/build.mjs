/**
 * Compiles apps, libs and test to dist/ (Nest's CLI with SWC) when, and only when, a source has changed since the last time.
 * Data files are copied beside the compiled code; what a removed source left behind is deleted, so dist/ never lies.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { ROOT, SetupError, say } from './tell.mjs';

const SOURCES = ['apps', 'libs', 'test'];
const SETTINGS = ['.swcrc', 'nest-cli.json', 'tsconfig.json', 'package-lock.json'];
const dist = join(ROOT, 'dist');
const stampFile = join(dist, '.built-from');

export function ensureBuilt(node) {
  const sources = SOURCES.flatMap((folder) => filesBelow(join(ROOT, folder)));
  const stamp = stampOf([...sources, ...SETTINGS.map((name) => join(ROOT, name))]);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const began = Date.now();
  rmSync(stampFile, { force: true });
  compile(node);
  const expected = new Set(sources.flatMap(placeInDist));
  for (const file of filesBelow(dist)) if (!expected.has(file)) rmSync(file);
  for (const file of sources) if (!isCode(file)) copyBeside(file);
  writeFileSync(stampFile, stamp);
  say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

function compile(node) {
  const cli = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const result = spawnSync(node, [cli, 'build', 'one-stop'], { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 << 20 });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout}${result.stderr}${result.error?.message ?? ''}`);
  throw new SetupError('the build failed: the compiler names the file and line above');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Names, sizes and times: a thousand files in a few milliseconds, where hashing contents would be felt at every start. */
function stampOf(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(ROOT, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

const isCode = (file) => file.endsWith('.ts');
const isSpec = (file) => file.endsWith('.spec.ts');

function placeInDist(file) {
  const place = join(dist, relative(ROOT, file).split(sep).join('/'));
  if (isSpec(file) || file.endsWith('.d.ts')) return [];
  if (!isCode(file)) return [place];
  const compiled = place.replace(/\.ts$/, '.js');
  return [compiled, `${compiled}.map`];
}

function copyBeside(file) {
  const place = placeInDist(file)[0];
  mkdirSync(dirname(place), { recursive: true });
  copyFileSync(file, place);
}
