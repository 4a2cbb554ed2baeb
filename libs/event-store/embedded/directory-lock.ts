/**
 * One writing process per data directory. The lock is an exclusive SQLite lock on a small file: the operating system
 * drops it when the process ends, however it ends, so it can never go stale.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { resultCode } from './schema';

const LOCK_FILE = 'writer.lock';
const SQLITE_BUSY = 5;

/** Another process writes in the directory; the message names it and the cure. */
export class DirectoryLocked extends Error {
  override readonly name = 'DirectoryLocked';
}

/**
 * @param what what stands there, for the message
 * @returns what releases the lock. @throws DirectoryLocked; an error of SQLite when the lock's file cannot be used
 */
export function lockDirectory(directory: string, what = 'the event store'): () => void {
  const lock = new DatabaseSync(join(directory, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (resultCode(error) !== SQLITE_BUSY) throw error;
    throw new DirectoryLocked(
      `${what} in ${directory} is already open for writing by another process (or twice in this one): ` +
        'stop that one, send the command to it, or choose another directory',
      { cause: error },
    );
  }
  return () => lock.close();
}
