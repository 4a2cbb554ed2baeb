/**
 * One set-up at a time per checkout: `npm start` and `npm test` typed together must not install or build over each other.
 * The lock is a directory (atomic to make) beside the system's temporary files; a lock whose owner is gone is taken over.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT, SetupError, say } from './tell.mjs';

const LONGEST_WAIT_MS = 15 * 60_000;
const directory = join(tmpdir(), `one-stop-setup-${createHash('sha256').update(ROOT).digest('hex').slice(0, 16)}`);
const ownerFile = join(directory, 'pid');

/** Runs `work` while no other process of this checkout does. */
export async function withSetupLock(work) {
  const until = Date.now() + LONGEST_WAIT_MS;
  let told = false;
  while (!tryTake()) {
    if (Date.now() > until) throw new SetupError(`another set-up has held ${directory} for too long; if none runs, delete it`);
    if (!told) say('waiting for another set-up of this checkout to finish');
    told = true;
    await pause(100);
  }
  const release = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function tryTake() {
  try {
    mkdirSync(directory);
    writeFileSync(ownerFile, String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (ownerIsGone()) rmSync(directory, { recursive: true, force: true });
    return false;
  }
}

function ownerIsGone() {
  try {
    process.kill(Number(readFileSync(ownerFile, 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code === 'EPERM') return false;
    // No pid yet: its owner may be between the two steps of taking it, unless that was long ago.
    return (statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) < Date.now() - 5_000;
  }
}
